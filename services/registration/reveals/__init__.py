"""Documents of candidates in clear, for a stated purpose, each look an entry in the journal."""
