"""Audit's tables: facts of plans, rosters, batches; supervisors, draws, supervisions; the journal of all services."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from common import shared_schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    shared_schema.create(op)
    op.create_table(
        "plan_fact",
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("organisation_name", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("items", pg.JSONB, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("filed_on", sa.Date, nullable=False),
        sa.Column("last_filing_day", sa.Date, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", name="pk_plan_fact"),
    )
    op.create_index("ix_plan_fact_organisation_id", "plan_fact", ["organisation_id"])
    op.create_index("ix_plan_fact_region", "plan_fact", ["region"])
    op.create_table(
        "roster_fact",
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("approved", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("pending", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", name="pk_roster_fact"),
    )
    op.create_table(
        "batch_fact",
        sa.Column("batch_id", UUID, nullable=False),
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("outcomes", pg.JSONB, nullable=False),
        sa.Column("evaluation_ended_on", sa.Date, nullable=False),
        sa.Column("recorded_on", sa.Date, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("gates", pg.JSONB, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_by", sa.Text),
        sa.Column("certificates_issued", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name="pk_batch_fact"),
    )
    op.create_index("ix_batch_fact_plan_id", "batch_fact", ["plan_id"])
    op.create_index("ix_batch_fact_organisation_id", "batch_fact", ["organisation_id"])
    op.create_table(
        "supervisor",
        sa.Column("id", UUID, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("sealed_name", sa.Text, nullable=False),
        sa.Column("card_number", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=False),
        sa.Column("account_id", UUID, nullable=False),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_supervisor"),
        sa.UniqueConstraint("card_number", name="uq_supervisor_card_number"),
        sa.UniqueConstraint("account_id", name="uq_supervisor_account_id"),
    )
    op.create_index("ix_supervisor_region", "supervisor", ["region"])
    op.create_table(
        "draw",
        sa.Column("id", UUID, nullable=False),
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("rate", sa.Numeric(6, 5)),
        sa.Column("pool", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("pool_sha256", sa.Text, nullable=False),
        sa.Column("seed", sa.Text, nullable=False),
        sa.Column("seed_sha256", sa.Text, nullable=False),
        sa.Column("drawn", pg.ARRAY(sa.Text)),
        sa.Column("committed_at", MOMENT, nullable=False),
        sa.Column("revealed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_draw"),
    )
    op.create_index("ix_draw_plan_id", "draw", ["plan_id"])
    op.create_index(
        "ix_draw_unrevealed", "draw", ["committed_at"], postgresql_where=sa.text("revealed_at IS NULL")
    )
    op.create_table(
        "supervision",
        sa.Column("id", UUID, nullable=False),
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("supervisor_id", UUID),
        sa.Column("draw_id", UUID),
        sa.Column("assigned_reason", sa.Text),
        sa.Column("verdict", sa.Text),
        sa.Column("checklist", pg.JSONB),
        sa.Column("head_count", sa.Integer),
        sa.Column("note", sa.Text),
        sa.Column("reported_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_supervision"),
        sa.UniqueConstraint("plan_id", name="uq_supervision_plan_id"),
        sa.ForeignKeyConstraint(
            ["supervisor_id"], ["supervisor.id"], name="fk_supervision_supervisor_id_supervisor"
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name="fk_supervision_draw_id_draw"),
    )
    op.create_index("ix_supervision_state", "supervision", ["state"])
    op.create_index("ix_supervision_supervisor_id", "supervision", ["supervisor_id"])
    op.create_table(
        "journal_entry",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("event_id", UUID, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("time", MOMENT, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("chain", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("source", "position", name="pk_journal_entry"),
    )
    op.create_index("ix_journal_entry_key", "journal_entry", ["key"])


def downgrade() -> None:
    for table in (
        "journal_entry",
        "supervision",
        "draw",
        "supervisor",
        "batch_fact",
        "roster_fact",
        "plan_fact",
    ):
        op.drop_table(table)
    shared_schema.drop(op)
