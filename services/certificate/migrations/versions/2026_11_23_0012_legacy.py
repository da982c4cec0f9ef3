"""Certificates of the time before the platform."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)


def upgrade() -> None:
    op.create_table(
        "legacy_certificate",
        sa.Column("id", UUID, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("shape", sa.Text, nullable=False),
        sa.Column("item_name", sa.Text, nullable=False),
        sa.Column("level", sa.SmallInteger),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("document_sha256", sa.Text),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("name_index", sa.LargeBinary, nullable=False),
        sa.Column("id_index", sa.LargeBinary),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_legacy_certificate"),
        sa.UniqueConstraint(
            "number", "name_index", "source", name="uq_legacy_certificate_number_name_index_source"
        ),
        sa.CheckConstraint(
            "evidence IN ('original_register', 'archive_scan', 'declared')",
            name="ck_legacy_certificate_evidence",
        ),
    )
    op.create_index("ix_legacy_certificate_number", "legacy_certificate", ["number"])


def downgrade() -> None:
    op.drop_table("legacy_certificate")
