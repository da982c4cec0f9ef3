"""Consultations with their clauses, deadlines, opinions and answers: rows are only added, an opinion is withdrawn."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from catalog.base import Base


class Consultation(Base):
    """A draft before the public. `summary`: what was published at the end; from then on nothing changes."""

    __tablename__ = "consultation"
    __table_args__ = (
        CheckConstraint("subject IN ('edition', 'standard', 'document')", name="subject"),
        CheckConstraint("(summary IS NULL) = (closed_at IS NULL)", name="closed"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    document_sha256: Mapped[bytes | None] = mapped_column(LargeBinary, ForeignKey("document.sha256"))
    clauses: Mapped[list[str]]
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID]
    summary: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]


class Deadline(Base):
    """A last day; the last recorded one counts."""

    __tablename__ = "consultation_deadline"

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    deadline: Mapped[date]
    reason: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]


class Opinion(Base):
    """What somebody thinks of a clause (0: of the whole). `sealed_contact`: name and address of who gave them."""

    __tablename__ = "opinion"
    __table_args__ = (
        Index("ix_opinion_consultation_id_id", "consultation_id", "id"),
        CheckConstraint("stance IN ('support', 'object', 'amend')", name="stance"),
        CheckConstraint("(sealed_contact IS NULL) = (person_id IS NULL)", name="contact"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    receipt_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"))
    clause: Mapped[int]
    stance: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    proposal: Mapped[str | None] = mapped_column(Text)
    organisation_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    sealed_contact: Mapped[str | None] = mapped_column(Text)
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Answer(Base):
    """What became of an opinion, and why."""

    __tablename__ = "opinion_answer"
    __table_args__ = (CheckConstraint("verdict IN ('accepted', 'partly', 'not_accepted')", name="verdict"),)

    opinion_id: Mapped[UUID] = mapped_column(ForeignKey("opinion.id"), primary_key=True)
    verdict: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime]
    answered_by: Mapped[UUID]
