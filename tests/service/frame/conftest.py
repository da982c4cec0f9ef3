"""The demo service in this process, on a database of its own."""

from collections.abc import AsyncIterator, Callable

import pytest_asyncio

from tests.support.demo.main import DemoSettings, create_app
from tests.support.service import RunningService, running_service


@pytest_asyncio.fixture
async def demo(database: Callable[[], str], nats_url: str) -> AsyncIterator[RunningService]:
    async with running_service(
        create_app, DemoSettings, database_url=database(), nats_url=nats_url
    ) as service:
        yield service
