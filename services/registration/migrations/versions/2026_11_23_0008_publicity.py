"""Results before the public, and objections against them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("batch", sa.Column("public_until", sa.Date))
    op.add_column("batch", sa.Column("publicity_ended_at", MOMENT))
    op.create_index("ix_batch_public_until", "batch", ["public_until"])
    op.create_table(
        "objection",
        sa.Column("id", UUID, nullable=False),
        sa.Column("batch_id", UUID, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("acknowledged_at", MOMENT),
        sa.Column("acknowledged_by", UUID),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_by", UUID),
        sa.Column("decision", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_objection"),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_objection_batch_id_batch"),
        sa.CheckConstraint(
            "state IN ('raised', 'acknowledged', 'upheld', 'dismissed')", name="ck_objection_state"
        ),
        sa.CheckConstraint(
            "(state IN ('upheld', 'dismissed')) = (decided_at IS NOT NULL)", name="ck_objection_decided"
        ),
    )
    op.create_index("ix_objection_batch_id_id", "objection", ["batch_id", "id"])


def downgrade() -> None:
    op.drop_table("objection")
    op.drop_index("ix_batch_public_until", "batch")
    op.drop_column("batch", "publicity_ended_at")
    op.drop_column("batch", "public_until")
