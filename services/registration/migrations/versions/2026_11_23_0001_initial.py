"""Registration's tables: facts of plans and standards, persons, candidates, batches and results."""

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
MARK = sa.Numeric(5, 2)
TABLES = ("result", "batch", "candidate", "person", "standard_fact", "plan_fact")


def upgrade() -> None:
    shared_schema.create(op)
    op.create_table(
        "plan_fact",
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("items", pg.JSONB, nullable=False),
        sa.Column("recorder_account_id", UUID),
        sa.Column("accepted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", name="pk_plan_fact"),
    )
    op.create_index("ix_plan_fact_organisation_id", "plan_fact", ["organisation_id"])
    op.create_table(
        "standard_fact",
        sa.Column("standard_id", UUID, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("components", pg.JSONB, nullable=False),
        sa.PrimaryKeyConstraint("standard_id", name="pk_standard_fact"),
    )
    op.create_table(
        "person",
        sa.Column("id", UUID, nullable=False),
        sa.Column("id_index", sa.LargeBinary, nullable=False),
        sa.Column("name_index", sa.LargeBinary, nullable=False),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("id_index", name="uq_person_id_index"),
    )
    _candidate()
    _batch()
    _result()


def _candidate() -> None:
    op.create_table(
        "candidate",
        sa.Column("id", UUID, nullable=False),
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("job_id", UUID, nullable=False),
        sa.Column("item_code", sa.Text, nullable=False),
        sa.Column("item_name", sa.Text, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.Column("reviewed_at", MOMENT),
        sa.Column("reviewed_by", UUID),
        sa.PrimaryKeyConstraint("id", name="pk_candidate"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan_fact.plan_id"], name="fk_candidate_plan_id_plan_fact"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_candidate_person_id_person"),
        sa.UniqueConstraint(
            "plan_id",
            "person_id",
            "item_code",
            "level",
            name="uq_candidate_plan_id_person_id_item_code_level",
        ),
        sa.CheckConstraint("state IN ('pending', 'approved', 'refused')", name="ck_candidate_state"),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name="ck_candidate_level"),
    )
    op.create_index("ix_candidate_plan_id_id", "candidate", ["plan_id", "id"])
    op.create_index("ix_candidate_job_id", "candidate", ["job_id"])
    op.create_index("ix_candidate_person_id", "candidate", ["person_id"])


def _batch() -> None:
    op.create_table(
        "batch",
        sa.Column("id", UUID, nullable=False),
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("job_id", UUID, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("chunks", sa.Integer, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("outcomes", pg.JSONB, nullable=False),
        sa.Column("recorded_on", sa.Date),
        sa.Column("recorded_at", MOMENT),
        sa.Column("recorded_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan_fact.plan_id"], name="fk_batch_plan_id_plan_fact"),
        sa.UniqueConstraint("plan_id", "number", name="uq_batch_plan_id_number"),
        sa.UniqueConstraint("job_id", name="uq_batch_job_id"),
        sa.CheckConstraint("state IN ('open', 'recorded')", name="ck_batch_state"),
        sa.CheckConstraint("(state = 'recorded') = (recorded_at IS NOT NULL)", name="ck_batch_recorded"),
    )


def _result() -> None:
    op.create_table(
        "result",
        sa.Column("id", UUID, nullable=False),
        sa.Column("batch_id", UUID, nullable=False),
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("item_code", sa.Text, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("theory", MARK),
        sa.Column("skill", MARK),
        sa.Column("review", MARK),
        sa.Column("ethics_passed", sa.Boolean, nullable=False),
        sa.Column("absent", sa.Boolean, nullable=False),
        sa.Column("misconduct", sa.Boolean, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("evaluated_on", sa.Date, nullable=False),
        sa.Column("remark", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_result"),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_result_batch_id_batch"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan_fact.plan_id"], name="fk_result_plan_id_plan_fact"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_result_person_id_person"),
        sa.UniqueConstraint(
            "plan_id", "person_id", "item_code", "level", name="uq_result_plan_id_person_id_item_code_level"
        ),
        sa.CheckConstraint(
            "outcome IN ('passed', 'failed', 'absent', 'misconduct')", name="ck_result_outcome"
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name="ck_result_level"),
        sa.CheckConstraint(
            "theory BETWEEN 0 AND 100 AND skill BETWEEN 0 AND 100 AND review BETWEEN 0 AND 100",
            name="ck_result_marks",
        ),
    )
    op.create_index("ix_result_batch_id_id", "result", ["batch_id", "id"])
    op.create_index("ix_result_person_id", "result", ["person_id"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    shared_schema.drop(op)
