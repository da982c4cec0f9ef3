"""Examiners' cards; plans that were admitted late."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("plan_fact", sa.Column("admitted_late", sa.Text))
    op.create_table(
        "examiner_card",
        sa.Column("card_number", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("item_codes", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("employer_uscc", sa.Text),
        sa.Column("trains_for_uscc", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=False),
        sa.Column("withdrawn_on", sa.Date),
        sa.Column("reason", sa.Text),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("card_number", "version", name="pk_examiner_card"),
        sa.CheckConstraint("grade IN ('examiner', 'senior_examiner')", name="ck_examiner_card_grade"),
        sa.CheckConstraint("valid_to >= valid_from", name="ck_examiner_card_days"),
    )
    op.create_index("ix_examiner_card_region", "examiner_card", ["region"])


def downgrade() -> None:
    op.drop_table("examiner_card")
    op.drop_column("plan_fact", "admitted_late")
