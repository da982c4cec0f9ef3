"""Announcements of working days."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_notice",
        sa.Column("year", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("edition", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("document_number", sa.Text, nullable=False),
        sa.Column("published_on", sa.Date, nullable=False),
        sa.Column("days_off", pg.ARRAY(sa.Date), nullable=False),
        sa.Column("makeup_days", pg.ARRAY(sa.Date), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", pg.UUID(as_uuid=True), nullable=False),
        sa.PrimaryKeyConstraint("year", "edition", name="pk_calendar_notice"),
        sa.CheckConstraint("edition >= 1", name="ck_calendar_notice_edition"),
    )


def downgrade() -> None:
    op.drop_table("calendar_notice")
