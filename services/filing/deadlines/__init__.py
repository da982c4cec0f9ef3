"""Deadlines decided anew when the State Council announces a year that was counted provisionally (Art. 18(1))."""
