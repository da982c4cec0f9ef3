"""Access tokens: the OAuth 2.0 token endpoint, its signing keys and metadata."""
