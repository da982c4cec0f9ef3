"""Sites and their versions: a change is a new row, never an overwritten one."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from filing.base import Base


class SiteRow(Base):
    """A site of an organisation; `version` is the number of its newest version (ETag)."""

    __tablename__ = "site"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    version: Mapped[int]


class SiteVersion(Base):
    """How a site stands from `valid_from` on, through `valid_to`, until a newer version begins."""

    __tablename__ = "site_version"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="capacity"),
        CheckConstraint("valid_to >= valid_from", name="days"),
    )

    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    capacity: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
