"""Deadlines that a calendar announced later turns out to have missed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plan", sa.Column("deadline_missed", sa.Boolean, nullable=False, server_default="false"))


def downgrade() -> None:
    op.drop_column("plan", "deadline_missed")
