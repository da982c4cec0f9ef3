"""The table of bookings; PostgreSQL itself holds that no two plans share a resource at one time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from filing.base import Base


class PlanBooking(Base):
    """A room or an examiner that a plan has for a time; gone when the plan is returned, rejected or cancelled."""

    __tablename__ = "plan_booking"
    __table_args__ = (
        ExcludeConstraint(("resource", "="), ("during", "&&"), name="ex_plan_booking_resource", using="gist"),
    )

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    resource: Mapped[str] = mapped_column(Text)
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
