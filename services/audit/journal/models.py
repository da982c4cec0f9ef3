"""Every event of every service, as audit received it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from audit.base import Base


class JournalEntry(Base):
    """One event at its position in its source's journal; never changed (the service's role may only insert)."""

    __tablename__ = "journal_entry"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    event_id: Mapped[UUID]
    type: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    time: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)
    chain: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index("ix_journal_entry_key", "key"),)
