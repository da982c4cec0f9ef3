"""Two or three made-up services on real servers."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest_asyncio

from tests.support.messaging import SOURCE, Party, party

Make = Callable[[str], Awaitable[Party]]


@pytest_asyncio.fixture
async def parties(database: Callable[[], str], nats_url: str) -> AsyncIterator[Make]:
    """Await a call for a service of that name, on one broker account with the others of the test."""
    async with AsyncExitStack() as stack:

        async def make(name: str) -> Party:
            return await stack.enter_async_context(party(name, database(), nats_url))

        yield make


@pytest_asyncio.fixture
async def producer(parties: Make) -> Party:
    return await parties(SOURCE)


@pytest_asyncio.fixture
async def consumer(parties: Make) -> Party:
    return await parties("certificate")
