"""The relay: moves a service's committed events into its journal and copies the journal into the stream.

One leader per service, by advisory lock. Whatever breaks, the session drops its connections and starts again from what
the database says. It also answers readers of the journal (`journal.<source>`). A key's version that does not follow on
holds up the journal, a stream that knows more than the journal stops the relay: both with an alarm (decision record 5).
"""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext, api
from nats.js import errors as jserrors

from common import person_keys
from common.bus import Mailbox, NatsSettings, connect, journal_subject, open_mailbox, stream_subjects
from common.failures import Streak, kind_of, will_pass
from common.journal import ZERO, Entry, VersionSkipped, link, read_after, sequence, wrapped_keys
from common.journal_archive import Archive
from common.outbox import KEY_BYTES

log = logging.getLogger(__name__)
PAGE = 200  # entries published or answered at a time
PAGE_BYTES = 8_000_000  # of one round of publishing
ANSWER_BYTES = 700_000  # of one answer, under the broker's 1 MB
POLL_SECONDS = 0.02
LOOK_SECONDS = 2.0  # between looks at the outbox's depth and, when idle, at the stream
ALARM_SECONDS = 30.0  # between attempts while stopped: an operator's repair needs no restart
DUPLICATE_WINDOW_SECONDS = 120.0
# A leader whose machine vanished must not keep the lock until the operating system's two hours are over.
SESSION = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}


class SourceLost(Exception):
    """The stream holds events that the journal does not know: the database went back in time. Stop and alarm."""


class NotStored(OSError):
    """The stream did not take an event at its position; the broker's words."""


class Relay:
    """Publishes one service's events.

    `stopped` says why it stands still, None while it works; `position`: how far the stream is a copy of the journal;
    `waiting`: events in the outbox at the last look.
    """

    def __init__(
        self, *, source: str, database_url: str, nats: NatsSettings, archive: Path | None = None
    ) -> None:
        self.source = source
        self.stopped: str | None = None
        self.position = 0
        self.waiting = 0
        self._dsn = database_url.replace("postgresql+asyncpg://", "postgresql://")
        self._nats = nats
        self._archive = Archive(archive) if archive else None
        self._reader: asyncpg.Connection | None = None
        self._streak = Streak()
        self._look_at = self._sequence_at = 0.0
        self._more = True  # whether the journal may hold what the stream does not

    async def run(self) -> None:
        """For ever; crash-only."""
        while True:
            try:
                await self._session()
            except SourceLost as error:
                self._alarm(str(error))
                await asyncio.sleep(ALARM_SECONDS)
            except Exception as error:  # a loop that must survive
                pause = self._streak.failed()
                if not will_pass(error):
                    log.exception("relay of %s failed", self.source)
                elif self._streak.is_news:
                    reason = str(error) if isinstance(error, NotStored) else kind_of(error)
                    log.warning(
                        "relay of %s interrupted (%s): %s", self.source, self._streak.failures, reason
                    )
                await asyncio.sleep(pause)

    def _alarm(self, reason: str) -> None:
        self.stopped = reason
        log.error("relay of %s stopped: %s", self.source, reason)

    async def _session(self) -> None:
        db = await asyncpg.connect(self._dsn, timeout=5, command_timeout=30, server_settings=SESSION)
        broker: Client | None = None
        try:
            # The leader goes on from here; the others wait.
            await db.execute("SELECT pg_advisory_lock(hashtext('relay'))", timeout=86_400)
            await self._look(db)
            broker = await connect(self._nats)
            stream = broker.jetstream(timeout=self._nats.answer_seconds)
            self.position = await self._match(db, stream)
            self.stopped, self._sequence_at, self._more = None, 0.0, True
            await broker.subscribe(journal_subject(self.source), cb=self._answer)
            acknowledged = await open_mailbox(broker)
            while True:
                await self._step(db, broker, stream, acknowledged)
        finally:
            db.terminate()
            if self._reader:
                self._reader.terminate()
            if broker:
                await broker.close()

    async def _step(
        self, db: asyncpg.Connection, broker: Client, stream: JetStreamContext, acknowledged: Mailbox
    ) -> None:
        moved = await self._sequence(db)
        # Nobody else writes the journal: while nothing is said, one query a round is all that it costs.
        entries = await read_after(db, self.position, PAGE) if moved or self._more else []
        self._more = bool(entries)
        if entries:
            await self._publish(db, broker, acknowledged, _within(entries, PAGE_BYTES))
        elif not moved:
            await asyncio.sleep(POLL_SECONDS)
        if broker.is_closed:
            raise OSError("connection to NATS closed")
        if time.monotonic() >= self._look_at:
            await self._look(db)
            if not entries:
                await self._check_stream(stream)
        self._streak.ended()

    async def _sequence(self, db: asyncpg.Connection) -> int:
        """Move what follows on into the journal. A missing version holds this up, and nothing else."""
        if time.monotonic() < self._sequence_at:
            return 0
        try:
            moved = await sequence(db, self.source)
        except VersionSkipped as error:
            self._sequence_at = time.monotonic() + ALARM_SECONDS
            self._alarm(str(error))
            return 0
        self.stopped = None
        return moved

    async def _look(self, db: asyncpg.Connection) -> None:
        """How many events wait; told even while the broker is away."""
        self._look_at = time.monotonic() + LOOK_SECONDS
        self.waiting = await db.fetchval("SELECT count(*) FROM outbox")

    async def _check_stream(self, stream: JetStreamContext) -> None:
        """A stream that somebody removed or wrote to behind our back is found before the next event needs it."""
        info = await stream.stream_info(self.source)
        if info.state.last_seq != self.position:
            raise OSError(f"stream {self.source} at {info.state.last_seq}, not {self.position}")

    async def _publish(
        self, db: asyncpg.Connection, broker: Client, acknowledged: Mailbox, entries: Sequence[Entry]
    ) -> None:
        """Pipelined, each on condition that it gets the sequence of its position.

        A mailbox of our own takes the acknowledgements: nats-py's publish_async never resolves when the server refuses.
        """
        keys = await wrapped_keys(db, entries)
        await self._send(broker, acknowledged, entries, keys)
        last = entries[-1].position
        while self.position < last:
            for message in await acknowledged.take(self._nats.answer_seconds):
                answer = orjson.loads(message.data or b"{}")
                # Refused, or stored elsewhere: the next session finds out which.
                if answer.get("seq") != self.position + 1:
                    raise NotStored(f"position {self.position + 1}: {answer.get('error') or answer}")
                self.position += 1

    async def _send(
        self, broker: Client, acknowledged: Mailbox, entries: Sequence[Entry], keys: Mapping[UUID, bytes]
    ) -> None:
        for entry in entries:
            headers = {
                "Nats-Msg-Id": str(entry.event_id),
                "Nats-Expected-Last-Sequence": str(entry.position - 1),
                "Chain": entry.chain.hex(),
            }
            if own := {person: keys[person] for person in entry.persons if person in keys}:
                headers[person_keys.HEADER] = person_keys.pack(own)
            subject = orjson.loads(entry.body)["type"]
            reply = f"{acknowledged.subject}.{entry.position}"
            await broker.publish(subject, entry.body.encode(), reply=reply, headers=headers)

    async def _match(self, db: asyncpg.Connection, stream: JetStreamContext) -> int:
        """Make the stream a true copy of the journal up to some position, and return that position.

        Raises SourceLost when the stream tells what the journal does not know (any more).
        """
        first, head = await db.fetchrow(
            "SELECT coalesce(min(position), 1), coalesce(max(position), 0) FROM journal"
        )
        try:
            last = (await stream.stream_info(self.source)).state.last_seq
        except jserrors.NotFoundError:
            return await self._make_stream(stream, first)
        if last == first - 1:
            return int(last)
        ours = await db.fetchval("SELECT chain FROM journal WHERE position = $1", last)
        theirs = await _message_at(stream, self.source, last)
        if ours is not None and theirs is not None and _chain(theirs) == ours:
            return int(last)
        unknown = last if theirs is not None else head + 1
        if first <= unknown <= last and await self._was_told(stream, unknown):
            raise SourceLost(
                f"stream {self.source} tells at {unknown} what the journal does not know: its database went back"
            )
        log.warning("stream %s damaged at %s: made anew from the journal", self.source, last)
        await stream.delete_stream(self.source)
        return await self._make_stream(stream, first)

    async def _was_told(self, stream: JetStreamContext, position: int) -> bool:
        """Whether the stream holds there a link of a chain that we made, not garbage."""
        message = await _message_at(stream, self.source, position)
        before = await _message_at(stream, self.source, position - 1) if position > 1 else None
        chain = message and _chain(message)
        if message is None or chain is None:
            return False
        previous = ZERO if position == 1 else (_chain(before) if before else None)
        return previous is None or link(previous, (message.data or b"").decode(errors="replace")) == chain

    async def _make_stream(self, stream: JetStreamContext, first: int) -> int:
        """An empty stream for the table's entries. Nothing in it ages: a clock that jumps must not empty it."""
        await stream.add_stream(
            api.StreamConfig(
                name=self.source,
                subjects=stream_subjects(self.source),
                storage=api.StorageType.FILE,
                deny_delete=True,
                deny_purge=True,
                duplicate_window=DUPLICATE_WINDOW_SECONDS,
                first_seq=first,
            )
        )
        return first - 1

    async def _answer(self, message: Msg) -> None:
        """Read the journal for a follower that found a hole or begins from zero."""
        try:
            asked: dict[str, Any] = orjson.loads(message.data)
            await message.respond(await self._page(int(asked["after"]), min(int(asked["limit"]), PAGE)))
        except Exception as error:  # noqa: BLE001 — the reader asks again; the relay goes on
            log.warning("relay of %s could not answer: %s", self.source, kind_of(error))
            if self._reader:
                self._reader.terminate()

    async def _page(self, after: int, limit: int) -> bytes:
        """Entries behind a position, with the position that the reader is heading for."""
        if after >= self.position:  # the usual question of an idle follower costs no query
            return orjson.dumps({"head": self.position, "entries": []})
        if self._reader is None or self._reader.is_closed():
            self._reader = await asyncpg.connect(self._dsn, timeout=5, command_timeout=30)
        entries = self._archive.read_after(after, limit) if self._archive else []
        entries = entries or await read_after(self._reader, after, limit)
        keys = await wrapped_keys(self._reader, entries)
        rows = [
            [
                entry.position,
                entry.body,
                entry.chain.hex(),
                person_keys.pack({person: keys[person] for person in entry.persons if person in keys}),
            ]
            for entry in _within(entries, ANSWER_BYTES)
        ]
        return orjson.dumps({"head": self.position, "entries": rows})


async def _message_at(stream: JetStreamContext, name: str, position: int) -> api.RawStreamMsg | None:
    try:
        return await stream.get_msg(name, seq=position)
    except (jserrors.NotFoundError, jserrors.ServerError, ValueError):  # missing, or damaged beyond reading
        return None


def _chain(message: api.RawStreamMsg) -> bytes | None:
    try:
        return bytes.fromhex((message.headers or {})["Chain"])
    except (KeyError, ValueError):
        return None


def _within(entries: list[Entry], limit: int) -> list[Entry]:
    """As many entries, at least one, as stay under so many bytes when quoted as JSON, with their persons' keys."""
    size = 0
    for number, entry in enumerate(entries):
        size += len(orjson.dumps(entry.body)) + KEY_BYTES * len(entry.persons) + 100
        if number and size > limit:
            return entries[:number]
    return entries
