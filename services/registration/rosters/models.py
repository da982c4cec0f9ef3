"""The table of candidates."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from registration.base import Base
from registration.rosters.domain import CandidateState, Eligible


class Candidate(Base):
    """A person registered for an item and level of a plan, with the centre's decision (Art. 18(2)).

    `identity`: name and document, sealed with the person's key; `job_id`: the upload that brought the candidate;
    `during`: the time that the registration takes up, none any more when the plan is cancelled; PostgreSQL itself holds
    that nobody is registered twice for an item and level at one time. `claims`: what the row says of eligibility,
    sealed; `finding`, `eligible`: what the rules say to it; `alarms`: what the reviewer should look at.
    """

    __tablename__ = "candidate"
    __table_args__ = (
        UniqueConstraint("plan_id", "person_id", "item_code", "level"),
        Index("ix_candidate_plan_id_id", "plan_id", "id"),
        Index("ix_candidate_job_id", "job_id"),
        ExcludeConstraint(
            ("person_id", "="),
            ("item_code", "="),
            ("level", "="),
            ("during", "&&"),
            name="ex_candidate_one_place_at_a_time",
            where=text("state <> 'refused'"),
            using="gist",
        ),
        CheckConstraint("state IN ('pending', 'evidence_asked', 'approved', 'refused')", name="state"),
        CheckConstraint("eligible IN ('met', 'not_met', 'needs_evidence')", name="eligible"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan_fact.plan_id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    job_id: Mapped[UUID]
    item_code: Mapped[str] = mapped_column(Text)
    item_name: Mapped[str] = mapped_column(Text)
    level: Mapped[int]
    identity: Mapped[str] = mapped_column(Text)
    state: Mapped[CandidateState] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    submitted_at: Mapped[datetime]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None]
    during: Mapped[Range[datetime] | None] = mapped_column(TSTZRANGE)
    claims: Mapped[str | None] = mapped_column(Text)
    finding: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    eligible: Mapped[Eligible | None] = mapped_column(Text)
    alarms: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
