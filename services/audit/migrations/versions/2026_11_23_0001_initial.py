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
        sa.Column("plan_id", UUID, primary_key=True),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("organisation_id", UUID, nullable=False, index=True),
        sa.Column("organisation_name", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False, index=True),
        sa.Column("items", pg.JSONB, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("filed_on", sa.Date, nullable=False),
        sa.Column("last_filing_day", sa.Date, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
    )
    op.create_table(
        "roster_fact",
        sa.Column("plan_id", UUID, primary_key=True),
        sa.Column("approved", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("pending", sa.Integer, nullable=False),
    )
    op.create_table(
        "batch_fact",
        sa.Column("batch_id", UUID, primary_key=True),
        sa.Column("plan_id", UUID, nullable=False, index=True),
        sa.Column("organisation_id", UUID, nullable=False, index=True),
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
    )
    op.create_table(
        "supervisor",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("sealed_name", sa.Text, nullable=False),
        sa.Column("card_number", sa.Text, nullable=False, unique=True),
        sa.Column("region", sa.Text, nullable=False, index=True),
        sa.Column("valid_to", sa.Date, nullable=False),
        sa.Column("account_id", UUID, nullable=False, unique=True),
        sa.Column("registered_at", MOMENT, nullable=False),
    )
    op.create_table(
        "draw",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("plan_id", UUID, nullable=False, index=True),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("rate", sa.Numeric(6, 5)),
        sa.Column("pool", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("pool_sha256", sa.Text, nullable=False),
        sa.Column("seed", sa.Text, nullable=False),
        sa.Column("seed_sha256", sa.Text, nullable=False),
        sa.Column("drawn", pg.ARRAY(sa.Text)),
        sa.Column("committed_at", MOMENT, nullable=False),
        sa.Column("revealed_at", MOMENT),
    )
    op.create_index(
        "ix_draw_unrevealed", "draw", ["committed_at"], postgresql_where=sa.text("revealed_at IS NULL")
    )
    op.create_table(
        "supervision",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("plan_id", UUID, nullable=False, unique=True),
        sa.Column("state", sa.Text, nullable=False, index=True),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("supervisor_id", UUID, sa.ForeignKey("supervisor.id"), index=True),
        sa.Column("draw_id", UUID, sa.ForeignKey("draw.id")),
        sa.Column("assigned_reason", sa.Text),
        sa.Column("verdict", sa.Text),
        sa.Column("checklist", pg.JSONB),
        sa.Column("head_count", sa.Integer),
        sa.Column("note", sa.Text),
        sa.Column("reported_at", MOMENT),
    )
    op.create_table(
        "journal_entry",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True),
        sa.Column("event_id", UUID, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False, index=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("time", MOMENT, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("chain", sa.LargeBinary, nullable=False),
    )


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
