"""Alembic revisions of the catalog's database; dated names."""
