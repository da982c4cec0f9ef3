"""Versions of items: rows are only added."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.base import Base


class ItemVersion(Base):
    """An item as it stands from `valid_from` until its next version begins; a correction is recorded later."""

    __tablename__ = "item_version"
    __table_args__ = (
        CheckConstraint(
            "track IN ('national_qualification', 'skill_level', 'special_ability')", name="track"
        ),
        CheckConstraint("NOT admission_linked OR track = 'national_qualification'", name="admission"),
    )

    item_code: Mapped[str] = mapped_column(Text, primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)
    track: Mapped[str] = mapped_column(Text)
    levels: Mapped[list[int]]
    admission_linked: Mapped[bool]
    national_item: Mapped[str | None] = mapped_column(Text)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id"), index=True)
    cause: Mapped[str] = mapped_column(Text)
