"""Drafts of plans."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)


def upgrade() -> None:
    op.create_table(
        "plan_draft",
        sa.Column("id", UUID, nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plan_draft"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_plan_draft_organisation_id_organisation"
        ),
    )
    op.create_index("ix_plan_draft_organisation_id", "plan_draft", ["organisation_id"])


def downgrade() -> None:
    op.drop_table("plan_draft")
