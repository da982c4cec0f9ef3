"""Announcements of working days on record."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Date, Text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.base import Base


class CalendarNotice(Base):
    """A year as it was loaded; what amends it is another edition, and the last one counts."""

    __tablename__ = "calendar_notice"
    __table_args__ = (CheckConstraint("edition >= 1", name="edition"),)

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    notice: Mapped[str] = mapped_column(Text)
    document_number: Mapped[str] = mapped_column(Text)
    published_on: Mapped[date]
    days_off: Mapped[list[date]] = mapped_column(ARRAY(Date))
    makeup_days: Mapped[list[date]] = mapped_column(ARRAY(Date))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
