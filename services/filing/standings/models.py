"""Measures against organisations, as audit told of them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from common.events.audit import Measure
from filing.base import Base


class OrganisationListing(Base):
    """A measure by its case. Without a measure: its clearing is known, the listing itself not yet."""

    __tablename__ = "organisation_listing"
    __table_args__ = (CheckConstraint("(measure IS NULL) = (valid_from IS NULL)", name="measure"),)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    case_number: Mapped[str] = mapped_column(Text, primary_key=True)
    measure: Mapped[Measure | None] = mapped_column(Text)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    freezes_plans: Mapped[bool]
    cleared_on: Mapped[date | None]
    heard_at: Mapped[datetime]
