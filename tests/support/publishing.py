"""Another service, as far as its journal goes: what it says reaches a service under test through NATS."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from common import migrate
from common.bus import NatsSettings
from common.clock import Clock
from common.db import open_engine, session_factory
from common.events import Event
from common.person_keys import person_keys
from common.relay import Relay
from common.sealed import Keyring, PersonKey
from common.unit_of_work import UnitOfWork
from tests.support.service import SECRET

KEYRING = Keyring.parse(f"test:{SECRET}")


class Publisher:
    """Says events of a source, with the keys of the persons whose sealed data they carry."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url, size=2)
        self._sessions = session_factory(self._engine)

    async def say(self, *events: Event, persons: Sequence[UUID] = ()) -> None:
        async with UnitOfWork(self._sessions, Clock()) as uow:
            for event in events:
                uow.say(event, persons=persons)
            await uow.commit()

    async def keys(self, persons: Sequence[UUID]) -> dict[UUID, PersonKey]:
        async with UnitOfWork(self._sessions, Clock()) as uow:
            made = await person_keys(uow.session, KEYRING, persons, create=True)
            await uow.commit()
        return made

    async def close(self) -> None:
        await self._engine.dispose()


@asynccontextmanager
async def publishing(source: str, url: str, nats_url: str) -> AsyncIterator[Publisher]:
    """A journal of this source in this empty database, with its relay."""
    await migrate.upgrade(url, "certificate.migrations")  # any service's: the journal is the frame's
    publisher = Publisher(url)
    relay = asyncio.create_task(Relay(source=source, database_url=url, nats=NatsSettings(url=nats_url)).run())
    try:
        yield publisher
    finally:
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)
        await publisher.close()
