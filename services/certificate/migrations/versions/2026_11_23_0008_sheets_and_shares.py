"""Printed sheets, candidates' sessions as registration opened them, and what holders share."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

UUID = sa.Uuid()
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _sheets()
    _holders()


def _sheets() -> None:
    op.create_table(
        "sheet",
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("serial", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("printed_at", MOMENT, nullable=False),
        sa.Column("printed_by", sa.Text, nullable=False),
        sa.Column("account_id", UUID),
        sa.Column("job_id", UUID),
        sa.PrimaryKeyConstraint("number", "serial", name="pk_sheet"),
        sa.ForeignKeyConstraint(["number"], ["certificate.number"], name="fk_sheet_number_certificate"),
        sa.CheckConstraint("serial >= 1", name="ck_sheet_serial"),
        sa.CheckConstraint("purpose IN ('first', 'reprint', 'lost')", name="ck_sheet_purpose"),
        sa.CheckConstraint("printed_by IN ('body', 'office', 'holder')", name="ck_sheet_printed_by"),
        sa.CheckConstraint("(printed_by = 'holder') = (account_id IS NULL)", name="ck_sheet_account"),
    )
    op.create_index(
        "ix_sheet_first_of_version",
        "sheet",
        ["number", "version"],
        unique=True,
        postgresql_where=sa.text("purpose = 'first'"),
    )
    op.execute(
        "CREATE TRIGGER sheet_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON sheet "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _holders() -> None:
    op.create_table(
        "holder_session",
        sa.Column("token_sha256", sa.LargeBinary, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_holder_session"),
    )
    op.create_index("ix_holder_session_expires_at", "holder_session", ["expires_at"])
    op.create_table(
        "share",
        sa.Column("id", UUID, nullable=False),
        sa.Column("token_sha256", sa.LargeBinary, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("fields", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("shared_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.Column("opened", sa.Integer, nullable=False),
        sa.Column("last_opened_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_share"),
        sa.ForeignKeyConstraint(["number"], ["certificate.number"], name="fk_share_number_certificate"),
        sa.UniqueConstraint("token_sha256", name="uq_share_token_sha256"),
        sa.CheckConstraint("expires_at > shared_at", name="ck_share_expires_at"),
    )
    op.create_index("ix_share_person_id_id", "share", ["person_id", "id"])


def downgrade() -> None:
    for table in ("share", "holder_session", "sheet"):
        op.drop_table(table)
