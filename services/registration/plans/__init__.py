"""Accepted plans and the standards they name, as filing and catalog tell of them (Art. 4, 18)."""
