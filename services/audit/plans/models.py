"""Read models: accepted plans and recorded batches, as other services told of them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from audit.base import Base


class PlanFact(Base):
    """An accepted plan, with the counts of its roster's review."""

    __tablename__ = "plan_fact"

    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    organisation_id: Mapped[UUID] = mapped_column(index=True)
    organisation_name: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text, index=True)
    items: Mapped[list[dict[str, Any]]]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    filed_on: Mapped[date]
    last_filing_day: Mapped[date]
    admitted_late: Mapped[str | None] = mapped_column(Text)
    accepted_at: Mapped[datetime]


class RosterFact(Base):
    """How far the review of a plan's candidates has come; apart from the plan, for it may be told of first."""

    __tablename__ = "roster_fact"

    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    approved: Mapped[int]
    refused: Mapped[int]
    pending: Mapped[int]


class BatchFact(Base):
    """A recorded batch and the decision on it."""

    __tablename__ = "batch_fact"

    batch_id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(index=True)
    organisation_id: Mapped[UUID] = mapped_column(index=True)
    rows: Mapped[int]
    outcomes: Mapped[dict[str, Any]]
    evaluation_ended_on: Mapped[date]
    recorded_on: Mapped[date]
    recorded_at: Mapped[datetime]
    received_on: Mapped[date | None]
    workdays_allowed: Mapped[int | None]
    admitted_late: Mapped[str | None] = mapped_column(Text)
    public_until: Mapped[date | None]
    objections: Mapped[int | None]
    objections_upheld: Mapped[int | None]
    decision: Mapped[str] = mapped_column(Text, default="waiting")
    gates: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    reason: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(Text)
    certificates_issued: Mapped[int] = mapped_column(default=0)
