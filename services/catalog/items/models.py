"""Versions of items: rows are only added."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, true
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
        Index("ix_item_version_feed", "recorded_at", "item_code", "valid_from"),
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
    is_listed: Mapped[bool] = mapped_column(server_default=true())


class SuccessionRow(Base):
    """An item that goes on as another from a day on: where a certificate of the old one leads."""

    __tablename__ = "succession"
    __table_args__ = (CheckConstraint("kind IN ('renamed', 'merged', 'split', 'replaced')", name="kind"),)

    from_code: Mapped[str] = mapped_column(Text, primary_key=True)
    to_code: Mapped[str] = mapped_column(Text, primary_key=True, index=True)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    valid_from: Mapped[date]
    kind: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
