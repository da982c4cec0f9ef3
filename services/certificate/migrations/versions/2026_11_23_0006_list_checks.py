"""Lists that were verified: who asked how much on what ground, answers for a while; occupations found by leaps."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_index("ix_certificate_item_code_number", "certificate", ["item_code", "number"])
    op.create_table(
        "list_check",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("ground", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False, comment="consent form, contract or legal provision"),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("valid", sa.Integer, nullable=False),
        sa.Column("not_valid", sa.Integer, nullable=False),
        sa.Column("unprovable", sa.Integer, nullable=False),
        sa.Column("misses", sa.Integer, nullable=False, comment="numbers that were not those of the name"),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.PrimaryKeyConstraint("job_id", name="pk_list_check"),
        sa.CheckConstraint(
            "ground IN ('consent', 'employment', 'statutory_duty')", name="ck_list_check_ground"
        ),
    )
    op.create_index("ix_list_check_organisation_id_asked_at", "list_check", ["organisation_id", "asked_at"])
    op.create_index("ix_list_check_expires_at", "list_check", ["expires_at"])
    op.create_table(
        "list_answer",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("chunk", sa.Integer, nullable=False),
        sa.Column("answers", pg.JSONB, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "chunk", name="pk_list_answer"),
        sa.ForeignKeyConstraint(
            ["job_id"], ["list_check.job_id"], name="fk_list_answer_job_id_list_check", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    op.drop_table("list_answer")
    op.drop_table("list_check")
    op.drop_index("ix_certificate_item_code_number", "certificate")
