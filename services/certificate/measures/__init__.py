"""Measures against bodies: what a listed body has in flight is held, and what it issued may be reviewed (Art. 22)."""
