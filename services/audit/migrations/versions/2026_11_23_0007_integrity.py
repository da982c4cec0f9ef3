"""Bodies, measures against them, and complaints."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "evaluating_body",
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("uscc", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_evaluating_body"),
    )
    op.create_index("ix_evaluating_body_uscc", "evaluating_body", ["uscc"])
    op.create_table(
        "listing_case",
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("measure", sa.Text, nullable=False),
        sa.Column("ground", sa.Text, nullable=False),
        sa.Column("fact", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("evidence", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("responsible", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("proposed_by", UUID),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("heard_until", sa.Date, nullable=False),
        sa.Column("statement", sa.Text),
        sa.Column("decided_by", UUID),
        sa.Column("decided_at", MOMENT),
        sa.Column("reason", sa.Text),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.Column("plans", sa.Text, nullable=False),
        sa.Column("certificates", sa.Text, nullable=False),
        sa.Column("cleared_on", sa.Date),
        sa.Column("acts", pg.JSONB, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_listing_case"),
        sa.CheckConstraint(
            "state IN ('proposed', 'dropped', 'listed', 'appealed', 'annulled', 'removed')",
            name="ck_listing_case_state",
        ),
    )
    op.create_index("ix_listing_case_organisation_id", "listing_case", ["organisation_id"])
    op.create_index(
        "uq_listing_case_organisation_id_fact",
        "listing_case",
        ["organisation_id", "fact"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('dropped', 'annulled')"),
    )
    op.create_table(
        "listing_counter",
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_listing_counter"),
    )
    op.create_table(
        "complaint",
        sa.Column("id", UUID, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("token_sha256", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("acknowledge_by", sa.Date, nullable=False),
        sa.Column("answer_by", sa.Date, nullable=False),
        sa.Column("acknowledged_at", MOMENT),
        sa.Column("acknowledged_by", UUID),
        sa.Column("answered_at", MOMENT),
        sa.Column("answered_by", UUID),
        sa.Column("outcome", sa.Text),
        sa.Column("reply", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_complaint"),
        sa.CheckConstraint(
            "state IN ('received', 'accepted', 'declined', 'answered')", name="ck_complaint_state"
        ),
    )
    op.create_index("ix_complaint_region", "complaint", ["region"])
    op.create_table(
        "complaint_photo",
        sa.Column("id", UUID, nullable=False),
        sa.Column("complaint_id", UUID, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_complaint_photo"),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name="fk_complaint_photo_complaint_id_complaint"
        ),
    )
    op.create_index("ix_complaint_photo_complaint_id", "complaint_photo", ["complaint_id"])


def downgrade() -> None:
    op.drop_table("complaint_photo")
    op.drop_table("complaint")
    op.drop_table("listing_counter")
    op.drop_table("listing_case")
    op.drop_table("evaluating_body")
