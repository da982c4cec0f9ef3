"""Verification by anyone: by code, by number and name, as data and as a page (Art. 16, 19)."""
