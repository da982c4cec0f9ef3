"""The tables that the shared library keeps in every service's database, for the first migration of each.

Written out, not made from the models: a migration says what it does for ever, and a test compares the two.
"""

from types import ModuleType

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

_MOMENT = sa.DateTime(timezone=True)
_UUID = sa.Uuid()
TABLES = (
    "aggregate",
    "outbox",
    "journal",
    "journal_floor",
    "inbox",
    "followed",
    "parked",
    "person_key",
    "service_key",
    "idempotency",
    "token_key",
    "revoked_account",
    "shut_organisation",
    "platform_clock",
    "calendar_year",
    "job",
    "upload",
    "job_chunk",
    "job_error",
    "job_cancellation",
)


def create(op: ModuleType) -> None:
    """Create them all; `op` is Alembic's."""
    _said(op)
    _followed(op)
    _frame(op)
    _jobs(op)


def drop(op: ModuleType) -> None:
    """Drop them all, for a downgrade to nothing."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _said(op: ModuleType) -> None:
    """What this service tells: `common.outbox`, `common.journal`."""
    op.create_table(
        "aggregate",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_aggregate"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("event_id", _UUID, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("said_at", _MOMENT, nullable=False),
        sa.Column("actor", sa.Text),
        sa.Column("causation_id", sa.Text),
        sa.Column("traceparent", sa.Text),
        sa.Column("persons", pg.ARRAY(_UUID), nullable=False),
        sa.Column("data", pg.JSONB, nullable=False),
        sa.Column("lane", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_lane_id", "outbox", ["lane", "id"])
    op.create_table(
        "journal",
        sa.Column("position", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("event_id", _UUID, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("chain", sa.LargeBinary, nullable=False),
        sa.Column("persons", pg.ARRAY(_UUID), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_journal"),
        sa.UniqueConstraint("event_id", name="uq_journal_event_id"),
        sa.UniqueConstraint("key", "version", name="uq_journal_key_version"),
    )
    op.create_table(
        "journal_floor",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_journal_floor"),
    )


def _followed(op: ModuleType) -> None:
    """What it takes in from others: `common.inbox`, `common.parked`, `common.person_keys`."""
    op.create_table(
        "inbox",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("chain", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_inbox"),
    )
    op.create_table(
        "followed",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_followed"),
    )
    op.create_table(
        "parked",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("event_id", _UUID, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("chain", sa.LargeBinary, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("parked_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("source", "position", name="pk_parked"),
    )
    op.create_index("ix_parked_source_key", "parked", ["source", "key"])
    op.create_table(
        "person_key",
        sa.Column("person_id", _UUID, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_person_key"),
    )
    op.create_table(
        "service_key",
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("public", sa.LargeBinary, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("purpose", name="pk_service_key"),
    )


def _frame(op: ModuleType) -> None:
    """What the frame keeps: `common.idempotency`, `common.auth`, `common.clock`."""
    op.create_table(
        "idempotency",
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("route", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("status", sa.SmallInteger, nullable=False),
        sa.Column("headers", pg.JSONB, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("stored_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account", "route", "key", name="pk_idempotency"),
    )
    op.create_index("ix_idempotency_stored_at", "idempotency", ["stored_at"])
    op.create_table(
        "token_key",
        sa.Column("kid", sa.Text, nullable=False),
        sa.Column("jwk", pg.JSONB, nullable=False),
        sa.Column("not_after", _MOMENT),
        sa.PrimaryKeyConstraint("kid", name="pk_token_key"),
    )
    op.create_table(
        "revoked_account",
        sa.Column("account_id", _UUID, nullable=False),
        sa.Column("revoked_at", _MOMENT, nullable=False),
        sa.Column("noted_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_revoked_account"),
    )
    op.create_table(
        "shut_organisation",
        sa.Column("organisation_id", _UUID, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("case", sa.Text),
        sa.PrimaryKeyConstraint("organisation_id", "since", name="pk_shut_organisation"),
    )
    op.create_table(
        "platform_clock",
        sa.Column("id", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("offset_seconds", sa.BigInteger, nullable=False),
        sa.Column("moved_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_platform_clock"),
        sa.CheckConstraint("id = 1", name="ck_platform_clock_single"),
    )
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("days_off", pg.ARRAY(sa.Date), nullable=False),
        sa.Column("makeup_days", pg.ARRAY(sa.Date), nullable=False),
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("document_number", sa.Text, nullable=False),
        sa.Column("published_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_calendar_year"),
    )


def _jobs(op: ModuleType) -> None:
    """Long work and its files: `common.jobs.models`."""
    op.create_table(
        "job",
        sa.Column("id", _UUID, nullable=False),
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("organisation_id", _UUID, nullable=False),
        sa.Column("account_id", _UUID, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("parameters", pg.JSONB, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
        sa.Column("traceparent", sa.Text),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("worked_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer),
        sa.Column("errors", sa.Integer, nullable=False),
        sa.Column("checkpoint", pg.JSONB, nullable=False),
        sa.Column("result", pg.JSONB),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.UniqueConstraint("number", name="uq_job_number"),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'completed', 'rejected', 'failed', 'cancelled')",
            name="ck_job_state",
        ),
    )
    op.create_index(
        "ix_job_unfinished",
        "job",
        ["subject", "number"],
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_index("ix_job_organisation_id_worked_at", "job", ["organisation_id", "worked_at"])
    op.create_index("ix_job_ended_at", "job", ["ended_at"])
    for table in ("upload", "job_chunk"):
        op.create_table(
            table,
            sa.Column("job_id", _UUID, nullable=False),
            sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
            sa.Column("content", sa.LargeBinary, nullable=False),
            sa.PrimaryKeyConstraint("job_id", "number", name=f"pk_{table}"),
            _of_job(table),
        )
    op.create_table(
        "job_error",
        sa.Column("job_id", _UUID, nullable=False),
        sa.Column("row_number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("column_name", sa.Text),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("detail_zh", sa.Text, nullable=False),
        sa.Column("detail_en", sa.Text, nullable=False),
        sa.Column("remedy_zh", sa.Text, nullable=False),
        sa.Column("remedy_en", sa.Text, nullable=False),
        sa.Column("article", sa.Text),
        sa.PrimaryKeyConstraint("job_id", "row_number", "number", name="pk_job_error"),
        _of_job("job_error"),
    )
    op.create_table(
        "job_cancellation",
        sa.Column("job_id", _UUID, nullable=False),
        sa.Column("asked_by", _UUID, nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_job_cancellation"),
        _of_job("job_cancellation"),
    )


def _of_job(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=f"fk_{table}_job_id_job", ondelete="CASCADE")
