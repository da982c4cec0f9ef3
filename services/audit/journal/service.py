"""Use cases: keep every event of every service, and read them back."""

import hashlib
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from audit.journal.models import JournalEntry
from audit.journal.schemas import EntryOut, HeadOut
from common.events import Envelope
from common.inbox import Delivery
from common.unit_of_work import UnitOfWork


async def witness(uow: UnitOfWork, deliveries: list[Delivery]) -> None:
    """Keep events exactly as they came, in the transaction that moves the cursor past them."""
    rows = [_row(delivery, delivery.envelope) for delivery in deliveries]
    await uow.session.execute(insert(JournalEntry).on_conflict_do_nothing(), rows)


def _row(delivery: Delivery, envelope: Envelope) -> dict[str, Any]:
    return {
        "source": envelope.source,
        "position": delivery.position,
        "event_id": envelope.id,
        "type": envelope.type,
        "key": envelope.subject,
        "version": envelope.version,
        "time": envelope.time,
        "body": delivery.body,
        "chain": delivery.chain,
    }


async def read(
    session: AsyncSession, *, source: str, after: int, limit: int, with_data: bool
) -> tuple[EntryOut, ...]:
    """Entries of one source after a position, in order."""
    rows = await session.scalars(
        select(JournalEntry)
        .where(JournalEntry.source == source, JournalEntry.position > after)
        .order_by(JournalEntry.position)
        .limit(limit)
    )
    return tuple(_entry(row, with_data=with_data) for row in rows)


async def heads(session: AsyncSession) -> tuple[HeadOut, ...]:
    """The last entry of each source."""
    rows = await session.scalars(
        select(JournalEntry)
        .ext(distinct_on(JournalEntry.source))
        .order_by(JournalEntry.source, JournalEntry.position.desc())
    )
    return tuple(
        HeadOut(source=row.source, position=row.position, chain=row.chain.hex(), time=row.time)
        for row in rows
    )


def _entry(row: JournalEntry, *, with_data: bool) -> EntryOut:
    return EntryOut(
        source=row.source,
        position=row.position,
        event_id=row.event_id,
        type=row.type,
        key=row.key,
        version=row.version,
        time=row.time,
        body_sha256=hashlib.sha256(row.body.encode()).hexdigest(),
        chain=row.chain.hex(),
        data=Envelope.parse(row.body).data if with_data else None,
    )
