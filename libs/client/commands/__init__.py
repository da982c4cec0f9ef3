"""The commands of `skills`, a file per group; `client.cli` puts them together."""
