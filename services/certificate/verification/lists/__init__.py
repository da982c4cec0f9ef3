"""Verification by lists, for those who employ: up to 10,000 codes, or numbers with names, in one job (Art. 19)."""
