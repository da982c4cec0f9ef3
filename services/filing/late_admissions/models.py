"""The table of admissions."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from filing.base import Base

Ground = Literal["force_majeure", "state_order", "calendar_changed", "public_emergency"]


class AdmittedLate(Base):
    """One plan of an organisation, in a county, for a first day, may be filed though it is too late."""

    __tablename__ = "late_admission"
    __table_args__ = (
        CheckConstraint(
            "ground IN ('force_majeure', 'state_order', 'calendar_changed', 'public_emergency')",
            name="ground",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    region: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date]
    ground: Mapped[Ground] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    admitted_on: Mapped[date]
    admitted_at: Mapped[datetime]
    admitted_by: Mapped[UUID]
