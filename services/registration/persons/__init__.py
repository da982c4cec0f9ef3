"""Persons, one row for the whole province however many organisations register them; known by a keyed index only."""
