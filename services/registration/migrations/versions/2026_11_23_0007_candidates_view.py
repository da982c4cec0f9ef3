"""Evidence by hash."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)
TABLES = ("evidence",)


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


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
