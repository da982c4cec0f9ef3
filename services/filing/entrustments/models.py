"""Entrustments, whose terms never change, and what was done with them: proposed, confirmed, ended."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from filing.base import Base
from filing.entrustments.domain import Act, Purpose


class EntrustmentTerms(Base):
    """Who entrusts whom with what, for how long, by which contract; other terms are another entrustment."""

    __tablename__ = "entrustment"
    __table_args__ = (
        CheckConstraint("employer_id <> agency_id", name="sides"),
        CheckConstraint("valid_to >= valid_from", name="days"),
        CheckConstraint("octet_length(contract_sha256) = 32", name="contract"),
        CheckConstraint(
            "purpose = 'evaluation' AND cohort_year IS NULL"
            " OR purpose = 'joint_training' AND cohort_year IS NOT NULL",
            name="purpose",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    employer_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    scope: Mapped[list[dict[str, Any]]]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    contract_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    purpose: Mapped[Purpose] = mapped_column(Text, server_default="evaluation")
    cohort_year: Mapped[int | None]


class EntrustmentAct(Base):
    """One act: the first proposes; `organisation_id`: the side that acted; `last_day`: where it ends."""

    __tablename__ = "entrustment_act"
    __table_args__ = (CheckConstraint("(act = 'ended') = (last_day IS NOT NULL)", name="last_day"),)

    entrustment_id: Mapped[UUID] = mapped_column(ForeignKey("entrustment.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    act: Mapped[Act] = mapped_column(Text)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    acted_on: Mapped[date]
    last_day: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
