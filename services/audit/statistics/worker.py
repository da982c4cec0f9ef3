"""The background of statistics: whatever the journals hold beyond the cursors is counted, in their order."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from audit.journal.models import JournalEntry
from audit.statistics.counting import Counting
from audit.statistics.facts import TAKEN
from audit.statistics.models import (
    LIVE,
    CellRow,
    CertificateCounted,
    OccupationName,
    PlanCounted,
    ResultCounted,
    StatisticsCursor,
    SupervisionCounted,
)
from common.events import Envelope
from common.platform import Platform

PAUSE_SECONDS: Final = 0.25
ENTRIES: Final = 50
SOURCES: Final = ("catalog", "filing", "registration", "certificate", "audit")
TURN: Final = "SELECT pg_advisory_xact_lock(hashtext('statistics'))"
_BY_TYPE: Final = {kind.type: (kind, take) for kind, take in TAKEN.items()}


async def count_facts(platform: Platform) -> None:
    """For ever; of two workers at once, one waits for the other."""
    while True:
        if not await count_next(platform):
            await asyncio.sleep(PAUSE_SECONDS)


async def count_next(platform: Platform) -> bool:
    """Count the next entries of each source; False when none was left."""
    counted = False
    for source in SOURCES:
        async with platform.sessions() as session:
            counted = await _count(session, source, platform.clock.now()) or counted
    return counted


async def _count(session: AsyncSession, source: str, now: datetime) -> bool:
    """One transaction: its effects and the cursor are kept together, so each entry counts once."""
    await session.execute(text(TURN))
    cursor = await session.get(StatisticsCursor, source)
    if cursor is None:
        cursor = StatisticsCursor(source=source, position=0, time=None)
        session.add(cursor)
    entries = await _entries(session, source, cursor.position)
    if not entries:
        return False
    counting = Counting(session)
    for entry in entries:
        if entry.type in _BY_TYPE:
            kind, take = _BY_TYPE[entry.type]
            await take(counting, kind.model_validate(Envelope.parse(entry.body).data))
    await counting.keep(now)
    cursor.position, cursor.time = entries[-1].position, entries[-1].time
    await session.commit()
    return True


async def _entries(session: AsyncSession, source: str, after: int) -> Sequence[JournalEntry]:
    """What follows on without a gap; the cursor also passes entries of types that are not counted."""
    rows = await session.scalars(
        select(JournalEntry)
        .where(JournalEntry.source == source, JournalEntry.position > after)
        .order_by(JournalEntry.position)
        .limit(ENTRIES)
    )
    found = rows.all()
    return [row for place, row in enumerate(found, start=1) if row.position == after + place]


async def count_anew(session: AsyncSession) -> None:
    """Forget every live figure: the worker counts again from the journals alone. Published months stay."""
    await session.execute(text(TURN))
    for table in (PlanCounted, SupervisionCounted, ResultCounted, CertificateCounted, OccupationName):
        await session.execute(delete(table))
    await session.execute(delete(CellRow).where(CellRow.edition == LIVE))
    await session.execute(delete(StatisticsCursor))


async def behind(session: AsyncSession) -> dict[str, int]:
    """Entries of each source that are received and not counted yet."""
    heads = await session.execute(
        select(JournalEntry.source, func.max(JournalEntry.position)).group_by(JournalEntry.source)
    )
    counted = {row.source: row.position for row in await session.scalars(select(StatisticsCursor))}
    return {source: int(head) - counted.get(source, 0) for source, head in heads}
