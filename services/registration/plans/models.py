"""Tables of the read model: accepted plans, and what standards ask."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from common.eligibility import Regulation
from registration.base import Base
from registration.plans.domain import PlanKind


class PlanFact(Base):
    """An accepted plan. Its row is locked by whoever changes its roster's review or its batches."""

    __tablename__ = "plan_fact"

    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    organisation_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[PlanKind] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    items: Mapped[list[dict[str, Any]]]
    recorder_account_id: Mapped[UUID | None]
    examiners: Mapped[list[str]] = mapped_column(server_default="{}")
    accepted_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    sessions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    waives_seniority: Mapped[bool] = mapped_column(server_default="false")
    special: Mapped[str | None] = mapped_column(Text)


class StandardFact(Base):
    """What a standard asks. `components`: level digit → parts with their pass marks; `eligibility`: its own table of
    who may sit for a level, none where the general one of `regulation` counts.
    """

    __tablename__ = "standard_fact"

    standard_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    components: Mapped[dict[str, Any]] = mapped_column(JSONB)
    regulation: Mapped[Regulation] = mapped_column(Text, server_default="2023")
    eligibility: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
