"""What issuing needs to know of the other services' facts, and how far it has come."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from certificate.base import Base
from common.certificate_code import Kind
from common.events.filing import OrganisationKind

BatchState = Literal["waiting", "ready", "blocked", "done"]


class IssuingBody(Base):
    """An approved evaluating body, as filing last told of it."""

    __tablename__ = "issuing_body"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[OrganisationKind] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text)
    uscc: Mapped[str] = mapped_column(Text)
    register_code: Mapped[str] = mapped_column(Text)


class PlanFact(Base):
    """A plan that was accepted: what the certificates under it rest on."""

    __tablename__ = "plan_fact"

    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    organisation_id: Mapped[UUID]
    organisation_name: Mapped[str] = mapped_column(Text)
    entrusted_by: Mapped[str | None] = mapped_column(Text, comment="employer that entrusted it")
    region: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date]
    filed_on: Mapped[date]
    last_filing_day: Mapped[date]
    standards: Mapped[dict[str, str]] = mapped_column(JSONB, comment="item/level → name of the standard")


class Batch(Base):
    """A batch of results: certificates are issued once it is recognised and all its chunks are here."""

    __tablename__ = "batch"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'ready', 'blocked', 'done')", name="state"),
        Index("ix_batch_to_issue", "recognised_at", postgresql_where="state = 'ready'"),
    )

    batch_id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID]
    chunks: Mapped[int | None] = mapped_column(Integer, comment="as BatchRecorded told")
    recognised_at: Mapped[datetime | None]
    state: Mapped[BatchState] = mapped_column(Text)
    last_position: Mapped[int] = mapped_column(Integer, comment="issued or refused so far")
    recorded_to: Mapped[int] = mapped_column(Integer, comment="recorded so far, to be signed next")
    chunks_issued: Mapped[int] = mapped_column(Integer)
    blocked_by: Mapped[str | None] = mapped_column(Text)


class ResultChunk(Base):
    """A chunk of a batch that has arrived."""

    __tablename__ = "result_chunk"

    batch_id: Mapped[UUID] = mapped_column(primary_key=True)
    chunk: Mapped[int] = mapped_column(Integer, primary_key=True)


class PassedResult(Base):
    """A passed result; the identity stays sealed with the person's key."""

    __tablename__ = "passed_result"
    __table_args__ = (Index("ix_passed_result_batch_id_position", "batch_id", "position"),)

    result_id: Mapped[UUID] = mapped_column(primary_key=True)
    batch_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(
        Integer, comment="in the order in which results were entered, from 1"
    )
    person_id: Mapped[UUID]
    identity: Mapped[str] = mapped_column(Text)
    item_code: Mapped[str] = mapped_column(Text)
    item_name: Mapped[str] = mapped_column(Text)
    track: Mapped[Kind] = mapped_column(Text)
    level: Mapped[int] = mapped_column(SmallInteger)


class ToBeSigned(Base):
    """What is to be signed, committed before it is; of a number with several records the newest is signed.

    Rows are only added: every number taken is explained here, signed or not.
    """

    __tablename__ = "to_be_signed"
    __table_args__ = (
        UniqueConstraint("status_index"),
        Index("ix_to_be_signed_batch_id_position", "batch_id", "position"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    number: Mapped[str] = mapped_column(Text, index=True)
    result_id: Mapped[UUID]
    batch_id: Mapped[UUID | None]
    position: Mapped[int | None] = mapped_column(Integer)
    kid: Mapped[str] = mapped_column(Text)
    status_index: Mapped[int] = mapped_column(BigInteger)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime]


class UnusedNumber(Base):
    """A number that was taken and will never be a certificate's, and why. Rows are only added."""

    __tablename__ = "unused_number"

    number: Mapped[str] = mapped_column(Text, primary_key=True)
    result_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(Text)
    explained_at: Mapped[datetime]


class IssuanceRefusal(Base):
    """A passed result that gave no certificate, and why; its number, if one was taken, is never used again."""

    __tablename__ = "issuance_refusal"

    result_id: Mapped[UUID] = mapped_column(primary_key=True)
    batch_id: Mapped[UUID] = mapped_column(index=True)
    number: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    refused_at: Mapped[datetime]


class StatusCounter(Base):
    """How many status indexes were given; one row."""

    __tablename__ = "status_counter"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    given: Mapped[int] = mapped_column(BigInteger)
