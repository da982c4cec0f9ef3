"""The table of late entries."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from registration.base import Base


class LateEntryRow(Base):
    """A plan whose results are let in after the limit, until a day; rows are only added."""

    __tablename__ = "late_entry"
    __table_args__ = (Index("ix_late_entry_plan_id_until", "plan_id", "until"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan_fact.plan_id"))
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[date]
    admitted_on: Mapped[date]
    admitted_at: Mapped[datetime]
    admitted_by: Mapped[UUID]
