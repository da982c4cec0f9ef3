"""Following another service: every event of a source applied exactly once, in order, in this service's database.

The cursor (position, chain) of a source moves in the transaction of the effects. A hole, or a rebuild from zero, is
read from the source's journal. A chain that does not follow on, or a cursor that vanished, stops the follower with an
alarm. What fails for good is parked, and later events of its key behind it; other keys flow.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeout
from nats.js import JetStreamContext, api
from pydantic import ValidationError
from sqlalchemy import BigInteger, LargeBinary, Text, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Mapped, mapped_column

from common import context, person_keys
from common.bus import NatsSettings, connect, journal_subject
from common.db import Shared
from common.events import Envelope, Event
from common.failures import will_pass
from common.journal import ZERO, link
from common.parked import BEHIND, ParkedRow, parked_keys
from common.sealed import Keyring
from common.unit_of_work import Now, UnitOfWork

log = logging.getLogger(__name__)
BATCH = 200
PAUSE_SECONDS = 0.2
ALARM_SECONDS = 30.0
FETCH_SECONDS = 1.0
IDLE_ROUNDS = 3  # empty fetches before the journal is asked whether the very end of the stream is missing

Handler = Callable[[UnitOfWork, Any], Awaitable[None]]
Handlers = Mapping[type[Event], Handler]


class CursorRow(Shared):
    """How far this service has applied a source."""

    __tablename__ = "inbox"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[bytes] = mapped_column(LargeBinary)


class FollowedRow(Shared):
    """Sources followed since when: tells a first start from a cursor that was deleted."""

    __tablename__ = "followed"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    since: Mapped[datetime]


class ChainBroken(Exception):
    """An event does not follow on from what was applied. Nothing is applied; stop and alarm."""


class CursorLost(Exception):
    """The cursor of a source vanished from tables that have its effects: replaying would apply them twice."""


class UnknownVersion(Exception):
    """A type that is followed, in a version that this program does not know yet."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event as it came: at its position, with chain and the wrapped keys that travelled beside it."""

    position: int
    body: str
    chain: bytes
    keys: Mapping[UUID, bytes] = field(default_factory=dict)

    @property
    def envelope(self) -> Envelope:
        return Envelope.parse(self.body)

    @property
    def key(self) -> str:
        return str(orjson.loads(self.body)["subject"])


Witness = Callable[[UnitOfWork, list[Delivery]], Awaitable[None]]


class Registry:
    """Which handler takes an event, by its type; upcasters lead old versions to the one that is handled."""

    def __init__(self, handlers: Handlers) -> None:
        self._by_type = {kind.type: (kind, handler) for kind, handler in handlers.items()}
        self._names = {kind.rpartition(".")[0] for kind in self._by_type}

    def find(self, envelope: Envelope) -> tuple[Event, Handler] | None:
        """The typed event and its handler; None for a type that is not followed. Raises UnknownVersion."""
        kind, data = envelope.type, envelope.data
        while kind not in self._by_type and kind in UPCASTERS:
            kind, data = UPCASTERS[kind](data)
        if kind in self._by_type:
            model, handler = self._by_type[kind]
            return model.model_validate(data), handler
        if kind.rpartition(".")[0] in self._names:
            raise UnknownVersion(kind)
        return None


# Old type → its successor and the data rewritten for it: pure functions, one step each.
UPCASTERS: dict[str, Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]] = {}


class Follower:
    """Applies one source's events in one service. `stopped` says why it stands still, None while it works."""

    def __init__(
        self,
        *,
        service: str,
        source: str,
        sessions: async_sessionmaker[AsyncSession],
        nats: NatsSettings,
        clock: Now,
        handlers: Handlers,
        keyring: Keyring | None = None,
        witness: Witness | None = None,
    ) -> None:
        self.service, self.source = service, source
        self.stopped: str | None = None
        self.position = 0
        self.ignored = 0
        self._sessions, self._nats, self._clock = sessions, nats, clock
        self._registry, self._witness = Registry(handlers), witness
        self._keyring = keyring

    async def run(self) -> None:
        """For ever; crash-only."""
        while True:
            try:
                await self._session()
            except (ChainBroken, CursorLost) as error:
                self.stopped = str(error)
                log.error("%s stopped following %s: %s", self.service, self.source, error)  # noqa: TRY400
                await asyncio.sleep(ALARM_SECONDS)
            except Exception as error:  # a loop that must survive
                if not will_pass(error):
                    log.exception("%s failed to follow %s", self.service, self.source)
                await asyncio.sleep(PAUSE_SECONDS)

    async def _session(self) -> None:
        broker: Client | None = None
        try:
            self.position = await self._start()
            self.stopped = None
            broker = await connect(self._nats)
            stream = broker.jetstream(timeout=self._nats.answer_seconds)
            consumer = await self._consumer(stream)
            subscription = await stream.pull_subscribe_bind(consumer=consumer, stream=self.source)
            idle = 0
            while True:
                try:
                    messages = await subscription.fetch(BATCH, timeout=FETCH_SECONDS)
                except (TimeoutError, NatsTimeout):
                    messages = []
                if messages:
                    idle = 0
                    if not await self.apply([_delivery(message) for message in messages]):
                        await self._read_journal(broker)
                    continue
                idle += 1
                if broker.is_closed or idle % IDLE_ROUNDS == 0:
                    await stream.consumer_info(
                        self.source, consumer
                    )  # gone? raises, and the session starts again
                    await self._look_past_the_end(broker)
        finally:
            if broker:
                await broker.close()

    async def _start(self) -> int:
        """Where to go on; begins at 0 on the very first start. Raises CursorLost."""
        async with self._sessions() as session:
            cursor = await session.get(CursorRow, self.source)
            if cursor is not None:
                return cursor.position
            if await session.get(FollowedRow, self.source) is not None:
                raise CursorLost(
                    f"the cursor of {self.source} vanished: restore it, or rebuild the read models"
                )
            first = {"source": self.source, "since": self._clock.now()}
            await session.execute(insert(FollowedRow).values(first).on_conflict_do_nothing())
            cursor_row = {"source": self.source, "position": 0, "chain": ZERO}
            await session.execute(insert(CursorRow).values(cursor_row).on_conflict_do_nothing())
            await session.commit()
            return 0

    async def _consumer(self, stream: JetStreamContext) -> str:
        """An ephemeral consumer from the cursor on: no acknowledgements, no redelivery, nothing to go stale."""
        info = await stream.add_consumer(
            self.source,
            api.ConsumerConfig(
                deliver_policy=api.DeliverPolicy.BY_START_SEQUENCE,
                opt_start_seq=self.position + 1,
                ack_policy=api.AckPolicy.NONE,
                inactive_threshold=30,
                mem_storage=True,
            ),
        )
        return info.name

    async def _look_past_the_end(self, broker: Client) -> None:
        """A hole at the very end of the stream shows nothing there; the source's journal knows."""
        try:
            await self._read_journal(broker)
        except NoRespondersError:
            return  # the source is down: it will publish when it is back

    async def _read_journal(self, broker: Client) -> None:
        """Fetch what is missing straight from the source's journal."""
        while True:
            asked = orjson.dumps({"after": self.position, "limit": BATCH})
            subject = journal_subject(self.source)
            reply = await broker.request(subject, asked, timeout=self._nats.answer_seconds)
            found = [
                Delivery(position, body, bytes.fromhex(chain), person_keys.unpack(keys))
                for position, body, chain, keys in orjson.loads(reply.data)
            ]
            if not found or not await self.apply(found):
                return

    async def apply(self, deliveries: Sequence[Delivery]) -> bool:
        """Apply what follows on from the cursor; True when nothing was missing between them. Raises ChainBroken."""
        fresh: list[Delivery] = []
        try:
            async with self._unit() as uow:
                fresh = await self._next(uow.session, deliveries)
                if fresh and not await parked_keys(uow.session, self.source, [one.key for one in fresh]):
                    await self._take_in(uow, fresh)
                    for delivery in fresh:
                        await self._handle(uow, delivery)
                    await self._advance(uow.session, fresh[-1])
                    await uow.session.commit()
                    self.position, fresh = fresh[-1].position, []
        except ChainBroken:
            raise
        except Exception as error:  # perhaps a poison event: find which
            if will_pass(error):
                raise
            log.warning("%s: events of %s one by one: %s", self.service, self.source, type(error).__name__)
        if fresh:
            await self._one_by_one(deliveries)
        return self.position >= deliveries[-1].position

    def _unit(self) -> UnitOfWork:
        return UnitOfWork(self._sessions, self._clock)

    async def _next(self, session: AsyncSession, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """The events that follow on from what was applied, without a hole; locks the cursor. Raises ChainBroken."""
        cursor = (
            await session.execute(
                select(CursorRow.position, CursorRow.chain)
                .where(CursorRow.source == self.source)
                .with_for_update()
            )
        ).one_or_none()
        if cursor is None:
            raise CursorLost(f"the cursor of {self.source} vanished")
        position, chain = cursor.position, cursor.chain
        self.position = position
        fresh = []
        for delivery in deliveries:
            if delivery.position <= position:
                continue
            if delivery.position != position + 1:
                break
            position, chain = delivery.position, link(chain, delivery.body)
            if chain != delivery.chain:
                raise ChainBroken(f"{self.source} at {position} does not follow on from what was applied")
            fresh.append(delivery)
        return fresh

    async def _take_in(self, uow: UnitOfWork, fresh: Sequence[Delivery]) -> None:
        """What goes for all events, whether or not they can be applied: their persons' keys, and the witness."""
        keys = {person: key for delivery in fresh for person, key in delivery.keys.items()}
        await person_keys.store(uow.session, keys)
        if self._witness:
            await self._witness(uow, list(fresh))

    async def _handle(self, uow: UnitOfWork, delivery: Delivery) -> None:
        """Apply one event in the caller's transaction, with what it says in turn."""
        envelope = delivery.envelope
        found = self._registry.find(envelope)
        if found is None:
            self.ignored += 1
            return
        event, handler = found
        with _caused_by(envelope):
            uow.cause = envelope
            await handler(uow, event)
            await uow.flush_events()

    async def _advance(self, session: AsyncSession, last: Delivery) -> None:
        await session.execute(
            update(CursorRow)
            .where(CursorRow.source == self.source)
            .values(position=last.position, chain=last.chain)
        )

    async def _one_by_one(self, deliveries: Sequence[Delivery]) -> None:
        """The same events, each in a savepoint: what fails for good is parked, with what comes behind it."""
        async with self._unit() as uow:
            fresh = await self._next(uow.session, deliveries)
            if not fresh:
                return
            await self._take_in(uow, fresh)
            blocked = await parked_keys(uow.session, self.source, [one.key for one in fresh])
            for delivery in fresh:
                error = BEHIND if delivery.key in blocked else await self._try(uow, delivery)
                if error is not None:
                    blocked.add(delivery.key)
                    uow.session.add(self._parked(delivery, error))
            await self._advance(uow.session, fresh[-1])
            await uow.commit()
            self.position = fresh[-1].position

    async def _try(self, uow: UnitOfWork, delivery: Delivery) -> str | None:
        """None when it was applied, else the kind of failure. Failures that pass by themselves are raised."""
        try:
            async with uow.session.begin_nested():
                await self._handle(uow, delivery)
        except Exception as error:  # whatever a handler does wrong stays with its event
            uow.forget_events()
            if will_pass(error):
                raise
            log.error(  # noqa: TRY400 — a trace could carry content
                "%s parked %s at %s: %s", self.service, self.source, delivery.position, type(error).__name__
            )
            return _kind(error)
        return None

    def _parked(self, delivery: Delivery, error: str) -> ParkedRow:
        return ParkedRow(
            source=self.source,
            position=delivery.position,
            event_id=delivery.envelope.id,
            key=delivery.key,
            body=delivery.body,
            chain=delivery.chain,
            error=error,
            parked_at=self._clock.now(),
        )

    async def retry_parked(self) -> int:
        """Apply what was parked, in order, each key until it fails again; returns how many remain."""
        async with self._unit() as uow:
            await self._next(uow.session, [])  # holds the cursor: no new event overtakes
            rows = await uow.session.scalars(
                select(ParkedRow).where(ParkedRow.source == self.source).order_by(ParkedRow.position)
            )
            stuck: set[str] = set()
            for row in rows.all():
                if row.key in stuck:
                    continue
                if await self._try(uow, Delivery(row.position, row.body, row.chain)) is None:
                    await uow.session.execute(
                        delete(ParkedRow).where(
                            ParkedRow.source == self.source, ParkedRow.position == row.position
                        )
                    )
                else:
                    stuck.add(row.key)
            await uow.commit()
            left = await uow.session.scalars(
                select(ParkedRow.position).where(ParkedRow.source == self.source)
            )
            return len(left.all())


async def rebuild(session: AsyncSession, source: str) -> None:
    """Begin a source again from zero; the caller empties the read models in the same transaction."""
    await session.execute(delete(ParkedRow).where(ParkedRow.source == source))
    await session.execute(update(CursorRow).where(CursorRow.source == source).values(position=0, chain=ZERO))


@contextmanager
def _caused_by(envelope: Envelope) -> Iterator[None]:
    """While an event is handled, whatever is said carries its id, its trace and whoever caused it."""
    tokens = [
        (context.causation_id, context.causation_id.set(str(envelope.id))),
        (context.traceparent, context.traceparent.set(envelope.traceparent)),
        (context.actor, context.actor.set(envelope.actor)),
    ]
    try:
        yield
    finally:
        for variable, token in tokens:
            variable.reset(token)


def _delivery(message: Msg) -> Delivery:
    headers = message.headers or {}
    return Delivery(
        position=message.metadata.sequence.stream,
        body=message.data.decode(),
        chain=bytes.fromhex(headers.get("Chain", "")),
        keys=person_keys.unpack(headers.get(person_keys.HEADER, "")),
    )


def _kind(error: BaseException) -> str:
    """What went wrong, without any content: class names down the chain of causes, and the places of a bad shape."""
    names: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        names.append(type(seen).__name__)
        if isinstance(seen, ValidationError):
            names += ["/".join(map(str, problem["loc"])) for problem in seen.errors(include_input=False)[:5]]
        seen = seen.__cause__
    return " < ".join(names)
