"""Cases against bodies, and the counter of their numbers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from audit.base import Base
from audit.listings.domain import State
from common.events.audit import Measure


class ListingCase(Base):
    """A case from its proposal to its end; `acts` keeps every step with who took it and when."""

    __tablename__ = "listing_case"
    __table_args__ = (
        CheckConstraint(
            "state IN ('proposed', 'dropped', 'listed', 'appealed', 'annulled', 'removed')", name="state"
        ),
        # One fact is held against a body once.
        Index(
            "uq_listing_case_organisation_id_fact",
            "organisation_id",
            "fact",
            unique=True,
            postgresql_where=text("state NOT IN ('dropped', 'annulled')"),
        ),
    )

    number: Mapped[str] = mapped_column(Text, primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(index=True)
    measure: Mapped[Measure] = mapped_column(Text)
    ground: Mapped[str] = mapped_column(Text)
    fact: Mapped[str] = mapped_column(Text)
    account: Mapped[str] = mapped_column(Text)
    evidence: Mapped[list[str]]
    responsible: Mapped[str | None] = mapped_column(Text)
    state: Mapped[State] = mapped_column(Text)
    proposed_by: Mapped[UUID | None]
    proposed_at: Mapped[datetime]
    heard_until: Mapped[date]
    statement: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    plans: Mapped[str] = mapped_column(Text)
    certificates: Mapped[str] = mapped_column(Text)
    cleared_on: Mapped[date | None]
    acts: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


class CaseCounter(Base):
    """How many cases a year has had."""

    __tablename__ = "listing_counter"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
