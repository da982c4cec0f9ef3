"""The table of candidates."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registration.base import Base
from registration.rosters.domain import CandidateState


class Candidate(Base):
    """A person registered for an item and level of a plan, with the centre's decision (Art. 18(2)).

    `identity`: name and document, sealed with the person's key; `job_id`: the upload that brought the candidate.
    """

    __tablename__ = "candidate"
    __table_args__ = (
        UniqueConstraint("plan_id", "person_id", "item_code", "level"),
        Index("ix_candidate_plan_id_id", "plan_id", "id"),
        Index("ix_candidate_job_id", "job_id"),
        CheckConstraint("state IN ('pending', 'approved', 'refused')", name="state"),
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
