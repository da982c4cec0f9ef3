"""Facts of other services that verification shows beside a verdict; only ever added to, or told anew."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from certificate.base import Base


class Accreditation(Base):
    """A scope that a body was approved for, from a day until a day (Art. 12). Every one ever told is kept."""

    __tablename__ = "accreditation"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(Date, primary_key=True)
    valid_to: Mapped[date] = mapped_column(Date, primary_key=True)
    scope_sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    scope: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, comment="item codes (none: all) × levels, as approved"
    )


class RosterFact(Base):
    """How many candidates of a plan were approved (Art. 18(2))."""

    __tablename__ = "roster_fact"

    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    approved: Mapped[int] = mapped_column(Integer)


class BatchFact(Base):
    """A batch of results as it was recorded (Art. 18(3))."""

    __tablename__ = "batch_fact"

    batch_id: Mapped[UUID] = mapped_column(primary_key=True)
    rows: Mapped[int] = mapped_column(Integer)
    passed: Mapped[int] = mapped_column(Integer)
    recorded_on: Mapped[date] = mapped_column(Date)
