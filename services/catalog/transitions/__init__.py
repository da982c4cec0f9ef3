"""Transition windows: cohorts of a dropped item that still get the national certificate (Art. 2)."""
