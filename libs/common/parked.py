"""Events that could not be applied, and later events of their keys behind them: seen, mended and retried in order."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, Text, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Shared

BEHIND = "behind a parked event of its key"


class ParkedRow(Shared):
    """One event set aside. `error` names the kind of failure, never content."""

    __tablename__ = "parked"
    __table_args__ = (Index("ix_parked_source_key", "source", "key"),)

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[UUID]
    key: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    chain: Mapped[bytes] = mapped_column(LargeBinary)
    error: Mapped[str] = mapped_column(Text)
    parked_at: Mapped[datetime]


async def parked_keys(session: AsyncSession, source: str, keys: list[str]) -> set[str]:
    """Which of these keys have events set aside."""
    found = await session.scalars(
        select(ParkedRow.key).distinct().where(ParkedRow.source == source, ParkedRow.key.in_(keys))
    )
    return set(found)


async def parked_count(session: AsyncSession) -> int:
    return await session.scalar(select(func.count()).select_from(ParkedRow)) or 0
