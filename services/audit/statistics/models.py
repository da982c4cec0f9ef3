"""What statistics keep: facts as they stand, the cells that they add up to, and the months that were published."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, SmallInteger, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from audit.base import Base

LIVE = 0


class StatisticsCursor(Base):
    """How far into a source's journal the facts were counted; at nought, all is counted anew."""

    __tablename__ = "statistics_cursor"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    time: Mapped[datetime | None]


class PlanCounted(Base):
    """A plan as it stands."""

    __tablename__ = "statistics_plan"

    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(Text)
    mode: Mapped[str] = mapped_column(Text)
    organisation_kind: Mapped[str] = mapped_column(Text)
    organisation: Mapped[str] = mapped_column(Text)
    organisation_name: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date]
    always_supervised: Mapped[bool]
    cancelled: Mapped[bool]


class SupervisionCounted(Base):
    """That a plan was to be supervised, and whether the report is in; told apart from the plan, maybe before it."""

    __tablename__ = "statistics_supervision"

    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    reported: Mapped[bool]


class ResultCounted(Base):
    """A result as it stands, without who it is of."""

    __tablename__ = "statistics_result"
    __table_args__ = (Index("ix_statistics_result_person_id", "person_id"),)

    result_id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(index=True)
    person_id: Mapped[UUID]
    item_code: Mapped[str] = mapped_column(Text)
    level: Mapped[int] = mapped_column(SmallInteger)
    track: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    evaluated_on: Mapped[date]
    sex: Mapped[str] = mapped_column(Text)
    birth_year: Mapped[int | None] = mapped_column(SmallInteger)


class CertificateCounted(Base):
    """A certificate's days. A reissue changes none of them: it is the same certificate."""

    __tablename__ = "statistics_certificate"

    number: Mapped[str] = mapped_column(Text, primary_key=True)
    result_id: Mapped[UUID] = mapped_column(unique=True)
    issued_on: Mapped[date]
    revoked_on: Mapped[date | None]


class CellRow(Base):
    """The figures of a cell: live (edition 0), or as a month was published."""

    __tablename__ = "statistics_cell"

    edition: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(Text, primary_key=True)
    item: Mapped[str] = mapped_column(Text, primary_key=True)
    level: Mapped[str] = mapped_column(Text, primary_key=True)
    track: Mapped[str] = mapped_column(Text, primary_key=True)
    mode: Mapped[str] = mapped_column(Text, primary_key=True)
    organisation_kind: Mapped[str] = mapped_column(Text, primary_key=True)
    organisation: Mapped[str] = mapped_column(Text, primary_key=True)
    sex: Mapped[str] = mapped_column(Text, primary_key=True)
    age: Mapped[str] = mapped_column(Text, primary_key=True)
    candidates: Mapped[int] = mapped_column(BigInteger)
    passed: Mapped[int] = mapped_column(BigInteger)
    failed: Mapped[int] = mapped_column(BigInteger)
    absent: Mapped[int] = mapped_column(BigInteger)
    misconduct: Mapped[int] = mapped_column(BigInteger)
    certificates: Mapped[int] = mapped_column(BigInteger)
    revoked: Mapped[int] = mapped_column(BigInteger)
    persons: Mapped[int] = mapped_column(BigInteger)
    waiting_days: Mapped[int] = mapped_column(BigInteger)
    plans: Mapped[int] = mapped_column(BigInteger)
    plans_to_supervise: Mapped[int] = mapped_column(BigInteger)
    plans_supervised: Mapped[int] = mapped_column(BigInteger)


class MonthChanged(Base):
    """When a month's live figures last changed: later than its publication, they are a revision of it."""

    __tablename__ = "statistics_month"

    month: Mapped[date] = mapped_column(primary_key=True)
    changed_at: Mapped[datetime]


class Publication(Base):
    """A month as it was published; published figures stay as they are, a later edition stands beside them."""

    __tablename__ = "statistics_publication"

    month: Mapped[date] = mapped_column(primary_key=True)
    edition: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, unique=True)
    note: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime]
    published_by: Mapped[UUID]


class OccupationName(Base):
    """An occupation's name now, and the codes that it goes on as where it was withdrawn."""

    __tablename__ = "statistics_item"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    successors: Mapped[list[str]] = mapped_column(server_default="{}")


class Export(Base):
    """A table that one account asked for as a file; its parts are kept for a day."""

    __tablename__ = "statistics_export"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(Text)
    question: Mapped[dict[str, Any]] = mapped_column(JSONB)
    regions: Mapped[list[str] | None]
    rows: Mapped[int] = mapped_column(BigInteger)
    asked_at: Mapped[datetime] = mapped_column(index=True)


class ExportPart(Base):
    """A piece of an export's file."""

    __tablename__ = "statistics_export_part"

    export_id: Mapped[UUID] = mapped_column(
        ForeignKey("statistics_export.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
