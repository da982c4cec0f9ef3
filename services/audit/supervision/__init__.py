"""Supervisors, reproducible draws, and supervision of sessions (Art. 18(2), 22)."""
