"""The outbox: events wait here, written in the transaction of what they tell, until the relay takes them away.

The order of a key's events is the order of its versions: appending takes the key's row in `aggregate` for update, so
two transactions that tell of one aggregate follow one another.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Identity, Index, Integer, SmallInteger, Text, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from common import context
from common.db import Shared
from common.events import Event
from common.ids import uuid7

ORDINARY, BULK = 0, 1
BULK_EVENTS = 100  # said at once, they go in a lane of their own: nobody else's event waits behind them
LONGEST_BYTES = (
    750_000  # of one event, quoted and with its persons' keys: an answer must stay under the broker's 1 MB
)
KEY_BYTES = 180  # at most, of one person's wrapped key beside an event


@dataclass(frozen=True, slots=True)
class Told:
    """An event that was put into the outbox: its id, and the SHA-256 of its data as canonical JSON."""

    event_id: UUID
    sha256: bytes


class EventTooLong(ValueError):
    """An event that the broker would refuse. Big batches travel in chunks."""


class AggregateRow(Shared):
    """The last version said of each key."""

    __tablename__ = "aggregate"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(Integer)


class OutboxRow(Shared):
    """A committed event on its way to the journal; the relay deletes it there and then."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_lane_id", "lane", "id"),)

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
    lane: Mapped[int] = mapped_column(SmallInteger)


_ROWS = text(
    "INSERT INTO outbox (event_id, key, version, type, said_at, actor, causation_id, traceparent, persons, data, lane) "
    "VALUES (:event_id, :key, :version, :type, :said_at, :actor, :causation_id, :traceparent, :persons, "
    "CAST(:json AS jsonb), :lane)"
)
_VERSIONS = text(
    "INSERT INTO aggregate AS a (key, version) "
    "SELECT key, count FROM unnest(CAST(:keys AS text[]), CAST(:counts AS integer[])) AS said (key, count) "
    "ORDER BY key "
    "ON CONFLICT (key) DO UPDATE SET version = a.version + excluded.version RETURNING key, version"
)


async def append(
    session: AsyncSession, said: Sequence[tuple[Event, Sequence[UUID]]], *, now: datetime
) -> list[Told]:
    """Put events into the outbox in the caller's transaction, each with the next version of its key.

    Raises EventTooLong.
    """
    if not said:
        return []
    next_version = await _take_versions(session, Counter(event.key for event, _ in said))
    rows: list[dict[str, Any]] = []
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
                "json": _text(event, len(persons)),
                "lane": ORDINARY if len(said) < BULK_EVENTS else BULK,
            }
        )
        next_version[event.key] += 1
    await session.execute(_ROWS, rows)
    return [Told(row["event_id"], _digest(row["json"])) for row in rows]


def _digest(data: str) -> bytes:
    canonical = orjson.dumps(orjson.loads(data), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).digest()


def _text(event: Event, persons: int) -> str:
    found = event.model_dump_json()
    if len(orjson.dumps(found)) + KEY_BYTES * persons > LONGEST_BYTES:
        raise EventTooLong(f"{event.type}: more than {LONGEST_BYTES} bytes")
    return found


async def _take_versions(session: AsyncSession, counts: Counter[str]) -> dict[str, int]:
    """Lock the keys, in one order so that two writers never wait for each other; each one's next version."""
    keys = sorted(counts)
    taken = await session.execute(_VERSIONS, {"keys": keys, "counts": [counts[key] for key in keys]})
    return {key: version - counts[key] + 1 for key, version in taken.all()}
