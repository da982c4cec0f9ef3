"""Examiners' cards: every version of a card is a row of its own."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from audit.base import Base

Grade = Literal["examiner", "senior_examiner"]


class ExaminerCard(Base):
    """A card as it was recorded; the newest version counts. Examiners act in office, so card and name are public."""

    __tablename__ = "examiner_card"
    __table_args__ = (
        CheckConstraint("grade IN ('examiner', 'senior_examiner')", name="grade"),
        CheckConstraint("valid_to >= valid_from", name="days"),
    )

    card_number: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    grade: Mapped[Grade] = mapped_column(Text)
    item_codes: Mapped[list[str]]
    region: Mapped[str] = mapped_column(Text, index=True)
    employer_uscc: Mapped[str | None] = mapped_column(Text)
    trains_for_uscc: Mapped[list[str]]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    withdrawn_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
