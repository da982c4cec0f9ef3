"""Tables: supervisors, draws, supervisions."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Numeric, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from audit.base import Base


class Supervisor(Base):
    """A quality supervisor (质量督导员) with a card; the name is sealed with the person's key."""

    __tablename__ = "supervisor"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    sealed_name: Mapped[str] = mapped_column(Text)
    card_number: Mapped[str] = mapped_column(Text, unique=True)
    region: Mapped[str] = mapped_column(Text, index=True)
    valid_to: Mapped[date]
    account_id: Mapped[UUID] = mapped_column(unique=True)
    registered_at: Mapped[datetime]


class Draw(Base):
    """A reproducible draw: pool and seed are fixed and their hashes told before the seed is."""

    __tablename__ = "draw"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(index=True)
    purpose: Mapped[str] = mapped_column(Text)
    rate: Mapped[Decimal | None] = mapped_column(Numeric(6, 5))
    pool: Mapped[list[str]]
    pool_sha256: Mapped[str] = mapped_column(Text)
    seed: Mapped[str] = mapped_column(Text)
    seed_sha256: Mapped[str] = mapped_column(Text)
    drawn: Mapped[list[str] | None]
    committed_at: Mapped[datetime]
    revealed_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_draw_unrevealed", "committed_at", postgresql_where=text("revealed_at IS NULL")),
    )


class Supervision(Base):
    """The supervision of one plan's session: needed, assigned, reported."""

    __tablename__ = "supervision"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(Text, index=True)
    on: Mapped[date]
    supervisor_id: Mapped[UUID | None] = mapped_column(ForeignKey("supervisor.id"), index=True)
    draw_id: Mapped[UUID | None] = mapped_column(ForeignKey("draw.id"))
    assigned_reason: Mapped[str | None] = mapped_column(Text)
    verdict: Mapped[str | None] = mapped_column(Text)
    checklist: Mapped[list[dict[str, Any]] | None]
    head_count: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(Text)
    reported_at: Mapped[datetime | None]
