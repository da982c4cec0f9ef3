"""Alembic revisions of registration's database; dated names."""
