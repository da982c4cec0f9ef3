"""Rooms and examiners that plans have for their sessions: no two plans have one at the same time (Art. 18(2))."""
