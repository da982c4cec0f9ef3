"""Tables of the read model: each version of an item, each standard, with their validity."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from filing.base import Base


class ItemVersion(Base):
    """An item of the list from `valid_from` until its next version; of two for one day the later recorded one counts.

    `is_listed`: False for an item that left the list on that day. `edition_id`: the edition that said so, none for what
    was heard before editions were kept here.
    """

    __tablename__ = "item_version"

    item_code: Mapped[str] = mapped_column(Text, primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    track: Mapped[str] = mapped_column(Text)
    levels: Mapped[list[int]]
    is_listed: Mapped[bool]
    edition_id: Mapped[UUID | None]
    cause: Mapped[str] = mapped_column(Text)


class StandardFact(Base):
    """A standard that plans may name for its item and levels while it is valid; `scope`: of an enterprise norm."""

    __tablename__ = "standard_fact"

    standard_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    item_code: Mapped[str] = mapped_column(Text)
    levels: Mapped[list[int]]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    scope: Mapped[dict[str, Any] | None]
