"""Admissions: number, and the seat as the newest notice tells it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from registration.base import Base


class Admission(Base):
    """A candidate admitted to a plan's sessions. Seat: none while no session has one for the candidate."""

    __tablename__ = "admission"
    __table_args__ = (
        UniqueConstraint("plan_id", "ordinal"),
        Index(
            "uq_admission_seat",
            "plan_id",
            "session_number",
            "seat",
            unique=True,
            postgresql_where=text("seat IS NOT NULL"),
        ),
    )

    candidate_id: Mapped[UUID] = mapped_column(ForeignKey("candidate.id"), primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan_fact.plan_id"))
    ordinal: Mapped[int]
    number: Mapped[str] = mapped_column(Text, unique=True)
    session_number: Mapped[int | None]
    seat: Mapped[int | None]
    site: Mapped[str | None] = mapped_column(Text)
    room: Mapped[str | None] = mapped_column(Text)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    version: Mapped[int]
    changed_at: Mapped[datetime]
