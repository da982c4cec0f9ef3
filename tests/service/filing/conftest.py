"""The filing service on real servers, with a list, an approved employer and a platform day of its own."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import date
from uuid import UUID

import pytest
import pytest_asyncio

from common.events import Event
from common.events.catalog import ItemListed, StandardInForce
from filing.main import create_app
from filing.settings import FilingSettings
from local.postgres import Postgres
from tests.service.filing.world import (
    BOOTSTRAP_ID,
    BOOTSTRAP_SECRET,
    LIST_EDITION,
    STANDARD,
    WELDER,
    Filing,
)
from tests.support.service import running_service


@asynccontextmanager
async def started(
    database_url: str, nats_url: str, *, at: str = "2025-09-29T10:00:00+08:00"
) -> AsyncIterator[Filing]:
    """A filing service whose list holds welding, and whose authority account is in the settings."""
    async with running_service(
        create_app,
        FilingSettings,
        database_url=database_url,
        nats_url=nats_url,
        bootstrap_client_id=BOOTSTRAP_ID,
        bootstrap_client_secret=BOOTSTRAP_SECRET,
    ) as service:
        running = Filing(service)
        await running.hear(*the_list())
        await running.be_at(at)
        yield running


@pytest.fixture
async def filing(database: Callable[[], str], nats_url: str) -> AsyncIterator[Filing]:
    """A service of the test's own."""
    async with started(database(), nats_url) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[Filing]:
    """One service for a module whose tests keep to organisations of their own and leave the clock alone."""
    name = next(database_names)
    async with started(postgres.create_database(name), new_nats_url()) as running:
        yield running
    postgres.drop_database(name)


def the_list() -> list[Event]:
    """Welding on the list since 2020, with a standard for all five levels."""
    return [
        ItemListed(
            item_code=WELDER,
            name="焊工",
            track="skill_level",
            levels=(5, 4, 3, 2, 1),
            valid_from=date(2020, 1, 1),
            edition_id=LIST_EDITION,
            cause="imported",
        ),
        StandardInForce(
            standard_id=STANDARD,
            name="焊工国家职业标准",
            kind="national",
            item_code=WELDER,
            levels=(5, 4, 3, 2, 1),
            components={},
            valid_from=date(2020, 1, 1),
        ),
    ]


@pytest.fixture
async def employer(filing: Filing) -> UUID:
    """An employer in Nanjing that may evaluate welding, levels 5 to 3, in Nanjing."""
    return await filing.approved_organisation()
