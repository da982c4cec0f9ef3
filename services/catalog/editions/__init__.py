"""Editions of the national list, and what each changes on the province's list (Art. 3)."""
