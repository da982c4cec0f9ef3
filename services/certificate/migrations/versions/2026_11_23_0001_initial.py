"""Certificate's tables: facts to issue on, numbers, keys, certificates and revocations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from common import shared_schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UUID = sa.Uuid()
MOMENT = sa.DateTime(timezone=True)
TABLES = (
    "issuing_body",
    "plan_fact",
    "batch",
    "result_chunk",
    "passed_result",
    "to_be_signed",
    "issuance_refusal",
    "status_counter",
    "register",
    "station_counter",
    "series",
    "signing_key",
    "certificate",
    "revocation",
)
FACTS_ONLY_ADDED = ("to_be_signed", "certificate", "revocation")


def upgrade() -> None:
    shared_schema.create(op)
    _facts()
    _issuing()
    _numbers()
    _certificates()
    _refuse_changes()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_change()")
    shared_schema.drop(op)


def _facts() -> None:
    op.create_table(
        "issuing_body",
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("uscc", sa.Text, nullable=False),
        sa.Column("register_code", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_issuing_body"),
    )
    op.create_table(
        "plan_fact",
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("organisation_name", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("filed_on", sa.Date, nullable=False),
        sa.Column("last_filing_day", sa.Date, nullable=False),
        sa.Column("standards", pg.JSONB, nullable=False, comment="item/level → name of the standard"),
        sa.PrimaryKeyConstraint("plan_id", name="pk_plan_fact"),
    )
    op.create_table(
        "batch",
        sa.Column("batch_id", UUID, nullable=False),
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("chunks", sa.Integer, comment="as BatchRecorded told"),
        sa.Column("recognised_at", MOMENT),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("last_position", sa.Integer, nullable=False, comment="issued or refused so far"),
        sa.Column("chunks_issued", sa.Integer, nullable=False),
        sa.Column("blocked_by", sa.Text),
        sa.PrimaryKeyConstraint("batch_id", name="pk_batch"),
        sa.CheckConstraint("state IN ('waiting', 'ready', 'blocked', 'done')", name="ck_batch_state"),
    )
    op.create_index(
        "ix_batch_to_issue", "batch", ["recognised_at"], postgresql_where=sa.text("state = 'ready'")
    )
    op.create_table(
        "result_chunk",
        sa.Column("batch_id", UUID, nullable=False),
        sa.Column("chunk", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "chunk", name="pk_result_chunk"),
    )
    op.create_table(
        "passed_result",
        sa.Column("result_id", UUID, nullable=False),
        sa.Column("batch_id", UUID, nullable=False),
        sa.Column(
            "position",
            sa.Integer,
            nullable=False,
            comment="in the order in which results were entered, from 1",
        ),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("item_code", sa.Text, nullable=False),
        sa.Column("item_name", sa.Text, nullable=False),
        sa.Column("track", sa.Text, nullable=False),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("result_id", name="pk_passed_result"),
    )
    op.create_index("ix_passed_result_batch_id_position", "passed_result", ["batch_id", "position"])


def _issuing() -> None:
    op.create_table(
        "to_be_signed",
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("result_id", UUID, nullable=False),
        sa.Column("kid", sa.Text, nullable=False),
        sa.Column("status_index", sa.BigInteger, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_to_be_signed"),
        sa.UniqueConstraint("result_id", name="uq_to_be_signed_result_id"),
        sa.UniqueConstraint("status_index", name="uq_to_be_signed_status_index"),
    )
    op.create_table(
        "issuance_refusal",
        sa.Column("result_id", UUID, nullable=False),
        sa.Column("batch_id", UUID, nullable=False),
        sa.Column("number", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("refused_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("result_id", name="pk_issuance_refusal"),
    )
    op.create_index("ix_issuance_refusal_batch_id", "issuance_refusal", ["batch_id"])
    op.create_table(
        "status_counter",
        sa.Column("id", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("given", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_status_counter"),
        sa.CheckConstraint("id = 1", name="ck_status_counter_single"),
    )


def _numbers() -> None:
    op.create_table(
        "register",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_register"),
        sa.UniqueConstraint("organisation_id", "kind", "code", name="uq_register_organisation_id_kind_code"),
    )
    op.create_table(
        "station_counter",
        sa.Column("prefix", sa.Text, nullable=False),
        sa.Column("last_station", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("prefix", name="pk_station_counter"),
    )
    op.create_table(
        "series",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("register", sa.Text, nullable=False),
        sa.Column("year", sa.SmallInteger, nullable=False),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("last_serial", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("kind", "register", "year", "level", name="pk_series"),
        sa.CheckConstraint("last_serial BETWEEN 0 AND 999999", name="ck_series_capacity"),
    )
    op.create_table(
        "signing_key",
        sa.Column("kid", sa.Text, nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("register", sa.Text, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("jwk", pg.JSONB, nullable=False),
        sa.Column("valid_from", MOMENT, nullable=False),
        sa.Column("valid_to", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("kid", name="pk_signing_key"),
    )
    op.create_index("ix_signing_key_register", "signing_key", ["register"])


def _certificates() -> None:
    op.create_table(
        "certificate",
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("result_id", UUID, nullable=False),
        sa.Column("batch_id", UUID, nullable=False),
        sa.Column("plan_id", UUID, nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("organisation_name", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("item_code", sa.Text, nullable=False),
        sa.Column("item_name", sa.Text, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("kid", sa.Text, nullable=False),
        sa.Column("status_index", sa.BigInteger, nullable=False),
        sa.Column("code", sa.LargeBinary, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("id_index", sa.LargeBinary, nullable=False),
        sa.Column("name_index", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_certificate"),
        sa.UniqueConstraint("result_id", name="uq_certificate_result_id"),
        sa.UniqueConstraint("status_index", name="uq_certificate_status_index"),
    )
    for column in ("batch_id", "plan_id", "organisation_id", "region"):
        op.create_index(f"ix_certificate_{column}_number", "certificate", [column, "number"])
    op.create_index("ix_certificate_id_index", "certificate", ["id_index"])
    op.create_table(
        "revocation",
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("reason_code", sa.Text, nullable=False),
        sa.Column("decision_document", sa.Text, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=False),
        sa.Column("revoked_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_revocation"),
        sa.ForeignKeyConstraint(["number"], ["certificate.number"], name="fk_revocation_number_certificate"),
    )


def _refuse_changes() -> None:
    """Facts that are only added stay as they are, whoever asks: a change is a new fact beside the old one."""
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME;
        END
        $$
        """
    )
    for table in FACTS_ONLY_ADDED:
        op.execute(
            f"CREATE TRIGGER {table}_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
