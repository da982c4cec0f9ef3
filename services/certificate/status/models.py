"""Decisions about certificates, the changes that they made (facts, only added), and what follows from them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from certificate.base import Base
from certificate.status.domain import Act, Status

DecisionState = Literal["running", "completed"]
Origin = Literal["hand", "rule"]


class StatusDecision(Base):
    """A decision about certificates, of an authority or following by rule from one of another service.

    `ground`: what a measure opened by it is told apart by. `hand`: the table of transitions holds for each certificate.
    """

    __tablename__ = "status_decision"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'completed')", name="state"),
        UniqueConstraint("act", "ground"),
        Index("ix_status_decision_running", "decided_at", postgresql_where=text("state = 'running'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    act: Mapped[Act] = mapped_column(Text)
    ground: Mapped[str] = mapped_column(Text)
    origin: Mapped[Origin] = mapped_column(Text)
    reason_code: Mapped[str] = mapped_column(Text)
    decision_document: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(
        Text, comment="the account, or the service by whose word it follows"
    )
    region: Mapped[str | None] = mapped_column(Text, comment="of who decided; none: the whole province")
    decided_at: Mapped[datetime]
    state: Mapped[DecisionState] = mapped_column(Text)
    total: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer)
    refused: Mapped[int] = mapped_column(Integer)
    ended_at: Mapped[datetime | None]


class DecidedNumber(Base):
    """A certificate that a decision names, and what it made of it: `changed`, or why nothing was."""

    __tablename__ = "decided_number"

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("status_decision.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    number: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(Text)


class StatusChange(Base):
    """The status of one place in the lists from an instant on. `serial` is gap-free, in order of commit."""

    __tablename__ = "status_change"
    __table_args__ = (Index("ix_status_change_number_serial", "number", "serial"),)

    serial: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(ForeignKey("certificate.number"))
    status_index: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[Status] = mapped_column(Text)
    since: Mapped[datetime]
    act: Mapped[str] = mapped_column(Text, comment="what was done: an act, `supersede` or `carry`")
    reason_code: Mapped[str] = mapped_column(Text)
    decision_document: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(Text)
    decision_id: Mapped[UUID]
    changed_at: Mapped[datetime]


class StatusSerial(Base):
    """The last serial given; one row, held from taking a serial to the commit: so serials are in order of commit."""

    __tablename__ = "status_serial"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    given: Mapped[int] = mapped_column(BigInteger)


class CertificateStatus(Base):
    """How a certificate stands that something was ever decided about; no row: it is valid.

    `open`: its open measures, in the order in which they were opened.
    """

    __tablename__ = "certificate_status"

    number: Mapped[str] = mapped_column(ForeignKey("certificate.number"), primary_key=True)
    status_index: Mapped[int] = mapped_column(BigInteger, comment="place of the newest version")
    status: Mapped[Status] = mapped_column(Text)
    since: Mapped[datetime]
    reason_code: Mapped[str] = mapped_column(Text)
    decision_document: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(Text)
    open: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    serial: Mapped[int] = mapped_column(BigInteger)


class StatusAppeal(Base):
    """An appeal against a revocation, and how another person than who revoked decided it (Art. 22)."""

    __tablename__ = "status_appeal"
    __table_args__ = (
        CheckConstraint("outcome IN ('upheld', 'dismissed')", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided"),
        UniqueConstraint("serial"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(ForeignKey("certificate.number"), index=True)
    serial: Mapped[int] = mapped_column(
        ForeignKey("status_change.serial"), comment="the revocation appealed against: once each"
    )
    statement: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime]
    raised_by: Mapped[UUID]
    outcome: Mapped[Literal["upheld", "dismissed"] | None] = mapped_column(Text)
    reasons: Mapped[str | None] = mapped_column(Text)
    decision_document: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
