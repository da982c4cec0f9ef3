"""The table of transition windows."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from registration.base import Base


class TransitionWindow(Base):
    """One cohort of an item that an edition of the list dropped."""

    __tablename__ = "transition_window"

    item_code: Mapped[str] = mapped_column(Text, primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(primary_key=True)
    cohort: Mapped[str] = mapped_column(Text, primary_key=True)
    enrolled_from: Mapped[date | None]
    enrolled_before: Mapped[date]
    opens_on: Mapped[date]
    ends_on: Mapped[date]
    recorded_at: Mapped[datetime]
