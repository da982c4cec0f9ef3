"""The journal of a service: its events in one gap-free, hash-chained, append-only order. The truth of the platform.

Committed outbox rows are moved here by the relay's leader. Position N of the journal is sequence N of the stream.
`chain` = SHA-256(previous chain ‖ body), so a row changed behind the platform's back shows (decision record 5).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import BigInteger, Integer, LargeBinary, Text, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Shared

APPEND_ONLY_TABLES = ("journal",)
ZERO = bytes(32)
SLICE = 200  # outbox rows moved in one transaction: a bulk write does not hold up everybody else's events
ANSWER_BYTES = 600_000  # of one reply to a reader, well under the broker's limit


class JournalRow(Shared):
    """One event for ever. `persons` stands outside the chained body: whose keys travel beside the event."""

    __tablename__ = "journal"
    __table_args__ = (UniqueConstraint("key", "version"),)

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[UUID] = mapped_column(unique=True)
    key: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    body: Mapped[str] = mapped_column(Text)
    chain: Mapped[bytes] = mapped_column(LargeBinary)
    persons: Mapped[list[UUID]]


class VersionSkipped(Exception):
    """A key's version does not follow on from its last: an event is missing. The relay stops and alarms."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event at its place."""

    position: int
    body: str
    chain: bytes
    event_id: UUID | None = None
    persons: tuple[UUID, ...] = ()


def link(previous: bytes, body: str) -> bytes:
    """The chain value of the entry after `previous`."""
    return hashlib.sha256(previous + body.encode()).digest()


async def sequence(db: asyncpg.Connection, source: str, limit: int = SLICE) -> int:
    """Move committed outbox rows into the journal, giving each the next position; returns how many.

    Only the relay's leader calls it. Rows are never read by "id beyond the last seen": a slow transaction's rows appear
    later with lower ids. Raises VersionSkipped.
    """
    rows = await db.fetch("SELECT * FROM outbox ORDER BY id LIMIT $1", limit)
    if not rows:
        return 0
    async with db.transaction():
        await _check_versions(db, rows)
        last = await db.fetchrow("SELECT position, chain FROM journal ORDER BY position DESC LIMIT 1")
        position, chain = (last["position"], last["chain"]) if last else (0, ZERO)
        records = []
        for row in rows:
            body = _body(row, source)
            position, chain = position + 1, link(chain, body)
            records.append(
                (position, row["event_id"], row["key"], row["version"], body, chain, row["persons"])
            )
        columns = ["position", "event_id", "key", "version", "body", "chain", "persons"]
        await db.copy_records_to_table("journal", records=records, columns=columns)
        await db.execute("DELETE FROM outbox WHERE id = ANY($1)", [row["id"] for row in rows])
    return len(rows)


async def _check_versions(db: asyncpg.Connection, rows: Sequence[asyncpg.Record]) -> None:
    keys = list({row["key"] for row in rows})
    found = await db.fetch(
        "SELECT k.key, (SELECT version FROM journal j WHERE j.key = k.key ORDER BY version DESC LIMIT 1) AS version "
        "FROM unnest($1::text[]) AS k(key)",
        keys,
    )
    last = {row["key"]: row["version"] or 0 for row in found}
    for row in rows:
        if row["version"] != last[row["key"]] + 1:
            raise VersionSkipped(f"{row['key']}: version {row['version']} after {last[row['key']]}")
        last[row["key"]] = row["version"]


def _body(row: asyncpg.Record, source: str) -> str:
    """The event as `Envelope.body()` writes it, built without the detour over models: this is the hot path."""
    envelope: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(row["event_id"]),
        "source": source,
        "type": row["type"],
        "subject": row["key"],
        "time": row["said_at"].isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "version": row["version"],
        "actor": row["actor"],
        "causationid": row["causation_id"],
        "traceparent": row["traceparent"],
        "data": orjson.loads(row["data"]),
    }
    present = {name: value for name, value in envelope.items() if value is not None}
    return orjson.dumps(present, option=orjson.OPT_SORT_KEYS).decode()


async def read_after(db: asyncpg.Connection, position: int, limit: int) -> list[Entry]:
    """Entries behind a position, in order."""
    rows = await db.fetch(
        "SELECT position, event_id, body, chain, persons FROM journal WHERE position > $1 ORDER BY position LIMIT $2",
        position,
        limit,
    )
    return [
        Entry(row["position"], row["body"], row["chain"], row["event_id"], tuple(row["persons"]))
        for row in rows
    ]


async def read_journal(session: AsyncSession, *, after: int, limit: int) -> list[Entry]:
    """As `read_after`, in a session: for whoever shows or checks the journal."""
    rows = await session.scalars(
        select(JournalRow).where(JournalRow.position > after).order_by(JournalRow.position).limit(limit)
    )
    return [Entry(row.position, row.body, row.chain, row.event_id, tuple(row.persons)) for row in rows]


async def wrapped_keys(db: asyncpg.Connection, entries: Sequence[Entry]) -> dict[UUID, bytes]:
    """The wrapped keys of everybody whom the entries' sealed data belongs to; erased persons are left out."""
    persons = list({person for entry in entries for person in entry.persons})
    if not persons:
        return {}
    rows = await db.fetch("SELECT person_id, wrapped FROM person_key WHERE person_id = ANY($1)", persons)
    return {row["person_id"]: row["wrapped"] for row in rows}
