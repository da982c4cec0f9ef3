"""Alembic's side of `common.migrate`: one environment for all services, and the form of a new revision."""
