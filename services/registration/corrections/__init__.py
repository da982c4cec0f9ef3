"""Corrections of recorded results: asked with evidence, decided by another account, kept as new facts (Art. 18, 22)."""
