"""The frame's tables, and things."""

import sqlalchemy as sa
from alembic import op

from common import shared_schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    shared_schema.create(op)
    op.create_table(
        "thing",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("made_on", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_thing"),
        sa.UniqueConstraint("name", name="uq_thing_name"),
    )


def downgrade() -> None:
    op.drop_table("thing")
    shared_schema.drop(op)
