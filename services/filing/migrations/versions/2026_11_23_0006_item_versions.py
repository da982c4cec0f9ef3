"""Versions of items with their edition, cause and instant of recording; items that left; scopes of norms."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = "pk_item_version"


def upgrade() -> None:
    op.add_column("standard_fact", sa.Column("scope", pg.JSONB))
    op.add_column(
        "item_version",
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, server_default="1970-01-01Z"),
    )
    op.add_column(
        "item_version", sa.Column("is_listed", sa.Boolean, nullable=False, server_default=sa.true())
    )
    op.add_column("item_version", sa.Column("edition_id", pg.UUID(as_uuid=True)))
    op.add_column("item_version", sa.Column("cause", sa.Text, nullable=False, server_default="imported"))
    for column in ("recorded_at", "is_listed", "cause"):  # the defaults were for the rows that are there
        op.alter_column("item_version", column, server_default=None)
    op.drop_constraint(KEY, "item_version")
    op.create_primary_key(KEY, "item_version", ["item_code", "valid_from", "recorded_at"])


def downgrade() -> None:
    """Keeps what counts: the last word for each day; what left the list cannot be told in the old shape."""
    op.execute(
        "DELETE FROM item_version older USING item_version newer WHERE NOT older.is_listed OR"
        " (older.item_code, older.valid_from) = (newer.item_code, newer.valid_from)"
        " AND older.recorded_at < newer.recorded_at"
    )
    op.drop_constraint(KEY, "item_version")
    op.create_primary_key(KEY, "item_version", ["item_code", "valid_from"])
    for column in ("cause", "edition_id", "is_listed", "recorded_at"):
        op.drop_column("item_version", column)
    op.drop_column("standard_fact", "scope")
