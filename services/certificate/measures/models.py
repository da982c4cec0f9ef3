"""Listings of bodies, as audit last told of each case."""

from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from certificate.base import Base
from common.events.audit import Measure


class Listing(Base):
    """One case against a body; `cleared_on`: the first day without it."""

    __tablename__ = "listing"

    case: Mapped[str] = mapped_column(Text, primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(index=True)
    measure: Mapped[Measure] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    plans: Mapped[Literal["freeze", "finish"]] = mapped_column(Text)
    certificates: Mapped[Literal["stand", "under_review"]] = mapped_column(Text)
    cleared_on: Mapped[date | None]
