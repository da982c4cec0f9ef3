"""Evidence by hash; the candidate's own view: numbers to send codes to, sessions, requests for corrections."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)
TABLES = ("correction_request", "candidate_guess", "candidate_session", "contact", "evidence")


def upgrade() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", UUID, nullable=False),
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.Column("kept_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan_fact.plan_id"], name="fk_evidence_plan_id_plan_fact"),
        sa.UniqueConstraint("plan_id", "sha256", name="uq_evidence_plan_id_sha256"),
        sa.CheckConstraint("octet_length(sha256) = 32", name="ck_evidence_sha256"),
    )
    _sessions()
    _requests()


def _sessions() -> None:
    op.create_table(
        "contact",
        sa.Column("candidate_id", UUID, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("candidate_id", name="pk_contact"),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name="fk_contact_candidate_id_candidate", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_contact_person_id_person"),
    )
    op.create_index("ix_contact_person_id", "contact", ["person_id"])
    op.create_table(
        "candidate_session",
        sa.Column("id", UUID, nullable=False),
        sa.Column("target", sa.LargeBinary, nullable=False),
        sa.Column("person_id", UUID),
        sa.Column("code_index", sa.LargeBinary, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("opened_at", MOMENT),
        sa.Column("token_hash", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_candidate_session"),
        sa.UniqueConstraint("token_hash", name="uq_candidate_session_token_hash"),
        sa.CheckConstraint("(opened_at IS NULL) = (token_hash IS NULL)", name="ck_candidate_session_opened"),
    )
    op.create_index("ix_candidate_session_target_asked_at", "candidate_session", ["target", "asked_at"])
    op.create_index("ix_candidate_session_code_index", "candidate_session", ["code_index"])
    op.create_index("ix_candidate_session_expires_at", "candidate_session", ["expires_at"])
    op.create_table(
        "candidate_guess",
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("misses", sa.Integer, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_candidate_guess"),
    )


def _requests() -> None:
    op.create_table(
        "correction_request",
        sa.Column("id", UUID, nullable=False),
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("subject_id", UUID, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("answered_at", MOMENT),
        sa.Column("answered_by", UUID),
        sa.PrimaryKeyConstraint("id", name="pk_correction_request"),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan_fact.plan_id"], name="fk_correction_request_plan_id_plan_fact"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_correction_request_person_id_person"),
        sa.CheckConstraint("subject IN ('registration', 'result')", name="ck_correction_request_subject"),
        sa.CheckConstraint("state IN ('open', 'accepted', 'declined')", name="ck_correction_request_state"),
        sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="ck_correction_request_answered"),
    )
    op.create_index("ix_correction_request_plan_id_id", "correction_request", ["plan_id", "id"])
    op.create_index("ix_correction_request_person_id", "correction_request", ["person_id"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
