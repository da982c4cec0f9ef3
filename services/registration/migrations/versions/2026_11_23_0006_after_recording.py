"""After recording: time limits and late entries, corrections and the versions of results that they leave."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0006"
down_revision = "0004"
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

    _corrections()


def _corrections() -> None:
    op.create_table(
        "correction",
        sa.Column("id", UUID, nullable=False),
        sa.Column("result_id", UUID, nullable=False),
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("before", pg.JSONB, nullable=False),
        sa.Column("proposed", pg.JSONB),
        sa.Column("identity", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("evidence_kind", sa.Text, nullable=False),
        sa.Column("evidence_sha256", sa.Text, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by", UUID, nullable=False),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_by", UUID),
        sa.Column("decision", sa.Text),
        sa.Column("version", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
        sa.ForeignKeyConstraint(["result_id"], ["result.id"], name="fk_correction_result_id_result"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan_fact.plan_id"], name="fk_correction_plan_id_plan_fact"),
        sa.CheckConstraint("state IN ('requested', 'approved', 'refused')", name="ck_correction_state"),
        sa.CheckConstraint("about IN ('marks', 'identity')", name="ck_correction_about"),
        sa.CheckConstraint("(state = 'requested') = (decided_at IS NULL)", name="ck_correction_decided"),
        sa.CheckConstraint("decided_by <> asked_by", name="ck_correction_two_persons"),
    )
    op.create_index("ix_correction_plan_id_id", "correction", ["plan_id", "id"])
    op.create_index(
        "uq_correction_waiting",
        "correction",
        ["result_id"],
        unique=True,
        postgresql_where=sa.text("state = 'requested'"),
    )
    mark = sa.Numeric(5, 2)
    op.create_table(
        "result_version",
        sa.Column("result_id", UUID, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("correction_id", UUID, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("theory", mark),
        sa.Column("skill", mark),
        sa.Column("review", mark),
        sa.Column("ethics_passed", sa.Boolean, nullable=False),
        sa.Column("absent", sa.Boolean, nullable=False),
        sa.Column("misconduct", sa.Boolean, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("result_id", "version", name="pk_result_version"),
        sa.ForeignKeyConstraint(["result_id"], ["result.id"], name="fk_result_version_result_id_result"),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["correction.id"], name="fk_result_version_correction_id_correction"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_result_version_person_id_person"),
        sa.CheckConstraint("version >= 2", name="ck_result_version_version"),
        sa.CheckConstraint(
            "outcome IN ('passed', 'failed', 'absent', 'misconduct')", name="ck_result_version_outcome"
        ),
    )
    op.create_index("ix_result_version_person_id", "result_version", ["person_id"])


def downgrade() -> None:
    op.drop_table("result_version")
    op.drop_table("correction")
    op.drop_table("late_entry")
    op.drop_table("filed_plan")
    op.drop_column("batch", "timeliness")
