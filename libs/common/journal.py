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
from common.outbox import BULK, ORDINARY

APPEND_ONLY_TABLES = ("journal", "journal_floor")
ZERO = bytes(32)
SLICE = 100  # outbox rows of each lane moved in one transaction: a bulk write does not hold up everybody else's events


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


class FloorRow(Shared):
    """The last version of a key among the rows that were moved to files (see `common.journal_archive`)."""

    __tablename__ = "journal_floor"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(Integer)


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


_NEXT = f"""
    (SELECT * FROM outbox WHERE lane = {ORDINARY} ORDER BY id LIMIT $1)
    UNION ALL (SELECT * FROM outbox WHERE lane = {BULK} ORDER BY id LIMIT $1)"""  # noqa: S608 — two numbers of ours
_LAST_VERSIONS = """
    SELECT k.key, greatest(
        (SELECT version FROM journal j WHERE j.key = k.key ORDER BY version DESC LIMIT 1),
        (SELECT version FROM journal_floor f WHERE f.key = k.key)) AS version
    FROM unnest($1::text[]) AS k (key)"""
_STILL_WAITING = """
    SELECT DISTINCT w.key FROM unnest($1::text[], $2::integer[]) AS w (key, version)
    JOIN outbox o ON o.key = w.key AND o.version = w.version"""
_COLUMNS = ["position", "event_id", "key", "version", "body", "chain", "persons"]


async def sequence(db: asyncpg.Connection, source: str, limit: int = SLICE) -> int:
    """Move committed outbox rows into the journal, giving each the next position; returns how many.

    Only the relay's leader calls it. Rows are never read by "id beyond the last seen": a slow transaction's rows appear
    later with lower ids. Takes up to `limit` rows of each lane. Raises VersionSkipped.
    """
    rows = await db.fetch(_NEXT, limit)
    if not rows:
        return 0
    async with db.transaction():
        rows = await _following(db, sorted(rows, key=lambda row: int(row["id"])))
        last = await db.fetchrow("SELECT position, chain FROM journal ORDER BY position DESC LIMIT 1")
        position, chain = (last["position"], last["chain"]) if last else (0, ZERO)
        records = []
        for row in rows:
            body = _body(row, source)
            position, chain = position + 1, link(chain, body)
            records.append(
                (position, row["event_id"], row["key"], row["version"], body, chain, row["persons"])
            )
        await db.copy_records_to_table("journal", records=records, columns=_COLUMNS)
        await db.execute("DELETE FROM outbox WHERE id = ANY($1)", [row["id"] for row in rows])
    return len(rows)


async def _following(db: asyncpg.Connection, rows: Sequence[asyncpg.Record]) -> list[asyncpg.Record]:
    """The rows, in order of id, whose versions follow on; those that wait for a row of the other lane stay behind.

    Ids of one key rise with its versions, so the row with the lowest id never waits.
    """
    found = await db.fetch(_LAST_VERSIONS, list({row["key"] for row in rows}))
    last: dict[str, int] = {row["key"]: row["version"] or 0 for row in found}
    taken: list[asyncpg.Record] = []
    missing: dict[str, int] = {}
    for row in rows:
        key = row["key"]
        if row["version"] == last[key] + 1:
            last[key] = row["version"]
            taken.append(row)
        elif row["version"] <= last[key]:
            raise VersionSkipped(f"{key}: version {row['version']} again")
        else:
            missing.setdefault(key, last[key] + 1)
    if missing:
        waiting = {
            row["key"] for row in await db.fetch(_STILL_WAITING, list(missing), list(missing.values()))
        }
        for key in missing.keys() - waiting:
            raise VersionSkipped(f"{key}: version {missing[key]} is missing")
    return taken


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
