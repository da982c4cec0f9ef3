"""Batches before the public, and what came of the objections."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batch_fact", sa.Column("public_until", sa.Date))
    op.add_column("batch_fact", sa.Column("objections", sa.Integer))
    op.add_column("batch_fact", sa.Column("objections_upheld", sa.Integer))


def downgrade() -> None:
    op.drop_column("batch_fact", "objections_upheld")
    op.drop_column("batch_fact", "objections")
    op.drop_column("batch_fact", "public_until")
