"""The table of the read model."""

from datetime import date

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from filing.base import Base


class ExaminerCard(Base):
    """A card as it was last told. `last_day`: the end of its term, or the day before it was withdrawn."""

    __tablename__ = "examiner_card"

    card_number: Mapped[str] = mapped_column(Text, primary_key=True)
    grade: Mapped[str] = mapped_column(Text)
    item_codes: Mapped[list[str]]
    employer_uscc: Mapped[str | None] = mapped_column(Text)
    trains_for_uscc: Mapped[list[str]]
    valid_from: Mapped[date]
    last_day: Mapped[date]
