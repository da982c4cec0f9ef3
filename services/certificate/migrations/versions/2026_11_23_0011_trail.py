"""Acts of other services that certificates rest on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)


def upgrade() -> None:
    op.create_table(
        "trail_act",
        sa.Column("event_id", UUID, nullable=False),
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("batch_id", UUID),
        sa.Column("result_id", UUID),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("facts", pg.JSONB, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_trail_act"),
    )
    op.create_index("ix_trail_act_plan_id", "trail_act", ["plan_id"])


def downgrade() -> None:
    op.drop_table("trail_act")
