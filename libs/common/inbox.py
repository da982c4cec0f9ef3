"""Following another service: every event of a source applied exactly once, in order, in this service's database.

The cursor (position, chain) of a source moves in the transaction of the effects. What is behind, a hole, or a rebuild
from zero, is read from the source's journal, the rest from its stream. A chain that does not follow on, or a cursor
that vanished, stops the follower with an alarm. What fails for good is parked, and later events of its key behind it;
other keys flow. What passes by itself is tried again, for ever.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError
from pydantic import BaseModel, ValidationError
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from common import context, cursors, person_keys
from common.bus import NatsSettings, connect, journal_subject
from common.cursors import ChainBroken, CursorLost, CursorRow, Delivery, FollowedRow, Halted
from common.events import Envelope
from common.failures import Streak, kind_of, will_pass
from common.journal import JournalRow
from common.parked import BEHIND, BY_HAND, parked_count, parked_keys, parked_row, parked_rows, unpark
from common.pull import BATCH, follow_stream
from common.registry import UPCASTERS, Handler, Handlers, Registry, UnknownVersion, Upcasters
from common.sealed import Keyring
from common.trace import continued
from common.unit_of_work import Now, UnitOfWork

__all__ = [
    "ChainBroken",
    "CursorLost",
    "CursorRow",
    "Delivery",
    "FollowedRow",
    "Follower",
    "Halted",
    "Handler",
    "Handlers",
    "UnknownVersion",
    "Witness",
]

log = logging.getLogger(__name__)
ALARM_SECONDS = 30.0
WAIT_SECONDS = 1.0
IDLE_ROUNDS = 3  # empty waits before the journal is asked whether the very end of the stream is missing

Witness = Callable[[UnitOfWork, list[Delivery]], Awaitable[None]]
Take = Callable[[UnitOfWork, Delivery], Awaitable[str | None]]
"""How an event is taken: None when it was applied, else why it is to be parked."""


class JournalIncomplete(Halted):
    """The source's journal itself has a hole: rows were archived where its relay does not find them, or removed."""


class OwnJournalBehind(Halted):
    """The service has told more than its journal knows: its database went back in time. Nothing more is applied."""


class HandlerUnit(UnitOfWork):
    """The unit of work that handlers get: the follower commits, with its cursor."""

    async def commit(self, answer: BaseModel | None = None) -> None:  # noqa: ARG002
        raise RuntimeError("a handler does not commit: the follower does, together with its cursor")


class Follower:
    """Applies one source's events in one service.

    `stopped` says why it stands still, None while it works; `position`: applied so far; `head`: the source's last
    known position; `applied`, `ignored` count events since the start; `parked`: set aside at the last look.
    With `silent`, handlers' own events are not said: for filling a second copy of a read model.
    """

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
        upcasters: Upcasters = UPCASTERS,
        silent: bool = False,
    ) -> None:
        self.service, self.source = service, source
        self.stopped: str | None = None
        self.position = self.head = 0
        self.applied = self.ignored = self.parked = 0
        self._sessions, self._nats, self._clock = sessions, nats, clock
        self._registry, self._witness = Registry(handlers, upcasters), witness
        self._keyring, self._silent = keyring, silent
        self._streak = Streak()
        self._was_retried = False

    @property
    def behind(self) -> int:
        """Events of the source that are not applied yet, as far as known."""
        return max(0, self.head - self.position)

    async def run(self) -> None:
        """For ever; crash-only."""
        while True:
            try:
                await self._session()
            except Halted as error:
                self._alarm(str(error))
                await asyncio.sleep(ALARM_SECONDS)
            except Exception as error:  # a loop that must survive
                pause = self._streak.failed()
                if not will_pass(error):
                    log.exception("%s failed to follow %s", self.service, self.source)
                self._tell(kind_of(error))
                await asyncio.sleep(pause)

    def _alarm(self, reason: str) -> None:
        self.stopped = reason
        log.error("%s stopped following %s: %s", self.service, self.source, reason)

    def _tell(self, kind: str) -> None:
        if self._streak.is_news:
            log.warning(
                "%s interrupted in following %s behind %s (%s): %s",
                *(self.service, self.source, self.position, self._streak.failures, kind),
            )
        if self._streak.is_alarming and self.stopped is None:
            self._alarm(f"cannot get past position {self.position}: {kind}")

    def _well(self) -> None:
        self._streak.ended()
        self.stopped = None

    async def _session(self) -> None:
        broker: Client | None = None
        try:
            await self._start()
            broker = await connect(self._nats)
            stream = broker.jetstream(timeout=self._nats.answer_seconds)
            await self._check_own_journal(stream)
            await self._catch_up(broker)
            pull = await follow_stream(broker, stream, self.source, after=self.position)
            idle = 0
            while True:
                messages = await pull.take(WAIT_SECONDS)
                idle = 0 if messages else idle + 1
                if messages:
                    self.head = max(self.head, _head(messages[-1]))
                    if not await self._apply_all(messages):
                        await self._read_journal(broker)
                elif idle % IDLE_ROUNDS == 0:
                    await stream.consumer_info(self.source, pull.consumer)  # gone? the session starts again
                    await self._look_around(broker)
        finally:
            if broker:
                await broker.close()

    async def _apply_all(self, messages: Sequence[Msg]) -> bool:
        """Whether nothing was missing. A message without a chain is none of the source's: the same as a hole."""
        deliveries = [found for message in messages if (found := _delivery(message))]
        complete = not deliveries or await self.apply(deliveries)
        return complete and len(deliveries) == len(messages)

    async def _start(self) -> None:
        """Find the cursor; try once per process what is parked, for a new release may bring the cure."""
        async with self._sessions() as session:
            self.position = await cursors.begin(session, self.source, now=self._clock.now())
            await session.commit()
            self.parked = await parked_count(session, self.source)
        if self.parked and not self._was_retried:
            await self.retry_parked()
        self._was_retried = True

    async def _check_own_journal(self, stream: JetStreamContext) -> None:
        """A database restored to yesterday must not apply again, and say again, what it applied today."""
        try:
            told = (await stream.stream_info(self.service)).state.last_seq
        except NotFoundError:
            return
        async with self._sessions() as session:
            known = await session.scalar(select(func.max(JournalRow.position))) or 0
        if told > known:
            raise OwnJournalBehind(
                f"{self.service} has told {told} events and knows {known}: its database went back in time"
            )

    async def _catch_up(self, broker: Client) -> None:
        """What is behind comes from the truth; while its source is down, from the stream."""
        try:
            await self._read_journal(broker)
        except NoRespondersError:
            return

    async def _look_around(self, broker: Client) -> None:
        """A hole at the very end of the stream shows nothing there; the source's journal knows."""
        await self._catch_up(broker)
        async with self._sessions() as session:
            self.parked = await parked_count(session, self.source)
        self._well()

    async def _read_journal(self, broker: Client) -> None:
        """Fetch what is missing straight from the source's journal, up to where it stood when last asked."""
        while True:
            answer = await self._ask_journal(broker, BATCH)
            if not answer:
                return
            if answer[0].position > self.position + 1:
                raise JournalIncomplete(
                    f"the journal of {self.source} begins at {answer[0].position}, behind {self.position}"
                )
            if not await self.apply(answer) or self.position >= self.head:
                return

    async def _ask_journal(self, broker: Client, limit: int) -> list[Delivery]:
        asked = orjson.dumps({"after": self.position, "limit": limit})
        reply = await broker.request(journal_subject(self.source), asked, timeout=self._nats.answer_seconds)
        answer = orjson.loads(reply.data)
        self.head = max(self.head, answer["head"])
        return [
            Delivery(position, body, bytes.fromhex(chain), person_keys.unpack(keys))
            for position, body, chain, keys in answer["entries"]
        ]

    async def apply(self, deliveries: Sequence[Delivery]) -> bool:
        """Apply what follows on from the cursor; True when nothing was missing between them. Raises Halted."""
        fresh: list[Delivery] = []
        try:
            async with self._unit() as uow:
                fresh = await self._next(uow.session, deliveries)
                if fresh:
                    await self._work_through(uow, fresh, self._handle)
                    fresh = []
        except Halted:
            raise
        except Exception as error:  # perhaps a poison event: find which
            if will_pass(error):
                raise
            log.warning("%s: events of %s one by one: %s", self.service, self.source, kind_of(error))
        if fresh:
            await self._one_by_one(deliveries)
        return self.position >= deliveries[-1].position

    def _unit(self) -> HandlerUnit:
        return HandlerUnit(self._sessions, self._clock)

    async def _next(self, session: AsyncSession, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """The events that follow on from what was applied; holds the cursor. Raises Halted."""
        position, chain = await cursors.lock(session, self.source)
        self.position = position
        try:
            return cursors.following(position, chain, deliveries)
        except ChainBroken as error:
            raise ChainBroken(f"{self.source}: {error}") from None

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
            if self._silent:
                uow.forget_events()
            await uow.flush_events()

    async def _commit(self, uow: UnitOfWork, fresh: Sequence[Delivery], *, parked: int = 0) -> None:
        """Keep effects and cursor, together."""
        await cursors.advance(uow.session, self.source, fresh[-1])
        await uow.session.commit()
        self.position = fresh[-1].position
        self.applied += len(fresh) - parked
        self.parked += parked
        self._well()

    async def _one_by_one(self, deliveries: Sequence[Delivery]) -> None:
        """The same events, each in a savepoint: what fails for good is parked, with what comes behind it."""
        async with self._unit() as uow:
            fresh = await self._next(uow.session, deliveries)
            if fresh:
                await self._work_through(uow, fresh, self._try)

    async def _work_through(self, uow: UnitOfWork, fresh: Sequence[Delivery], take: Take) -> None:
        """Take each event, or set it aside behind a parked one of its key; then keep effects and cursor."""
        await self._take_in(uow, fresh)
        blocked = await parked_keys(uow.session, self.source, [one.key for one in fresh])
        parked = 0
        for delivery in fresh:
            error = BEHIND if delivery.key in blocked else await take(uow, delivery)
            if error is not None:
                parked += 1
                blocked.add(delivery.key)
                uow.session.add(parked_row(self.source, delivery, error, now=self._clock.now()))
        await uow.session.flush()
        await self._commit(uow, fresh, parked=parked)

    async def _try(self, uow: UnitOfWork, delivery: Delivery) -> str | None:
        """None when it was applied, else the kind of failure. Failures that pass by themselves are raised."""
        try:
            async with uow.session.begin_nested():
                await self._handle(uow, delivery)
        except Exception as error:  # whatever a handler does wrong stays with its event
            uow.forget_events()
            if will_pass(error):
                raise
            place = (self.service, self.source, delivery.position)
            log.exception(
                "%s parked %s at %s", *place
            )  # the log keeps kinds and frames: messages may quote values
            return _why(error)
        return None

    async def retry_parked(self) -> int:
        """Apply what was parked, in order, each key until it fails again; returns how many remain."""
        stuck: set[str] = set()
        while await self._retry_some(stuck):
            pass
        async with self._sessions() as session:
            self.parked = await parked_count(session, self.source)
        return self.parked

    async def _retry_some(self, stuck: set[str]) -> bool:
        """A slice of them, at once or, where one fails, one by one; False when there was none left to try."""
        try:
            return await self._retry_slice(stuck, self._handle)
        except Exception as error:  # one still fails: find which
            if will_pass(error):
                raise
        return await self._retry_slice(stuck, self._try)

    async def _retry_slice(self, stuck: set[str], take: Take) -> bool:
        async with self._unit() as uow:
            await cursors.lock(uow.session, self.source)  # no new event overtakes
            rows = await parked_rows(uow.session, self.source, without=stuck, limit=BATCH)
            failed: set[str] = set()
            done = []
            for row in rows:
                if row.key in failed:
                    continue
                if await take(uow, row.delivery) is None:
                    done.append(row.position)
                else:
                    failed.add(row.key)
            await unpark(uow.session, self.source, done)
            await uow.session.commit()
        self.applied += len(done)
        stuck |= failed
        return bool(rows)

    async def park_next(self) -> int | None:
        """Set the next event aside, as an operator decided; its position, None when there is none.

        For an event that fails again and again in a way that ought to pass, such as a statement timeout: such an event
        is never parked by itself.
        """
        await self._start()
        broker = await connect(self._nats)
        try:
            deliveries = await self._ask_journal(broker, 1)
        finally:
            await broker.close()
        async with self._unit() as uow:
            fresh = await self._next(uow.session, deliveries)
            if not fresh:
                return None
            await self._take_in(uow, fresh)
            uow.session.add(parked_row(self.source, fresh[0], BY_HAND, now=self._clock.now()))
            await uow.session.flush()
            await self._commit(uow, fresh, parked=1)
        log.warning("%s: %s at %s parked by hand", self.service, self.source, fresh[0].position)
        return fresh[0].position


@contextmanager
def _caused_by(envelope: Envelope) -> Iterator[None]:
    """While an event is handled, whatever is said carries its id, its trace and whoever caused it."""
    tokens = [
        (context.causation_id, context.causation_id.set(str(envelope.id))),
        (context.traceparent, context.traceparent.set(continued(envelope.traceparent))),
        (context.actor, context.actor.set(envelope.actor)),
    ]
    try:
        yield
    finally:
        for variable, token in tokens:
            variable.reset(token)


def _delivery(message: Msg) -> Delivery | None:
    headers = message.headers or {}
    try:
        return Delivery(
            position=message.metadata.sequence.stream,
            body=message.data.decode(),
            chain=bytes.fromhex(headers["Chain"]),
            keys=person_keys.unpack(headers.get(person_keys.HEADER, "")),
        )
    except (KeyError, ValueError):
        return None


def _head(message: Msg) -> int:
    """Where the stream stood when a message was sent."""
    return message.metadata.sequence.stream + (message.metadata.num_pending or 0)


def _why(error: BaseException) -> str:
    """What went wrong, without any content: the kind, and the places of a bad shape."""
    places: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ValidationError):
            places += ["/".join(map(str, problem["loc"])) for problem in seen.errors(include_input=False)[:5]]
        seen = seen.__cause__
    return ": ".join([kind_of(error), *([", ".join(places)] if places else [])])
