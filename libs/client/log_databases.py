"""The databases held against the public log, read-only: each journal row, each row that audit received, each leaf.

A body is right when the leaf's chain value follows from the leaf before it and this body; so one changed row is named
alone, whatever was made of the rows around it.
"""

import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg
import orjson

from client.log_reader import Finding, LogCopy
from client.log_tables import Expectations

SOURCES = ("catalog", "filing", "registration", "certificate", "audit")
ZERO = bytes(32)
AT_ONCE = 2_000


@dataclass
class Compared:
    """What came of it."""

    findings: list[Finding] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def find(self, where: str, what: str) -> None:
        self.findings.append(Finding(where, what))


async def checkpoint_roots(url: str) -> dict[int, bytes]:
    """The roots that audit's database says it signed."""
    connection = await _open(url)
    try:
        return {
            row["size"]: row["root"]
            for row in await connection.fetch("SELECT size, root FROM log_checkpoint")
        }
    finally:
        await connection.close()


def compare_roots(copy: LogCopy, kept: Mapping[int, bytes], compared: Compared) -> None:
    for size, root in kept.items():
        if size <= copy.signed.size and copy.roots.get(size) != root:
            compared.find(f"audit.log_checkpoint size {size}", "the root is not that of the log")


async def compare(copy: LogCopy, urls: Mapping[str, str]) -> Compared:
    """Hold the databases of the services against a log that was read. Their state is that of one moment each."""
    compared = Compared()
    async with AsyncExitStack() as stack:
        snapshots = {name: await stack.enter_async_context(_snapshot(url)) for name, url in urls.items()}
        expectations = await Expectations.of(snapshots)
        for source in SOURCES:
            if source in urls:
                async with _snapshot(urls[source]) as own:
                    await _Journal(copy, source, compared, expectations).compare(own)
            if "audit" in urls:
                async with _snapshot(urls["audit"]) as audit:
                    await _Received(copy, source, compared).compare(audit)
        for name, connection in snapshots.items():
            await _cursors(copy, name, connection, compared)
            await _versions(name, connection, compared)
        for finding in await expectations.findings(compared.rows, compared.remarks):
            compared.findings.append(finding)
    return compared


class _Journal:
    """A service's own journal."""

    def __init__(self, copy: LogCopy, source: str, compared: Compared, expectations: Expectations) -> None:
        self._copy, self._source, self._compared = copy, source, compared
        self._expectations = expectations

    async def compare(self, connection: asyncpg.Connection) -> None:
        where = f"{self._source}.journal"
        archived = await connection.fetchval("SELECT count(*) FROM journal_floor")
        first = await connection.fetchval("SELECT coalesce(min(position), 1) FROM journal")
        if archived and first > 1:
            self._compared.remarks.append(
                f"{where}: positions before {first} are in files and were not compared"
            )
        chain = ZERO
        leaves = self._copy.entries(self._source)
        leaf = next(leaves, None)
        rows = 0
        async for row in _rows(
            connection, "SELECT position, event_id, key, version, body, chain FROM journal ORDER BY position"
        ):
            rows += 1
            while leaf is not None and leaf["position"] < row["position"]:
                if not (archived and leaf["position"] < first):
                    self._compared.find(f"{where} position {leaf['position']}", "the row is missing")
                chain, leaf = bytes.fromhex(leaf["chain"]), next(leaves, None)
            right = _chain_after(chain, row["body"])
            told = orjson.loads(row["body"])
            if leaf is not None and leaf["position"] == row["position"]:
                self._check(where, row, told, right, leaf)
                chain, leaf = bytes.fromhex(leaf["chain"]), next(leaves, None)
            else:  # newer than the checkpoint: it must follow on all the same
                if row["chain"] != right:
                    self._compared.find(
                        f"{where} position {row['position']}", "does not follow on from the log"
                    )
                chain = row["chain"]
            self._expectations.see(self._source, row["position"], told)
        while leaf is not None:
            self._compared.find(f"{where} position {leaf['position']}", "the row is missing")
            leaf = next(leaves, None)
        self._compared.rows[where] = rows

    def _check(
        self, where: str, row: asyncpg.Record, told: dict[str, Any], right: bytes, leaf: dict[str, Any]
    ) -> None:
        place = f"{where} position {row['position']}"
        if right.hex() != leaf["chain"]:
            self._compared.find(place, "the body is not what was logged")
            return
        if row["chain"].hex() != leaf["chain"]:
            self._compared.find(place, "the chain is not what was logged")
        if (str(row["event_id"]), row["key"], row["version"]) != (
            told["id"],
            told["subject"],
            told["version"],
        ):
            self._compared.find(place, "event_id, key or version is not that of the body")
        if (told["id"], told["type"], told["time"]) != (leaf["id"], leaf["type"], leaf["time"]):
            self._compared.find(place, "id, type or time is not what was logged")


class _Received:
    """What audit received of a source, with its leaves and salts."""

    def __init__(self, copy: LogCopy, source: str, compared: Compared) -> None:
        self._copy, self._source, self._compared = copy, source, compared

    async def compare(self, connection: asyncpg.Connection) -> None:
        chain, rows = ZERO, 0
        leaves = self._copy.entries(self._source)
        statement = (
            "SELECT coalesce(j.position, l.position) AS position, j.position AS received, j.event_id, j.type, j.key, "
            "j.version, j.time, j.body, j.chain, l.position AS logged, l.event_id AS leaf_event, l.salt, l.entry "
            "FROM (SELECT * FROM journal_entry WHERE source = $1) j "
            "FULL JOIN (SELECT * FROM log_leaf WHERE source = $1) l ON l.position = j.position ORDER BY 1"
        )
        found = _rows(connection, statement, self._source)
        row = await anext(found, None)
        for leaf in leaves:
            rows += 1
            position = leaf["position"]
            while row is not None and row["position"] < position:
                self._compared.find(self._at("journal_entry", row["position"]), "a row that was never logged")
                row = await anext(found, None)
            if row is not None and row["position"] == position:
                self._check(row, leaf, chain)
                row = await anext(found, None)
            else:
                self._compared.find(self._at("journal_entry", position), "the row is missing")
                self._compared.find(self._at("log_leaf", position), "the row is missing")
            chain = bytes.fromhex(leaf["chain"])
        while row is not None:
            if row["received"] is not None:
                if row["chain"] != _chain_after(chain, row["body"]):
                    self._compared.find(
                        self._at("journal_entry", row["position"]), "does not follow on from the log"
                    )
                chain = row["chain"]
            row = await anext(found, None)
        self._compared.rows[f"audit.journal_entry of {self._source}"] = rows

    def _at(self, table: str, position: int) -> str:
        return f"audit.{table} {self._source} position {position}"

    def _check(self, row: asyncpg.Record, leaf: dict[str, Any], chain: bytes) -> None:
        position = leaf["position"]
        if row["logged"] is None:
            self._compared.find(self._at("log_leaf", position), "the row is missing")
        elif str(row["leaf_event"]) != leaf["id"] or row["entry"] != leaf["_raw"]:
            self._compared.find(self._at("log_leaf", position), "the leaf is not what was logged")
        if row["received"] is None:
            self._compared.find(self._at("journal_entry", position), "the row is missing")
            return
        body = row["body"].encode()
        if hashlib.sha256(chain + body).hexdigest() != leaf["chain"]:
            self._compared.find(self._at("journal_entry", position), "the body is not what was logged")
            return
        if row["salt"] is not None and hashlib.sha256(row["salt"] + body).hexdigest() != leaf["commitment"]:
            self._compared.find(self._at("log_leaf", position), "the salt does not open the commitment")
        told = orjson.loads(body)
        kept = (row["event_id"], row["type"], row["key"], row["version"], row["time"], row["chain"].hex())
        right = (told["id"], told["type"], told["subject"], told["version"])
        if (str(kept[0]), *kept[1:4]) != right or kept[4] != datetime.fromisoformat(told["time"]):
            self._compared.find(self._at("journal_entry", position), "a column is not that of the body")
        if kept[5] != leaf["chain"]:
            self._compared.find(self._at("journal_entry", position), "the chain is not what was logged")


async def _cursors(copy: LogCopy, name: str, connection: asyncpg.Connection, compared: Compared) -> None:
    """How far a service says it has followed the others: the chain there must be the log's."""
    kept = {row["source"]: row for row in await connection.fetch("SELECT source, position, chain FROM inbox")}
    for source, row in kept.items():
        where = f"{name}.inbox {source}"
        if row["position"] <= copy.counts.get(source, 0) and row["chain"] != _chain_at(
            copy.entries(source), row["position"]
        ):
            compared.find(where, f"the chain at position {row['position']} is not what was logged")


def _chain_at(leaves: Iterator[dict[str, Any]], position: int) -> bytes:
    if position == 0:
        return ZERO
    return next((bytes.fromhex(leaf["chain"]) for leaf in leaves if leaf["position"] == position), b"")


_VERSIONS = """
    SELECT coalesce(a.key, s.key) AS key FROM aggregate a FULL JOIN (
        SELECT key, max(version) AS version FROM (
            SELECT key, version FROM journal UNION ALL SELECT key, version FROM outbox
            UNION ALL SELECT key, version FROM journal_floor) AS said GROUP BY key) s ON s.key = a.key
    WHERE a.version IS DISTINCT FROM s.version ORDER BY 1"""


async def _versions(name: str, connection: asyncpg.Connection, compared: Compared) -> None:
    """The last version of each aggregate is that of its last event."""
    for row in await connection.fetch(_VERSIONS):
        compared.find(f"{name}.aggregate {row['key']}", "the version is not that of its last event")


def _chain_after(previous: bytes, body: str) -> bytes:
    return hashlib.sha256(previous + body.encode()).digest()


async def _rows(
    connection: asyncpg.Connection, statement: str, *arguments: Any
) -> AsyncIterator[asyncpg.Record]:
    cursor = await connection.cursor(statement, *arguments)
    while rows := await cursor.fetch(AT_ONCE):
        for row in rows:
            yield row


@asynccontextmanager
async def _snapshot(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A read-only transaction that sees one moment."""
    connection = await _open(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            await connection.fetchval("SELECT 1")
            yield connection
    finally:
        await connection.close()


async def _open(url: str) -> asyncpg.Connection:
    return await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://", 1), timeout=10)


def parse_urls(given: Sequence[str]) -> dict[str, str]:
    """From `certificate=postgresql://…`. Raises ValueError."""
    urls = dict(one.partition("=")[::2] for one in given)
    if not urls.keys() <= set(SOURCES) or not all(urls.values()):
        raise ValueError(f"say --databases SERVICE=URL, for services of {', '.join(SOURCES)}")
    return urls
