"""Time limits of results: when a batch came, and late entries that a named officer let in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0006"
down_revision = "0003"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("batch", sa.Column("timeliness", pg.JSONB))
    op.create_table(
        "filed_plan",
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", name="pk_filed_plan"),
    )
    op.create_table(
        "late_entry",
        sa.Column("id", UUID, nullable=False),
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("admitted_on", sa.Date, nullable=False),
        sa.Column("admitted_at", MOMENT, nullable=False),
        sa.Column("admitted_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_late_entry"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan_fact.plan_id"], name="fk_late_entry_plan_id_plan_fact"),
    )
    op.create_index("ix_late_entry_plan_id_until", "late_entry", ["plan_id", "until"])


def downgrade() -> None:
    op.drop_table("late_entry")
    op.drop_table("filed_plan")
    op.drop_column("batch", "timeliness")
