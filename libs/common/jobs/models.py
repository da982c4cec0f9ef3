"""Tables of jobs: the job, the file it came with, the rows read from it, its mistakes, the wish to end it.

Files and rows hold people's names and numbers: their content is sealed with a key of the job's own, wrapped by the
platform's keyring. When a job is purged the key goes, and with it whatever back-ups still hold.
"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Shared

State = Literal["queued", "running", "completed", "rejected", "failed", "cancelled"]
UNFINISHED: tuple[State, ...] = ("queued", "running")


class JobRow(Shared):
    """One piece of long work.

    `number` is the order of arrival; jobs of one `subject` follow one another in it. `worked_at` is when its last step
    was committed. `rejected`: no row was kept, for the file was to be taken whole and some rows are wrong; `failed`:
    the platform's own fault. `checkpoint` is where the next step begins; `total` is not known before the file was read.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint(
            "state IN ('queued', 'running', 'completed', 'rejected', 'failed', 'cancelled')", name="state"
        ),
        Index(
            "ix_job_unfinished", "subject", "number", postgresql_where=text("state IN ('queued', 'running')")
        ),
        Index("ix_job_organisation_id_worked_at", "organisation_id", "worked_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    kind: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    organisation_id: Mapped[UUID]
    account_id: Mapped[UUID]
    state: Mapped[State] = mapped_column(Text)
    parameters: Mapped[dict[str, Any]]
    media_type: Mapped[str] = mapped_column(Text)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    traceparent: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    worked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    done: Mapped[int] = mapped_column(Integer)
    total: Mapped[int | None] = mapped_column(Integer)
    errors: Mapped[int] = mapped_column(Integer)
    checkpoint: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class UploadRow(Shared):
    """A piece (at most 1 MiB, sealed) of the file that a job came with, or that it made."""

    __tablename__ = "upload"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class JobChunkRow(Shared):
    """Rows of the file as they were read (at most 500, sealed), for the steps to come; gone when the job has ended."""

    __tablename__ = "job_chunk"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class JobErrorRow(Shared):
    """One mistake in a file. `row_number` is 0 for what is wrong with the file as a whole."""

    __tablename__ = "job_error"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    row_number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    column_name: Mapped[str | None] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    detail_zh: Mapped[str] = mapped_column(Text)
    detail_en: Mapped[str] = mapped_column(Text)
    remedy_zh: Mapped[str] = mapped_column(Text)
    remedy_en: Mapped[str] = mapped_column(Text)
    article: Mapped[str | None] = mapped_column(Text)


class JobCancellationRow(Shared):
    """The wish that a job ends. A row of its own: it is put down while a step holds the job."""

    __tablename__ = "job_cancellation"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
