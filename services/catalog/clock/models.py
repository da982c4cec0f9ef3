"""Every move of the sandbox's clock."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from catalog.base import Base


class ClockMove(Base):
    """A move that was made; the largest offset is where the clock stands."""

    __tablename__ = "clock_move"

    offset_seconds: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    moved_at: Mapped[datetime]
    moved_by: Mapped[UUID]
