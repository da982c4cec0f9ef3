"""Signing keys: sealed on disk, one per register and period, published for everyone (decision record 12)."""
