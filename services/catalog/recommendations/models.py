"""Calls for representative enterprises, what was recommended, and what was picked: rows are only added."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.base import Base


class Call(Base):
    """A call: each county recommends so many at most until a day, each city picks so many until another."""

    __tablename__ = "recommendation_call"
    __table_args__ = (
        CheckConstraint("per_county >= 1 AND per_city >= 1", name="quota"),
        CheckConstraint("pick_deadline > deadline", name="days"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    per_county: Mapped[int]
    per_city: Mapped[int]
    deadline: Mapped[date]
    pick_deadline: Mapped[date]
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID]


class Recommendation(Base):
    """An enterprise that a county recommends; withdrawn ones stay on record and do not count."""

    __tablename__ = "recommendation"
    __table_args__ = (
        Index(
            "uq_recommendation_enterprise",
            "call_id",
            "uscc",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    call_id: Mapped[UUID] = mapped_column(ForeignKey("recommendation_call.id"), index=True)
    region: Mapped[str] = mapped_column(Text)
    uscc: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    recommended_at: Mapped[datetime]
    recommended_by: Mapped[UUID]
    withdrawn_at: Mapped[datetime | None]


class Pick(Base):
    """What a city picked of its counties' recommendations, once."""

    __tablename__ = "recommendation_pick"
    recommendation_id: Mapped[UUID] = mapped_column(ForeignKey("recommendation.id"), primary_key=True)
    call_id: Mapped[UUID] = mapped_column(ForeignKey("recommendation_call.id"), index=True)
    city: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    picked_at: Mapped[datetime]
    picked_by: Mapped[UUID]
