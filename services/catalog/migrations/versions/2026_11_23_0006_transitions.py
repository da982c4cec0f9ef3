"""Transition windows: cohorts of a dropped item that still get the national certificate (Art. 2)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)


def upgrade() -> None:
    op.create_table(
        "transition_window",
        sa.Column("id", UUID, nullable=False),
        sa.Column("item_code", sa.Text, nullable=False),
        sa.Column("edition_id", UUID, nullable=False),
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("enrolled_from", sa.Date),
        sa.Column("enrolled_before", sa.Date, nullable=False),
        sa.Column("opens_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_transition_window"),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name="fk_transition_window_edition_id_edition"
        ),
        sa.CheckConstraint(
            "enrolled_from IS NULL OR enrolled_from < enrolled_before", name="ck_transition_window_cohort"
        ),
        sa.CheckConstraint("opens_on <= ends_on", name="ck_transition_window_days"),
    )
    op.create_index("ix_transition_window_item_code", "transition_window", ["item_code"])


def downgrade() -> None:
    op.drop_table("transition_window")
