"""The registration service on real servers."""

from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import pytest_asyncio

from local.postgres import Postgres
from registration.main import create_app
from registration.settings import RegistrationSettings
from tests.service.registration.world import BEFORE, Registration
from tests.support.service import running_service


@pytest.fixture
async def registration(database: Callable[[], str], nats_url: str) -> AsyncIterator[Registration]:
    """A started service, weeks before the evaluation of its tests' plans."""
    async with running_service(
        create_app, RegistrationSettings, database_url=database(), nats_url=nats_url
    ) as service:
        running = Registration(service)
        await running.be_at(BEFORE)
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[Registration]:
    """One service for a module whose tests keep to plans and people of their own and leave the clock alone."""
    name = next(database_names)
    async with running_service(
        create_app,
        RegistrationSettings,
        database_url=postgres.create_database(name),
        nats_url=new_nats_url(),
    ) as service:
        running = Registration(service)
        await running.be_at(BEFORE)
        yield running
    postgres.drop_database(name)
