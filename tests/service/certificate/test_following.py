"""The whole way in: facts said by other services, through their journals and NATS, become certificates."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

from certificate.main import create_app
from certificate.settings import CertificateSettings
from common import migrate
from common.bus import NatsSettings
from common.clock import Clock
from common.db import open_engine, session_factory
from common.events import Event
from common.ids import uuid7
from common.person_keys import person_keys
from common.relay import Relay
from common.sealed import Keyring, PersonKey
from common.unit_of_work import UnitOfWork
from tests.service.certificate.world import (
    NOW,
    PASSPHRASE,
    Certificates,
    Person,
    organisation,
    plan,
    recognised,
    recorded,
    results_of,
)
from tests.support.service import SECRET, running_service

KEYRING = Keyring.parse(f"test:{SECRET}")


class Publisher:
    """Another service, as far as its journal goes."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url, size=2)
        self._sessions = session_factory(self._engine)

    async def say(self, *events: Event, people: tuple[Person, ...] = ()) -> None:
        async with UnitOfWork(self._sessions, Clock()) as uow:
            for event in events:
                uow.say(event, persons=[person.person_id for person in people])
            await uow.commit()

    async def keys(self, people: tuple[Person, ...]) -> dict[UUID, PersonKey]:
        async with UnitOfWork(self._sessions, Clock()) as uow:
            ids = [person.person_id for person in people]
            made = await person_keys(uow.session, KEYRING, ids, create=True)
            await uow.commit()
        return made

    async def close(self) -> None:
        await self._engine.dispose()


@asynccontextmanager
async def publishing(source: str, url: str, nats_url: str) -> AsyncIterator[Publisher]:
    await migrate.upgrade(url, "certificate.migrations")
    publisher = Publisher(url)
    relay = asyncio.create_task(Relay(source=source, database_url=url, nats=NatsSettings(url=nats_url)).run())
    try:
        yield publisher
    finally:
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)
        await publisher.close()


async def test_facts_that_arrive_through_journals_become_certificates(
    database: Callable[[], str], nats_url: str, tmp_path: Path
) -> None:
    people = (Person("张三"), Person("王𬭩"))
    batch_id = uuid7()
    async with (
        publishing("filing", database(), nats_url) as filing,
        publishing("registration", database(), nats_url) as registration,
        publishing("audit", database(), nats_url) as audit,
        running_service(
            create_app,
            CertificateSettings,
            database_url=database(),
            nats_url=nats_url,
            keystore_dir=tmp_path / "keystore",
            keystore_passphrase=PASSPHRASE,
        ) as service,
    ):
        certificates = Certificates(service)
        await certificates.be_at(NOW)
        await audit.say(
            recognised(batch_id, rows=2)
        )  # the later fact first: services do not wait for one another
        keys = await registration.keys(people)
        await registration.say(results_of(people, keys, batch_id=batch_id), people=people)
        await registration.say(recorded(batch_id, rows=2))
        await filing.say(organisation(), plan())
        issued = await certificates.issued(2, batch_id)
        assert [one.holder for one in issued] == ["张*", "王*"]
        assert (await certificates.verify(code=issued[1].code)).json()["verdict"] == "valid"
        journal = await service.row_counts()
        assert journal["person_key"] == 2
