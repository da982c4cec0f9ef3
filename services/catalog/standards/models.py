"""Standards on record."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.base import Base


class StandardRow(Base):
    """A standard of one item. An item has one national standard in force at most."""

    __tablename__ = "standard"
    __table_args__ = (
        Index(
            "uq_standard_national",
            "item_code",
            unique=True,
            postgresql_where=text("kind = 'national' AND valid_to IS NULL"),
        ),
        Index("ix_standard_item_code", "item_code"),
        CheckConstraint("kind IN ('national', 'provincial', 'enterprise_norm')", name="kind"),
        CheckConstraint("valid_to >= valid_from", name="validity"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    levels: Mapped[list[int]]
    components: Mapped[dict[str, Any]]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id"))
    recorded_at: Mapped[datetime]
