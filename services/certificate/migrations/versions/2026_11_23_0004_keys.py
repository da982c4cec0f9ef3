"""Keys of the platform, compromised keys, alarms; what is to be signed is kept before it is, with every unused number.

`to_be_signed` gets a key of its own: a number whose holder was corrected before it was signed is recorded twice.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UUID = sa.Uuid()
MOMENT = sa.DateTime(timezone=True)
FACTS_ONLY_ADDED = ("platform_key", "key_compromise", "unused_number")


def upgrade() -> None:
    _keys()
    _compromises()
    _recorded_before_signed()
    for table in FACTS_ONLY_ADDED:
        op.execute(
            f"CREATE TRIGGER {table}_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _keys() -> None:
    op.add_column("signing_key", sa.Column("sm2", pg.JSONB, comment="its companion, if any"))
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
        sa.Column("kid", sa.Text, nullable=False, comment="of a body or of the platform"),
        sa.Column("window_from", MOMENT, nullable=False),
        sa.Column("window_to", MOMENT, nullable=False),
        sa.Column("measure", sa.Text, nullable=False),
        sa.Column("decision_document", sa.Text, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("decided_by", UUID, nullable=False),
        sa.Column("total", sa.Integer, nullable=False, comment="certificates of the key and window"),
        sa.PrimaryKeyConstraint("id", name="pk_key_compromise"),
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
    op.alter_column("reissue", "correction_id", nullable=True)
    op.add_column("reissue", sa.Column("compromise_id", UUID))
    op.create_foreign_key(
        "fk_reissue_compromise_id_key_compromise", "reissue", "key_compromise", ["compromise_id"], ["id"]
    )
    op.create_check_constraint(
        "ck_reissue_one_ground", "reissue", "(correction_id IS NULL) <> (compromise_id IS NULL)"
    )


def _recorded_before_signed() -> None:
    op.add_column("batch", sa.Column("recorded_to", sa.Integer, comment="recorded so far, to be signed next"))
    op.execute("UPDATE batch SET recorded_to = last_position")
    op.alter_column("batch", "recorded_to", nullable=False)
    op.drop_constraint("pk_to_be_signed", "to_be_signed")
    op.drop_constraint("uq_to_be_signed_result_id", "to_be_signed")
    op.add_column(
        "to_be_signed",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    )
    op.create_primary_key("pk_to_be_signed", "to_be_signed", ["id"])
    op.add_column("to_be_signed", sa.Column("batch_id", UUID))
    op.add_column("to_be_signed", sa.Column("position", sa.Integer))
    op.create_index("ix_to_be_signed_number", "to_be_signed", ["number"])
    op.create_index("ix_to_be_signed_batch_id_position", "to_be_signed", ["batch_id", "position"])
    op.create_table(
        "unused_number",
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("result_id", UUID, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("explained_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_unused_number"),
    )
    op.execute(
        "INSERT INTO unused_number SELECT number, result_id, reason, refused_at FROM issuance_refusal "
        "WHERE number IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_table("unused_number")
    op.drop_index("ix_to_be_signed_batch_id_position", "to_be_signed")
    op.drop_index("ix_to_be_signed_number", "to_be_signed")
    op.drop_column("to_be_signed", "position")
    op.drop_column("to_be_signed", "batch_id")
    op.drop_constraint("pk_to_be_signed", "to_be_signed")
    op.drop_column("to_be_signed", "id")
    op.create_unique_constraint("uq_to_be_signed_result_id", "to_be_signed", ["result_id"])
    op.create_primary_key("pk_to_be_signed", "to_be_signed", ["number"])
    op.drop_column("batch", "recorded_to")
    op.drop_constraint("ck_reissue_one_ground", "reissue")
    op.drop_column("reissue", "compromise_id")
    op.alter_column("reissue", "correction_id", nullable=False)
    op.drop_column("signing_key", "sm2")
    for table in ("compromised_certificate", "key_compromise", "key_alarm", "platform_key"):
        op.drop_table(table)
