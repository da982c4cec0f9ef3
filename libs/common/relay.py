"""The relay: moves a service's committed events into its journal and copies the journal into the stream.

One leader per service, by advisory lock. Whatever breaks, the session drops its connections and starts again from what
the database says. It also answers readers of the journal (`journal.<source>`).
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import asyncpg
import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js import JetStreamContext, api
from nats.js import errors as jserrors

from common import person_keys
from common.bus import NatsSettings, connect, journal_subject, stream_subjects
from common.failures import will_pass
from common.journal import ANSWER_BYTES, Entry, VersionSkipped, read_after, sequence, wrapped_keys

log = logging.getLogger(__name__)
PUBLISH_BATCH = 200
POLL_SECONDS = 0.02
PAUSE_SECONDS = 0.2
ALARM_SECONDS = 30.0  # between looks while stopped: an operator's repair needs no restart
DUPLICATE_WINDOW_SECONDS = 120.0


class SourceLost(Exception):
    """The stream holds events that the journal does not know: the database went back in time. Stop and alarm."""


class Relay:
    """Publishes one service's events. `stopped` says why it stands still, None while it works."""

    def __init__(self, *, source: str, database_url: str, nats: NatsSettings) -> None:
        self.source = source
        self.stopped: str | None = None
        self.position = 0
        self._dsn = database_url.replace("postgresql+asyncpg://", "postgresql://")
        self._nats = nats

    async def run(self) -> None:
        """For ever; crash-only."""
        while True:
            try:
                await self._session()
            except (SourceLost, VersionSkipped) as error:
                self.stopped = str(error)
                log.error("relay of %s stopped: %s", self.source, error)  # noqa: TRY400 — the alarm is the message
                await asyncio.sleep(ALARM_SECONDS)
            except Exception as error:  # a loop that must survive
                if not will_pass(error):
                    log.exception("relay of %s failed", self.source)
                await asyncio.sleep(PAUSE_SECONDS)

    async def _session(self) -> None:
        db = await asyncpg.connect(self._dsn, timeout=5, command_timeout=30)
        broker: Client | None = None
        try:
            await db.execute(
                "SELECT pg_advisory_lock(hashtext('relay'))", timeout=86_400
            )  # the leader; others wait
            broker = await connect(self._nats)
            stream = broker.jetstream(timeout=self._nats.answer_seconds)
            self.position = await self._match(db, stream)
            self.stopped = None
            await broker.subscribe(journal_subject(self.source), cb=self._answer)
            acks = await broker.subscribe(broker.new_inbox() + ".*")
            while True:
                await self._step(db, broker, acks)
        finally:
            if broker:
                await broker.close()
            db.terminate()

    async def _step(self, db: asyncpg.Connection, broker: Client, acks: Subscription) -> None:
        moved = await sequence(db, self.source)
        entries = await read_after(db, self.position, PUBLISH_BATCH)
        if entries:
            await self._publish(db, broker, acks, entries)
        elif not moved:
            if broker.is_closed:
                raise OSError("connection to NATS closed")
            await asyncio.sleep(POLL_SECONDS)

    async def _publish(
        self, db: asyncpg.Connection, broker: Client, acks: Subscription, entries: Sequence[Entry]
    ) -> None:
        """Pipelined, each on condition that it gets the sequence of its position.

        An own reply subject collects the acknowledgements: nats-py's publish_async never resolves when the server
        refuses.
        """
        keys = await wrapped_keys(db, entries)
        for entry in entries:
            headers = {
                "Nats-Msg-Id": str(entry.event_id),
                "Nats-Expected-Last-Sequence": str(entry.position - 1),
                "Chain": entry.chain.hex(),
            }
            if own := {person: keys[person] for person in entry.persons if person in keys}:
                headers[person_keys.HEADER] = person_keys.pack(own)
            subject = orjson.loads(entry.body)["type"]
            reply = f"{acks.subject[:-1]}{entry.position}"
            await broker.publish(subject, entry.body.encode(), reply=reply, headers=headers)
        for entry in entries:
            ack = orjson.loads((await acks.next_msg(timeout=self._nats.answer_seconds)).data or b"{}")
            if ack.get("seq") != entry.position:
                raise OSError(
                    f"stream {self.source} did not store position {entry.position}"
                )  # _match decides
            self.position = entry.position

    async def _match(self, db: asyncpg.Connection, stream: JetStreamContext) -> int:
        """Make the stream a true copy of the journal up to some position, and return that position.

        Raises SourceLost when the stream is ahead: told events are not in the journal any more.
        """
        try:
            last = (await stream.stream_info(self.source)).state.last_seq
        except jserrors.NotFoundError:
            return await self._make_stream(stream)
        if last == 0:
            return 0
        ours = await db.fetchval("SELECT event_id FROM journal WHERE position = $1", last)
        theirs = await self._id_at(stream, last)
        if ours is not None and theirs == str(ours):
            return last
        if ours is None and theirs is not None:
            raise SourceLost(f"stream {self.source} stands at {last}, the journal is behind it")
        log.warning("stream %s damaged at %s: made anew from the journal", self.source, last)
        await stream.delete_stream(self.source)
        return await self._make_stream(stream)

    async def _id_at(self, stream: JetStreamContext, position: int) -> str | None:
        try:
            message = await stream.get_msg(self.source, seq=position)
        except jserrors.NotFoundError:
            return None
        return (message.headers or {}).get("Nats-Msg-Id")

    async def _make_stream(self, stream: JetStreamContext) -> int:
        """An empty stream. Nothing in it ages: a clock that jumps must not empty it."""
        await stream.add_stream(
            api.StreamConfig(
                name=self.source,
                subjects=stream_subjects(self.source),
                storage=api.StorageType.FILE,
                deny_delete=True,
                deny_purge=True,
                duplicate_window=DUPLICATE_WINDOW_SECONDS,
                first_seq=1,
            )
        )
        return 0

    async def _answer(self, message: Msg) -> None:
        """Read the journal for a follower that found a hole or begins from zero."""
        asked: dict[str, Any] = orjson.loads(message.data)
        db = await asyncpg.connect(self._dsn, timeout=5, command_timeout=30)
        try:
            entries = _cut(await read_after(db, asked["after"], min(asked["limit"], PUBLISH_BATCH)))
            keys = await wrapped_keys(db, entries)
            rows = [
                [
                    entry.position,
                    entry.body,
                    entry.chain.hex(),
                    person_keys.pack({person: keys[person] for person in entry.persons if person in keys}),
                ]
                for entry in entries
            ]
            await message.respond(orjson.dumps(rows))
        finally:
            await db.close()


def _cut(entries: list[Entry]) -> list[Entry]:
    """As many entries as fit into one reply, at least one."""
    size = 0
    kept: list[Entry] = []
    for entry in entries:
        size += len(entry.body.encode()) + 130 * len(entry.persons) + 100
        if kept and size > ANSWER_BYTES:
            break
        kept.append(entry)
    return kept
