"""Plans: their present state, every filing of them, every decision on them, and the counter of their numbers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from filing.base import Base
from filing.plans.lifecycle import State
from filing.plans.rules.draft import PlanKind


class Plan(Base):
    """A plan as it was last filed.

    `region`: county of the site, whose centre decides; `item_facts`: one per item of the content, the names and tracks
    that it had; `deadline_missed`: by a calendar announced since it was filed; `employer_id`: who entrusted
    it; `version` counts every change (ETag),
    `filing` how often the plan was filed.
    """

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("organisation_id", "name", "starts_on"),
        CheckConstraint("state IN ('filed', 'returned', 'accepted', 'rejected', 'cancelled')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Text, unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[PlanKind] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text, index=True)
    starts_on: Mapped[date]
    state: Mapped[State] = mapped_column(Text)
    version: Mapped[int]
    filing: Mapped[int]
    content: Mapped[dict[str, Any]]
    item_facts: Mapped[list[dict[str, Any]]]
    contact_person_id: Mapped[UUID]
    sealed_contact: Mapped[str] = mapped_column(Text)
    filed_on: Mapped[date]
    last_filing_day: Mapped[date]
    deadline_provisional: Mapped[bool]
    deadline_missed: Mapped[bool] = mapped_column(server_default="false")
    filed_at: Mapped[datetime]
    filed_by: Mapped[UUID]
    employer_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    late_admission_id: Mapped[UUID | None] = mapped_column(ForeignKey("late_admission.id"), unique=True)


class PlanFiling(Base):
    """What was filed, each time it was filed: a mended plan does not overwrite the one that was returned."""

    __tablename__ = "plan_filing"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    filing: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]]
    filed_on: Mapped[date]
    filed_at: Mapped[datetime]
    filed_by: Mapped[UUID]


class PlanDecision(Base):
    """The decision on one filing of a plan; one filing is decided once.

    `by_rule`: no person decided; `decided_by` is then whoever switched the rule on (decision record 40).
    """

    __tablename__ = "plan_decision"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    filing: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    decision: Mapped[str] = mapped_column(Text)
    reasons: Mapped[list[dict[str, Any]]]
    decided_at: Mapped[datetime]
    decided_by: Mapped[UUID]
    by_rule: Mapped[bool] = mapped_column(server_default="false")


class PlanCounter(Base):
    """The last serial given to a plan of a county in a year."""

    __tablename__ = "plan_counter"

    region: Mapped[str] = mapped_column(Text, primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
