"""Evidence for what rosters claim (diplomas, contracts), named by hash, sealed, read by few (Art. 18(2))."""
