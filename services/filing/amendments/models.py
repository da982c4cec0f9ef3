"""Cancellations and amendments of plans, as facts beside them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from filing.base import Base


class PlanCancellation(Base):
    """The end of a plan, by its organisation or by the centre."""

    __tablename__ = "plan_cancellation"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    side: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    cancelled_at: Mapped[datetime]
    cancelled_by: Mapped[UUID]


class PlanAmendment(Base):
    """An amendment of an accepted plan. While one waits for its decision, the plan stands as it was accepted."""

    __tablename__ = "plan_amendment"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'in_force', 'refused')", name="state"),
        Index(
            "uq_plan_amendment_waiting", "plan_id", unique=True, postgresql_where=text("state = 'waiting'")
        ),
    )

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text, index=True)
    content: Mapped[dict[str, Any]]
    changes: Mapped[list[str]]
    filed_on: Mapped[date]
    filed_at: Mapped[datetime]
    filed_by: Mapped[UUID]
    reason: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
