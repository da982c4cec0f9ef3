"""Consultations with opinions and answers; recommendations of representative enterprises."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)
TABLES = (
    "recommendation_pick",
    "recommendation",
    "recommendation_call",
    "opinion_answer",
    "opinion",
    "consultation_deadline",
    "consultation",
)


def upgrade() -> None:
    _consultations()
    _recommendations()


def _consultations() -> None:
    op.create_table(
        "consultation",
        sa.Column("id", UUID, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("document_sha256", sa.LargeBinary),
        sa.Column("clauses", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("opened_by", UUID, nullable=False),
        sa.Column("summary", pg.JSONB),
        sa.Column("closed_at", MOMENT),
        sa.Column("closed_by", UUID),
        sa.PrimaryKeyConstraint("id", name="pk_consultation"),
        sa.ForeignKeyConstraint(
            ["document_sha256"], ["document.sha256"], name="fk_consultation_document_sha256_document"
        ),
        sa.CheckConstraint("subject IN ('edition', 'standard', 'document')", name="ck_consultation_subject"),
        sa.CheckConstraint("(summary IS NULL) = (closed_at IS NULL)", name="ck_consultation_closed"),
    )
    op.create_table(
        "consultation_deadline",
        sa.Column("consultation_id", UUID, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("deadline", sa.Date, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("consultation_id", "number", name="pk_consultation_deadline"),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name="fk_consultation_deadline_consultation_id_consultation",
        ),
    )
    op.create_table(
        "opinion",
        sa.Column("id", UUID, nullable=False),
        sa.Column("receipt_sha256", sa.LargeBinary, nullable=False),
        sa.Column("consultation_id", UUID, nullable=False),
        sa.Column("clause", sa.Integer, nullable=False),
        sa.Column("stance", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("proposal", sa.Text),
        sa.Column("organisation_id", UUID),
        sa.Column("account_id", UUID),
        sa.Column("person_id", UUID),
        sa.Column("sealed_contact", sa.Text),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_opinion"),
        sa.UniqueConstraint("receipt_sha256", name="uq_opinion_receipt_sha256"),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name="fk_opinion_consultation_id_consultation"
        ),
        sa.CheckConstraint("stance IN ('support', 'object', 'amend')", name="ck_opinion_stance"),
        sa.CheckConstraint("(sealed_contact IS NULL) = (person_id IS NULL)", name="ck_opinion_contact"),
    )
    op.create_index("ix_opinion_consultation_id_id", "opinion", ["consultation_id", "id"])
    op.create_table(
        "opinion_answer",
        sa.Column("opinion_id", UUID, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.Column("answered_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("opinion_id", name="pk_opinion_answer"),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name="fk_opinion_answer_opinion_id_opinion"),
        sa.CheckConstraint(
            "verdict IN ('accepted', 'partly', 'not_accepted')", name="ck_opinion_answer_verdict"
        ),
    )


def _recommendations() -> None:
    op.create_table(
        "recommendation_call",
        sa.Column("id", UUID, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("per_county", sa.Integer, nullable=False),
        sa.Column("per_city", sa.Integer, nullable=False),
        sa.Column("deadline", sa.Date, nullable=False),
        sa.Column("pick_deadline", sa.Date, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("opened_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recommendation_call"),
        sa.CheckConstraint("per_county >= 1 AND per_city >= 1", name="ck_recommendation_call_quota"),
        sa.CheckConstraint("pick_deadline > deadline", name="ck_recommendation_call_days"),
    )
    op.create_table(
        "recommendation",
        sa.Column("id", UUID, nullable=False),
        sa.Column("call_id", UUID, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("uscc", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("recommended_at", MOMENT, nullable=False),
        sa.Column("recommended_by", UUID, nullable=False),
        sa.Column("withdrawn_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_recommendation"),
        sa.ForeignKeyConstraint(
            ["call_id"], ["recommendation_call.id"], name="fk_recommendation_call_id_recommendation_call"
        ),
    )
    op.create_index("ix_recommendation_call_id", "recommendation", ["call_id"])
    op.create_index(
        "uq_recommendation_enterprise",
        "recommendation",
        ["call_id", "uscc"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "recommendation_pick",
        sa.Column("recommendation_id", UUID, nullable=False),
        sa.Column("call_id", UUID, nullable=False),
        sa.Column("city", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("picked_at", MOMENT, nullable=False),
        sa.Column("picked_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("recommendation_id", name="pk_recommendation_pick"),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendation.id"],
            name="fk_recommendation_pick_recommendation_id_recommendation",
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["recommendation_call.id"], name="fk_recommendation_pick_call_id_recommendation_call"
        ),
    )
    op.create_index("ix_recommendation_pick_call_id", "recommendation_pick", ["call_id"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
