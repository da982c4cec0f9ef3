"""Alembic revisions of certificate's database; dated names."""
