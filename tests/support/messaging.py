"""Two made-up services that tell each other something countable, for tests of the messaging itself.

"registration" counts; whoever follows it keeps each event that it applied, in order, and the total of each counter.
"certificate" also says an event of its own for each one applied.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol
from uuid import UUID

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from common.bus import NatsSettings
from common.clock import Clock
from common.cursors import CursorRow, FollowedRow
from common.db import Shared, open_engine, session_factory
from common.events import Event
from common.inbox import Follower
from common.journal import FloorRow, JournalRow, sequence
from common.outbox import AggregateRow, OutboxRow
from common.parked import ParkedRow
from common.person_keys import PersonKeyRow
from common.registry import Handlers
from common.relay import Relay
from common.unit_of_work import UnitOfWork

SOURCE = "registration"
TABLES = (*(AggregateRow, OutboxRow, JournalRow, FloorRow, CursorRow, FollowedRow, ParkedRow, PersonKeyRow),)
READ_MODEL = """
    CREATE TABLE applied (n bigserial PRIMARY KEY, source text NOT NULL, event_id uuid NOT NULL, key text NOT NULL,
        version integer NOT NULL);
    CREATE TABLE total (source text, key text, amount bigint NOT NULL, PRIMARY KEY (source, key));
    CREATE TABLE switch (mended boolean NOT NULL);
    INSERT INTO switch VALUES (false);
"""


class Counted(Event):
    """Something was counted."""

    type: ClassVar[str] = "skills.registration.counter.counted.v1"
    counter: str
    amount: int = 1
    poison: bool = False
    note: str = ""

    @property
    def key(self) -> str:
        return f"counter:{self.counter}"


class Receipted(Event):
    """A count was taken note of."""

    type: ClassVar[str] = "skills.certificate.receipt.given.v1"
    counter: str
    amount: int = 1
    cause: UUID

    @property
    def key(self) -> str:
        return f"receipt:{self.counter}"


class Poison(ValueError):
    """What a handler says to an event that it cannot take."""


async def create_tables(url: str) -> None:
    """The messaging's tables and the read model, in an empty database."""
    engine = open_engine(url, size=1)
    async with engine.begin() as connection:
        await connection.run_sync(Shared.metadata.create_all, [table.__table__ for table in TABLES])
        for statement in READ_MODEL.split(";")[:-1]:
            await connection.execute(text(statement))
    await engine.dispose()


async def take_note(uow: UnitOfWork, event: Counted | Receipted) -> None:
    """The effects of one event; an event applied twice shows."""
    assert uow.cause is not None
    cause, session = uow.cause, uow.session
    if getattr(event, "poison", False) and not await session.scalar(text("SELECT mended FROM switch")):
        raise Poison("cannot read this one")
    row = {"source": cause.source, "id": cause.id, "key": cause.subject, "version": cause.version}
    await session.execute(
        text("INSERT INTO applied (source, event_id, key, version) VALUES (:source, :id, :key, :version)"),
        row,
    )
    await session.execute(
        text(
            "INSERT INTO total VALUES (:source, :key, :amount) "
            "ON CONFLICT (source, key) DO UPDATE SET amount = total.amount + excluded.amount"
        ),
        {"source": cause.source, "key": cause.subject, "amount": event.amount},
    )


async def take_note_and_tell(uow: UnitOfWork, event: Counted) -> None:
    await take_note(uow, event)
    assert uow.cause is not None
    uow.say(Receipted(counter=event.counter, amount=event.amount, cause=uow.cause.id))


NOTING: Handlers = {Counted: take_note, Receipted: take_note}
TELLING: Handlers = {Counted: take_note_and_tell}


def plain(url: str) -> str:
    """A database URL as asyncpg reads it."""
    return url.replace("postgresql+asyncpg://", "postgresql://")


@dataclass
class Party:
    """One made-up service: its database, and the broker it shares with the others."""

    name: str
    url: str
    nats: NatsSettings
    sessions: async_sessionmaker[AsyncSession]

    def unit(self) -> UnitOfWork:
        return UnitOfWork(self.sessions, Clock())

    async def tell(self, *events: Event) -> None:
        """Say events in one transaction."""
        async with self.unit() as uow:
            for event in events:
                uow.say(event)
            await uow.commit()

    def relay(self, **changes: Any) -> Relay:
        return Relay(source=self.name, database_url=self.url, nats=self.nats, **changes)

    def follower(
        self,
        source: str = SOURCE,
        *,
        handlers: Handlers = NOTING,
        make: type[Follower] = Follower,
        **changes: Any,
    ) -> Follower:
        standard: dict[str, Any] = {"sessions": self.sessions, "clock": Clock()}
        return make(
            service=self.name, source=source, nats=self.nats, handlers=handlers, **(standard | changes)
        )

    async def sql(self, statement: str, **values: Any) -> list[Any]:
        """Rows of one statement, committed."""
        async with self.sessions() as session:
            result = await session.execute(text(statement), values)
            rows = list(result.all()) if result.returns_rows else []
            await session.commit()
            return rows

    async def one(self, statement: str, **values: Any) -> Any:
        return (await self.sql(statement, **values))[0][0]

    async def applied(self, source: str = SOURCE) -> list[tuple[str, int]]:
        """Keys and versions in the order in which they were applied."""
        rows = await self.sql(
            "SELECT key, version FROM applied WHERE source = :source ORDER BY n", source=source
        )
        return [(key.partition(":")[2], version) for key, version in rows]

    async def position(self, source: str = SOURCE) -> int:
        rows = await self.sql("SELECT position FROM inbox WHERE source = :source", source=source)
        return rows[0][0] if rows else 0

    async def head(self) -> int:
        return await self.one("SELECT coalesce(max(position), 0) FROM journal")


@asynccontextmanager
async def party(name: str, url: str, nats_url: str) -> AsyncIterator[Party]:
    """A service with its tables."""
    await create_tables(url)
    async with opened(name, url, nats_url) as found:
        yield found


@asynccontextmanager
async def opened(name: str, url: str, nats_url: str) -> AsyncIterator[Party]:
    """A service whose tables are there."""
    engine = open_engine(url, size=3)
    try:
        yield Party(name, url, NatsSettings(nats_url), session_factory(engine))
    finally:
        await engine.dispose()


async def sequence_all(teller: Party) -> None:
    """Move everything said into the journal, without a relay."""
    db = await asyncpg.connect(plain(teller.url))
    while await sequence(db, teller.name):
        pass
    await db.close()


def counted(*names: str) -> Sequence[Counted]:
    return [Counted(counter=name) for name in names]


class Runner(Protocol):
    async def run(self) -> None: ...


@asynccontextmanager
async def running(*runners: Runner) -> AsyncIterator[None]:
    """Relays and followers, for as long as the block lasts."""
    tasks = [asyncio.create_task(runner.run()) for runner in runners]
    try:
        yield
    finally:
        remaining = set(tasks)
        while remaining:
            for task in remaining:
                task.cancel()
            _, remaining = await asyncio.wait(remaining, timeout=0.5)


async def caught_up(follower: Party, source: Party, *, seconds: float = 30) -> None:
    """Until a service has applied all that another one has to tell."""
    async with asyncio.timeout(seconds):
        while (  # noqa: ASYNC110 — another process could be the one that moves it
            await source.one("SELECT count(*) FROM outbox")
            or await follower.position(source.name) < await source.head()
        ):
            await asyncio.sleep(0.01)
