"""Events that could not be applied, and later events of their keys behind them: seen, mended and retried in order."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, Text, all_, any_, delete, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from common.cursors import Delivery
from common.db import Shared

BEHIND = "behind a parked event of its key"
BY_HAND = "parked by hand"


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

    @property
    def delivery(self) -> Delivery:
        return Delivery(self.position, self.body, self.chain)


def parked_row(source: str, delivery: Delivery, error: str, *, now: datetime) -> ParkedRow:
    """The row that sets an event aside."""
    return ParkedRow(
        source=source,
        position=delivery.position,
        event_id=delivery.envelope.id,
        key=delivery.key,
        body=delivery.body,
        chain=delivery.chain,
        error=error,
        parked_at=now,
    )


async def parked_keys(session: AsyncSession, source: str, keys: list[str]) -> set[str]:
    """Which of these keys have events set aside."""
    wanted = literal(
        sorted(set(keys)), ARRAY(Text)
    )  # one parameter, so one prepared statement, for any number
    found = await session.scalars(
        select(ParkedRow.key).distinct().where(ParkedRow.source == source, ParkedRow.key == any_(wanted))
    )
    return set(found)


async def parked_rows(
    session: AsyncSession, source: str, *, without: Iterable[str] = (), limit: int | None = None
) -> list[ParkedRow]:
    """A source's events set aside, in order: for staff to see, and to retry; `without`: keys to leave out."""
    excepted = literal(sorted(without), ARRAY(Text))
    rows = await session.scalars(
        select(ParkedRow)
        .where(ParkedRow.source == source, ParkedRow.key != all_(excepted))
        .order_by(ParkedRow.position)
        .limit(limit)
    )
    return list(rows.all())


async def parked_count(session: AsyncSession, source: str | None = None) -> int:
    """How many events are set aside, of one source or of all."""
    query = select(func.count()).select_from(ParkedRow)
    return await session.scalar(query if source is None else query.where(ParkedRow.source == source)) or 0


async def unpark(session: AsyncSession, source: str, positions: list[int]) -> None:
    """Take events off the list: they were applied."""
    applied = literal(positions, ARRAY(BigInteger))
    await session.execute(
        delete(ParkedRow).where(ParkedRow.source == source, ParkedRow.position == any_(applied))
    )
