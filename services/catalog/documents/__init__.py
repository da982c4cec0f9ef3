"""Documents of the catalog (drafts, decisions, notices), kept under the hash of their content."""
