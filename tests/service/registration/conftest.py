"""The registration service on real servers."""

from collections.abc import AsyncIterator, Callable

import pytest

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
