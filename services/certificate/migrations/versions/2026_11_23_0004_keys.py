"""Keys of the platform, compromised keys, and alarms before the end of keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UUID = sa.Uuid()
MOMENT = sa.DateTime(timezone=True)
FACTS_ONLY_ADDED = ("platform_key", "key_compromise")


def upgrade() -> None:
    _keys()
    _compromises()
    for table in FACTS_ONLY_ADDED:
        op.execute(
            f"CREATE TRIGGER {table}_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _keys() -> None:
    op.create_table(
        "platform_key",
        sa.Column("kid", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("algorithm", sa.Text, nullable=False),
        sa.Column("jwk", pg.JSONB, nullable=False),
        sa.Column("valid_from", MOMENT, nullable=False),
        sa.Column("valid_to", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("kid", name="pk_platform_key"),
    )
    op.create_index("ix_platform_key_purpose_algorithm", "platform_key", ["purpose", "algorithm"])
    op.create_table(
        "key_alarm",
        sa.Column("kid", sa.Text, nullable=False),
        sa.Column("days", sa.SmallInteger, nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("kid", "days", name="pk_key_alarm"),
    )


def _compromises() -> None:
    op.create_table(
        "key_compromise",
        sa.Column("id", UUID, nullable=False),
        sa.Column("kid", sa.Text, nullable=False),
        sa.Column("window_from", MOMENT, nullable=False),
        sa.Column("window_to", MOMENT, nullable=False),
        sa.Column("measure", sa.Text, nullable=False),
        sa.Column("decision_document", sa.Text, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("decided_by", UUID, nullable=False),
        sa.Column("total", sa.Integer, nullable=False, comment="certificates of the key and window"),
        sa.PrimaryKeyConstraint("id", name="pk_key_compromise"),
        sa.ForeignKeyConstraint(["kid"], ["signing_key.kid"], name="fk_key_compromise_kid_signing_key"),
        sa.CheckConstraint("measure IN ('reissue', 'revoke')", name="ck_key_compromise_measure"),
        sa.CheckConstraint("window_from < window_to", name="ck_key_compromise_window"),
    )
    op.create_index("ix_key_compromise_kid", "key_compromise", ["kid"])
    op.create_table(
        "compromised_certificate",
        sa.Column("compromise_id", UUID, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.PrimaryKeyConstraint("compromise_id", "number", name="pk_compromised_certificate"),
        sa.ForeignKeyConstraint(
            ["compromise_id"],
            ["key_compromise.id"],
            name="fk_compromised_certificate_compromise_id_key_compromise",
        ),
        sa.ForeignKeyConstraint(
            ["number"], ["certificate.number"], name="fk_compromised_certificate_number_certificate"
        ),
    )
    op.create_index(
        "ix_compromised_certificate_waiting",
        "compromised_certificate",
        ["compromise_id"],
        postgresql_where=sa.text("outcome IS NULL"),
    )


def downgrade() -> None:
    for table in ("compromised_certificate", "key_compromise", "key_alarm", "platform_key"):
        op.drop_table(table)
