"""The outbox: events wait here, written in the transaction of what they tell, until the relay moves them to the journal.

The order of a key's events is the order of its versions: appending takes the key's row in `aggregate` for update, so
two transactions that tell of one aggregate follow one another.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Integer, Text, insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from common import context
from common.db import Shared
from common.events import Event
from common.ids import uuid7


class AggregateRow(Shared):
    """The last version said of each key."""

    __tablename__ = "aggregate"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(Integer)


class OutboxRow(Shared):
    """A committed event on its way to the journal; the relay deletes it there and then."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    event_id: Mapped[UUID]
    key: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    type: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime]
    actor: Mapped[str | None] = mapped_column(Text)
    causation_id: Mapped[str | None] = mapped_column(Text)
    traceparent: Mapped[str | None] = mapped_column(Text)
    persons: Mapped[list[UUID]]
    data: Mapped[dict[str, Any]]


async def append(
    session: AsyncSession, said: Sequence[tuple[Event, Sequence[UUID]]], *, now: datetime
) -> None:
    """Put events into the outbox in the caller's transaction, each with the next version of its key."""
    if not said:
        return
    next_version = await _take_versions(session, Counter(event.key for event, _ in said))
    rows = []
    for event, persons in said:
        rows.append(
            {
                "event_id": uuid7(),
                "key": event.key,
                "version": next_version[event.key],
                "type": event.type,
                "said_at": now,
                "actor": context.actor.get(),
                "causation_id": context.causation_id.get(),
                "traceparent": context.traceparent.get(),
                "persons": list(persons),
                "data": event.model_dump(mode="json"),
            }
        )
        next_version[event.key] += 1
    await session.execute(insert(OutboxRow), rows)


async def _take_versions(session: AsyncSession, counts: Counter[str]) -> dict[str, int]:
    """Lock the keys (in one order, so that two writers never wait for each other) and return each one's next version."""
    statement = upsert(AggregateRow).values([{"key": key, "version": counts[key]} for key in sorted(counts)])
    taken = await session.execute(
        statement.on_conflict_do_update(
            index_elements=["key"], set_={"version": AggregateRow.version + statement.excluded.version}
        ).returning(AggregateRow.key, AggregateRow.version)
    )
    return {key: version - counts[key] + 1 for key, version in taken.all()}
