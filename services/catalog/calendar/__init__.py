"""The official working-day calendar, and the days of Art. 18 counted with it."""
