"""What certificates rest on besides their plan: accreditations, rosters, batches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accreditation",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=False),
        sa.Column("scope_sha256", sa.Text, nullable=False),
        sa.Column("scope", pg.JSONB, nullable=False, comment="item codes (none: all) × levels, as approved"),
        sa.PrimaryKeyConstraint(
            "organisation_id", "valid_from", "valid_to", "scope_sha256", name="pk_accreditation"
        ),
    )
    op.create_table(
        "roster_fact",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("approved", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", name="pk_roster_fact"),
    )
    op.create_table(
        "batch_fact",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("passed", sa.Integer, nullable=False),
        sa.Column("recorded_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name="pk_batch_fact"),
    )


def downgrade() -> None:
    op.drop_table("batch_fact")
    op.drop_table("roster_fact")
    op.drop_table("accreditation")
