"""Eligibility: sittings and waivers of plans, who is registered when, claims, certificates held, transitions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")  # a trusted extension: the database's owner may
    op.add_column("plan_fact", sa.Column("sessions", pg.JSONB, server_default="[]", nullable=False))
    op.add_column(
        "plan_fact", sa.Column("waives_seniority", sa.Boolean, server_default="false", nullable=False)
    )
    op.add_column("plan_fact", sa.Column("special", sa.Text))
    op.add_column("candidate", sa.Column("during", pg.TSTZRANGE))
    op.add_column("candidate", sa.Column("claims", sa.Text))
    op.add_column("candidate", sa.Column("finding", pg.JSONB))
    op.add_column("candidate", sa.Column("eligible", sa.Text))
    op.add_column("candidate", sa.Column("alarms", pg.ARRAY(sa.Text), server_default="{}", nullable=False))
    op.drop_constraint("ck_candidate_state", "candidate")
    op.create_check_constraint(
        "ck_candidate_state", "candidate", "state IN ('pending', 'evidence_asked', 'approved', 'refused')"
    )
    op.create_check_constraint(
        "ck_candidate_eligible", "candidate", "eligible IN ('met', 'not_met', 'needs_evidence')"
    )
    op.create_exclude_constraint(
        "ex_candidate_one_place_at_a_time",
        "candidate",
        (sa.column("person_id"), "="),
        (sa.column("item_code"), "="),
        (sa.column("level"), "="),
        (sa.column("during"), "&&"),
        where=sa.text("state <> 'refused'"),
        using="gist",
    )
    op.create_table(
        "holding",
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("result_id", UUID, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("item_code", sa.Text, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("number", name="pk_holding"),
    )
    op.create_index("ix_holding_result_id", "holding", ["result_id"])
    op.create_table(
        "transition_window",
        sa.Column("item_code", sa.Text, nullable=False),
        sa.Column("edition_id", UUID, nullable=False),
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("enrolled_from", sa.Date),
        sa.Column("enrolled_before", sa.Date, nullable=False),
        sa.Column("opens_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("item_code", "edition_id", "cohort", name="pk_transition_window"),
    )


def downgrade() -> None:
    op.drop_table("transition_window")
    op.drop_table("holding")
    op.drop_constraint("ex_candidate_one_place_at_a_time", "candidate")
    op.drop_constraint("ck_candidate_eligible", "candidate")
    op.drop_constraint("ck_candidate_state", "candidate")
    op.create_check_constraint(
        "ck_candidate_state", "candidate", "state IN ('pending', 'approved', 'refused')"
    )
    for column in ("alarms", "eligible", "finding", "claims", "during"):
        op.drop_column("candidate", column)
    for column in ("special", "waives_seniority", "sessions"):
        op.drop_column("plan_fact", column)
