"""Rosters (申报人员花名册), the candidates on them, and the centre's review of each (Art. 18(2))."""
