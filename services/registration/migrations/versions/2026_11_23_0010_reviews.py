"""Acts of reviews, and admissions with their seats."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "review_act",
        sa.Column("candidate_id", UUID, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("words", sa.Text),
        sa.Column("evidence", pg.ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("until", sa.Date),
        sa.Column("acted_at", MOMENT, nullable=False),
        sa.Column("acted_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("candidate_id", "number", name="pk_review_act"),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name="fk_review_act_candidate_id_candidate"
        ),
    )
    op.create_table(
        "admission",
        sa.Column("candidate_id", UUID, nullable=False),
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("session_number", sa.Integer),
        sa.Column("seat", sa.Integer),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("candidate_id", name="pk_admission"),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name="fk_admission_candidate_id_candidate"
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan_fact.plan_id"], name="fk_admission_plan_id_plan_fact"),
        sa.UniqueConstraint("number", name="uq_admission_number"),
        sa.UniqueConstraint("plan_id", "ordinal", name="uq_admission_plan_id_ordinal"),
    )
    op.create_index(
        "uq_admission_seat",
        "admission",
        ["plan_id", "session_number", "seat"],
        unique=True,
        postgresql_where=sa.text("seat IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("admission")
    op.drop_table("review_act")
