"""Rejected, cancelled and amended plans, escalations, acceptance by rule."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _states("'filed', 'returned', 'accepted', 'rejected', 'cancelled'")
    op.add_column("plan_decision", sa.Column("by_rule", sa.Boolean, nullable=False, server_default="false"))
    op.create_table(
        "plan_escalation",
        sa.Column("plan_id", UUID, sa.ForeignKey("plan.id", name="fk_plan_escalation_plan_id_plan")),
        sa.Column("filing", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("escalated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "filing", "region", name="pk_plan_escalation"),
    )
    op.create_table(
        "automatic_acceptance",
        sa.Column("id", UUID, nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("set_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_automatic_acceptance"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name="fk_automatic_acceptance_organisation_id_organisation",
        ),
    )
    op.create_index("ix_automatic_acceptance_organisation_id", "automatic_acceptance", ["organisation_id"])
    op.create_table(
        "plan_cancellation",
        sa.Column("plan_id", UUID, sa.ForeignKey("plan.id", name="fk_plan_cancellation_plan_id_plan")),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("cancelled_at", MOMENT, nullable=False),
        sa.Column("cancelled_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", name="pk_plan_cancellation"),
    )
    _amendments()


def _amendments() -> None:
    op.create_table(
        "plan_amendment",
        sa.Column("plan_id", UUID, sa.ForeignKey("plan.id", name="fk_plan_amendment_plan_id_plan")),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("content", pg.JSONB, nullable=False),
        sa.Column("changes", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("filed_on", sa.Date, nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.Column("filed_by", UUID, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_by", UUID),
        sa.PrimaryKeyConstraint("plan_id", "number", name="pk_plan_amendment"),
        sa.CheckConstraint("state IN ('waiting', 'in_force', 'refused')", name="ck_plan_amendment_state"),
    )
    op.create_index("ix_plan_amendment_region", "plan_amendment", ["region"])
    op.create_index(
        "uq_plan_amendment_waiting",
        "plan_amendment",
        ["plan_id"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )


def downgrade() -> None:
    op.drop_table("plan_amendment")
    op.drop_table("plan_cancellation")
    op.drop_table("automatic_acceptance")
    op.drop_table("plan_escalation")
    op.drop_column("plan_decision", "by_rule")
    _states("'filed', 'returned', 'accepted'")


def _states(known: str) -> None:
    op.drop_constraint("ck_plan_state", "plan")
    op.create_check_constraint("ck_plan_state", "plan", f"state IN ({known})")
