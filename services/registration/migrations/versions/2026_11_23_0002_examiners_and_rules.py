"""Examiners of plans and results; the pass rules that a batch was entered under."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("plan_fact", "result"):
        op.add_column(table, sa.Column("examiners", pg.ARRAY(sa.Text), nullable=False, server_default="{}"))
    op.add_column("batch", sa.Column("rules", pg.JSONB, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("batch", "rules")
    for table in ("result", "plan_fact"):
        op.drop_column(table, "examiners")
