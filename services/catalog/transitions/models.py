"""Transition windows as stated: rows are only added."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.base import Base


class TransitionWindow(Base):
    """A cohort of a dropped item; of two rows on one cohort the later recorded one counts."""

    __tablename__ = "transition_window"
    __table_args__ = (
        CheckConstraint("enrolled_from IS NULL OR enrolled_from < enrolled_before", name="cohort"),
        CheckConstraint("opens_on <= ends_on", name="days"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_code: Mapped[str] = mapped_column(Text, index=True)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id"))
    cohort: Mapped[str] = mapped_column(Text)
    enrolled_from: Mapped[date | None]
    enrolled_before: Mapped[date]
    opens_on: Mapped[date]
    ends_on: Mapped[date]
    basis: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
