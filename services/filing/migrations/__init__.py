"""Alembic revisions of filing's database; dated names."""
