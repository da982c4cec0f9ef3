"""The status of every certificate in memory, for checks that ask no database and outlive its absence.

Fed from this service's own database: certificates from the events of its journal (and of its outbox, for the relay
stands still while the broker is away), statuses from `status_change` by serial. Each process has a board of its own.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Protocol

import asyncpg
import orjson

from certificate.issuance.status_index import LIST_BITS, LIST_PLACES
from certificate.status.domain import Status
from common.events.certificate import CertificateReissued, CertificatesIssued, CertificatesResigned
from common.failures import Streak, kind_of, will_pass
from common.platform import Platform

log = logging.getLogger(__name__)
POLL_SECONDS: Final = 0.05
PAGE: Final = 500
LOADED_AT_ONCE: Final = 10_000
ANSWER_SECONDS: Final = 5.0
DIGEST_BYTES: Final = 8
_ABSENT = bytes(DIGEST_BYTES)
_PLACE = LIST_PLACES - 1


@dataclass(frozen=True, slots=True)
class Touched:
    """A place whose status was ever changed. `serial`: of its newest change; a lower one is old news."""

    status: Status
    since: datetime
    reason_code: str
    serial: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What a place stands for. `since`: none where nothing was ever decided, it is valid since its issue."""

    status: Status
    since: datetime | None
    reason_code: str | None
    code_digest: bytes


class Now(Protocol):
    def now(self) -> datetime: ...


def digest_of(code: bytes) -> bytes:
    """What a place remembers of the code that it was given to: a stolen key alone makes no certificate."""
    return sha256(code).digest()[:DIGEST_BYTES]


class Places:
    """PURE: the places themselves. 8 bytes each, ten million are 80 MB; statuses only where one was ever changed.

    `serials`: list → the newest change in it.
    """

    def __init__(self) -> None:
        self._digests: dict[int, bytearray] = {}
        self._touched: dict[int, dict[int, Touched]] = {}
        self.serials: dict[int, int] = {}
        self.count = 0
        self.serial = 0

    @property
    def lists(self) -> int:
        """Status lists that have a place given, or a status changed."""
        return max((*self._digests, *self.serials), default=-1) + 1

    def add(self, status_index: int, digest: bytes) -> None:
        """A place was given to a code. May be told twice."""
        number, start = status_index >> LIST_BITS, (status_index & _PLACE) * DIGEST_BYTES
        held = self._digests.get(number)
        if held is None:
            held = self._digests[number] = bytearray(LIST_PLACES * DIGEST_BYTES)
        if held[start : start + DIGEST_BYTES] == _ABSENT:
            self.count += 1
        held[start : start + DIGEST_BYTES] = digest

    def change(self, status_index: int, touched: Touched) -> None:
        """The status of a place changed. May be told twice, and in any order."""
        number = status_index >> LIST_BITS
        held = self._touched.setdefault(number, {})
        known = held.get(status_index)
        if known is None or known.serial < touched.serial:
            held[status_index] = touched
        self.serials[number] = max(self.serials.get(number, 0), touched.serial)
        self.serial = max(self.serial, touched.serial)

    def touched(self, number: int) -> Mapping[int, Touched]:
        """Places of one list whose status was ever changed, by status index."""
        return self._touched.get(number, {})

    def standing(self, status_index: int) -> Standing | None:
        """None: no certificate has this place."""
        start = (status_index & _PLACE) * DIGEST_BYTES
        digest = bytes(self._digests.get(status_index >> LIST_BITS, b"")[start : start + DIGEST_BYTES])
        if not digest or digest == _ABSENT:
            return None
        touched = self.touched(status_index >> LIST_BITS).get(status_index)
        if touched is None:
            return Standing("valid", None, None, digest)
        return Standing(touched.status, touched.since, touched.reason_code, digest)

    def changed_after(self, serial: int) -> Iterator[tuple[int, Touched]]:
        """Places that changed since, with what they are now."""
        return (
            (index, one)
            for number, newest in self.serials.items()
            if newest > serial
            for index, one in self.touched(number).items()
            if one.serial > serial
        )


_PLACES = """
SELECT status_index, substring(sha256(code) FROM 1 FOR 8) AS digest FROM certificate
UNION ALL SELECT status_index, substring(sha256(code) FROM 1 FOR 8) FROM reissue"""
_TOUCHED = """
SELECT DISTINCT ON (status_index) status_index, status, since, reason_code, serial
  FROM status_change ORDER BY status_index, serial DESC"""
_HEAD = "SELECT coalesce(max(position), 0) FROM journal"
_CHANGES = """
SELECT status_index, status, since, reason_code, serial
  FROM status_change WHERE serial > $1 ORDER BY serial LIMIT $2"""
_JOURNAL = "SELECT position, body FROM journal WHERE position > $1 ORDER BY position LIMIT $2"
_OUTBOX = "SELECT id, type, data FROM outbox WHERE type = ANY($1) AND id > $2 ORDER BY id LIMIT $3"
_TOLD = (CertificatesIssued.type, CertificateReissued.type, CertificatesResigned.type)


class StatusBoard:
    """Statuses in memory; `fresh_at`: when it last held all there was, by the platform's clock, None before that."""

    def __init__(self) -> None:
        self.places = Places()
        self.fresh_at: datetime | None = None
        self._position: int | None = None
        self._streak = Streak()

    @property
    def serial(self) -> int:
        """The newest change that it has."""
        return self.places.serial

    def standing(self, status_index: int) -> Standing | None:
        """What a place stands for; None: no certificate has it. Asks nobody, and never fails."""
        return self.places.standing(status_index)

    async def keep_up(self, platform: Platform) -> None:
        """For ever: read what is new, twenty times a second; after an outage, again within a second."""
        dsn = platform.settings.database_url.get_secret_value().replace("+asyncpg", "")
        while True:
            try:
                await self._session(dsn, platform.clock)
            except Exception as error:  # a loop that must survive: checks go on with what is held
                pause = min(self._streak.failed(), 0.25)
                if not will_pass(error):
                    log.exception("status board failed")
                elif self._streak.is_news:
                    log.warning("status board interrupted: %s", kind_of(error))
                await asyncio.sleep(pause)

    async def _session(self, dsn: str, clock: Now) -> None:
        database = await asyncpg.connect(dsn, timeout=2, command_timeout=ANSWER_SECONDS)
        try:
            while True:
                await self.look(database, clock)
                self._streak.ended()
                await asyncio.sleep(POLL_SECONDS)
        finally:
            database.terminate()

    async def look(self, database: asyncpg.Connection, clock: Now) -> None:
        """Take in all that is committed by now."""
        if self._position is None:
            await self._load(database)
        began = clock.now()
        await self._read_changes(database)
        await self._read_outbox(database)  # before the journal: what the relay moves meanwhile is met there
        await self._read_journal(database)
        self.fresh_at = began

    async def _load(self, database: asyncpg.Connection) -> None:
        """Everything at once, as of one instant; what is still in the outbox then is told again, which does no harm."""
        places = Places()
        async with database.transaction(isolation="repeatable_read", readonly=True):
            position = await database.fetchval(_HEAD, timeout=600)
            cursor = await database.cursor(_PLACES, timeout=600)
            while rows := await cursor.fetch(LOADED_AT_ONCE):
                for row in rows:
                    places.add(row["status_index"], row["digest"])
            cursor = await database.cursor(_TOUCHED, timeout=600)
            while rows := await cursor.fetch(LOADED_AT_ONCE):
                for row in rows:
                    places.change(row["status_index"], _touched(row))
        self.places, self._position = places, position

    async def _read_changes(self, database: asyncpg.Connection) -> None:
        while rows := await database.fetch(_CHANGES, self.places.serial, PAGE):
            for row in rows:
                self.places.change(row["status_index"], _touched(row))

    async def _read_journal(self, database: asyncpg.Connection) -> None:
        while rows := await database.fetch(_JOURNAL, self._position, PAGE):
            for row in rows:
                event = orjson.loads(row["body"])
                self._take(event["type"], event["data"])
            self._position = rows[-1]["position"]

    async def _read_outbox(self, database: asyncpg.Connection) -> None:
        """What waits for the relay is committed and true; usually nothing, and never for long."""
        after = 0
        while rows := await database.fetch(_OUTBOX, _TOLD, after, PAGE):
            for row in rows:
                self._take(row["type"], orjson.loads(row["data"]))
            after = rows[-1]["id"]

    def _take(self, kind: str, data: Mapping[str, Any]) -> None:
        if kind in (CertificatesIssued.type, CertificatesResigned.type):
            self._add(data["certificates"])
        elif kind == CertificateReissued.type:
            self._add([data])

    def _add(self, certificates: Iterable[Mapping[str, Any]]) -> None:
        """Events from before places were told carry none; those certificates came with the tables."""
        for one in certificates:
            if one.get("status_index") is not None:
                self.places.add(one["status_index"], bytes.fromhex(one["payload_sha256"])[:DIGEST_BYTES])


def _touched(row: asyncpg.Record) -> Touched:
    return Touched(row["status"], row["since"], row["reason_code"], row["serial"])
