"""Published editions and corrections of what they said: rows are only added."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from catalog.base import Base


class Edition(Base):
    """An edition as it was published, with what it changed. `content_sha256` tells a repetition from another one."""

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("kind", "name"),
        UniqueConstraint("kind", "effective_on"),
        UniqueConstraint("content_sha256"),
        CheckConstraint("kind IN ('national', 'provincial')", name="kind"),
        CheckConstraint("effective_on >= published_on", name="dates"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    published_on: Mapped[date]
    effective_on: Mapped[date]
    entries: Mapped[int]
    content: Mapped[dict[str, Any]]
    content_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    diff: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]


class Correction(Base):
    """An item that an edition should have shown otherwise: as it was said, and as it counts since it was recorded."""

    __tablename__ = "correction"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id"), index=True)
    item_code: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
