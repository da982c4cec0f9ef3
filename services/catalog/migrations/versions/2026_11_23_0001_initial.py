"""The catalog's tables: editions, versions of items, standards, and moves of a sandbox's clock."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from common import shared_schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)
TABLES = ("clock_move", "standard", "item_version", "edition")


def upgrade() -> None:
    shared_schema.create(op)
    op.create_table(
        "edition",
        sa.Column("id", UUID, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("published_on", sa.Date, nullable=False),
        sa.Column("effective_on", sa.Date, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("content", pg.JSONB, nullable=False),
        sa.Column("content_sha256", sa.LargeBinary, nullable=False),
        sa.Column("diff", pg.JSONB, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_edition"),
        sa.UniqueConstraint("kind", "name", name="uq_edition_kind_name"),
        sa.UniqueConstraint("kind", "effective_on", name="uq_edition_kind_effective_on"),
        sa.UniqueConstraint("content_sha256", name="uq_edition_content_sha256"),
        sa.CheckConstraint("kind IN ('national', 'provincial')", name="ck_edition_kind"),
        sa.CheckConstraint("effective_on >= published_on", name="ck_edition_dates"),
    )
    op.create_table(
        "item_version",
        sa.Column("item_code", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("track", sa.Text, nullable=False),
        sa.Column("levels", pg.ARRAY(sa.Integer), nullable=False),
        sa.Column("admission_linked", sa.Boolean, nullable=False),
        sa.Column("national_item", sa.Text),
        sa.Column("edition_id", UUID, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("item_code", "valid_from", "recorded_at", name="pk_item_version"),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name="fk_item_version_edition_id_edition"),
        sa.CheckConstraint(
            "track IN ('national_qualification', 'skill_level', 'special_ability')",
            name="ck_item_version_track",
        ),
        sa.CheckConstraint(
            "NOT admission_linked OR track = 'national_qualification'", name="ck_item_version_admission"
        ),
    )
    op.create_index("ix_item_version_edition_id", "item_version", ["edition_id"])
    op.create_table(
        "standard",
        sa.Column("id", UUID, nullable=False),
        sa.Column("item_code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("levels", pg.ARRAY(sa.Integer), nullable=False),
        sa.Column("components", pg.JSONB, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("edition_id", UUID, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_standard"),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name="fk_standard_edition_id_edition"),
        sa.CheckConstraint("kind IN ('national', 'provincial', 'enterprise_norm')", name="ck_standard_kind"),
        sa.CheckConstraint("valid_to >= valid_from", name="ck_standard_validity"),
    )
    op.create_index("ix_standard_item_code", "standard", ["item_code"])
    op.create_index(
        "uq_standard_national",
        "standard",
        ["item_code"],
        unique=True,
        postgresql_where=sa.text("kind = 'national' AND valid_to IS NULL"),
    )
    op.create_table(
        "clock_move",
        sa.Column("offset_seconds", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("moved_at", MOMENT, nullable=False),
        sa.Column("moved_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("offset_seconds", name="pk_clock_move"),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    shared_schema.drop(op)
