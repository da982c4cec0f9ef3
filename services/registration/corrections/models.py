"""Tables of corrections and of the facts that they leave."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from common.events.registration import Outcome
from registration.base import Base
from registration.corrections.domain import About, CorrectionState, EvidenceKind


class Correction(Base):
    """A request to correct a result, and what became of it. One at a time waits for a result.

    `identity`, `reason`: sealed with the key of the person whom the result names; `proposed`: marks and outcome.
    """

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint("state IN ('requested', 'approved', 'refused')", name="state"),
        CheckConstraint("about IN ('marks', 'identity')", name="about"),
        CheckConstraint("(state = 'requested') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("decided_by <> asked_by", name="two_persons"),
        Index("ix_correction_plan_id_id", "plan_id", "id"),
        Index("uq_correction_waiting", "result_id", unique=True, postgresql_where="state = 'requested'"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    result_id: Mapped[UUID] = mapped_column(ForeignKey("result.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan_fact.plan_id"))
    person_id: Mapped[UUID]
    about: Mapped[About] = mapped_column(Text)
    state: Mapped[CorrectionState] = mapped_column(Text)
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)
    proposed: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    identity: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    evidence_kind: Mapped[EvidenceKind] = mapped_column(Text)
    evidence_sha256: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decision: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int | None]


class ResultVersion(Base):
    """A result as a correction left it; version 1 is the row of `result`, which stays as it was."""

    __tablename__ = "result_version"
    __table_args__ = (
        CheckConstraint("version >= 2", name="version"),
        CheckConstraint("outcome IN ('passed', 'failed', 'absent', 'misconduct')", name="outcome"),
    )

    result_id: Mapped[UUID] = mapped_column(ForeignKey("result.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    correction_id: Mapped[UUID] = mapped_column(ForeignKey("correction.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    identity: Mapped[str] = mapped_column(Text)
    theory: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    skill: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    review: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    ethics_passed: Mapped[bool]
    absent: Mapped[bool]
    misconduct: Mapped[bool]
    outcome: Mapped[Outcome] = mapped_column(Text)
    recorded_at: Mapped[datetime]
