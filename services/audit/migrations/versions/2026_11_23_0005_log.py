"""The public log: leaves, checkpoints, cosignatures."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "log_leaf",
        sa.Column("leaf_index", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("entry", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("leaf_index", name="pk_log_leaf"),
        sa.UniqueConstraint("source", "position", name="uq_log_leaf_source_position"),
    )
    op.create_index("ix_log_leaf_event_id", "log_leaf", ["event_id"])
    op.create_table(
        "log_checkpoint",
        sa.Column("size", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("signed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_log_checkpoint"),
    )
    op.create_table(
        "log_cosignature",
        sa.Column("size", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("witness", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("cosigned_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("size", "witness", name="pk_log_cosignature"),
    )


def downgrade() -> None:
    for table in ("log_cosignature", "log_checkpoint", "log_leaf"):
        op.drop_table(table)
