"""Eligibility tables of standards: their own, or the edition of the regulation whose general one counts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("standard_fact", sa.Column("regulation", sa.Text, server_default="2023", nullable=False))
    op.add_column("standard_fact", sa.Column("eligibility", pg.JSONB))


def downgrade() -> None:
    op.drop_column("standard_fact", "eligibility")
    op.drop_column("standard_fact", "regulation")
