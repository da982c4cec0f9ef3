"""Items that leave the list, what they go on as, and corrections of what editions said."""

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
    op.add_column(
        "item_version", sa.Column("is_listed", sa.Boolean, nullable=False, server_default=sa.true())
    )
    op.create_index("ix_item_version_feed", "item_version", ["recorded_at", "item_code", "valid_from"])
    op.create_table(
        "succession",
        sa.Column("from_code", sa.Text, nullable=False),
        sa.Column("to_code", sa.Text, nullable=False),
        sa.Column("edition_id", UUID, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("from_code", "to_code", "edition_id", name="pk_succession"),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name="fk_succession_edition_id_edition"),
        sa.CheckConstraint("kind IN ('renamed', 'merged', 'split', 'replaced')", name="ck_succession_kind"),
    )
    op.create_index("ix_succession_to_code", "succession", ["to_code"])
    op.create_table(
        "correction",
        sa.Column("id", UUID, nullable=False),
        sa.Column("edition_id", UUID, nullable=False),
        sa.Column("item_code", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("before", pg.JSONB, nullable=False),
        sa.Column("after", pg.JSONB, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name="fk_correction_edition_id_edition"),
    )
    op.create_index("ix_correction_edition_id", "correction", ["edition_id"])


def downgrade() -> None:
    op.drop_table("correction")
    op.drop_table("succession")
    op.drop_index("ix_item_version_feed", "item_version")
    op.drop_column("item_version", "is_listed")
