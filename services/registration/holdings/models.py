"""The table of certificates that the platform issued."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from registration.base import Base


class Holding(Base):
    """A certificate. Its holder is the person of the result that it was issued for."""

    __tablename__ = "holding"

    number: Mapped[str] = mapped_column(Text, primary_key=True)
    result_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(Text)
    item_code: Mapped[str] = mapped_column(Text)
    level: Mapped[int]
    issued_on: Mapped[date]
    revoked_at: Mapped[datetime | None]
