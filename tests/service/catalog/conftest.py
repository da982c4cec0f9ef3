"""The catalog service on real servers: empty, and with both national lists published."""

from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import pytest_asyncio

from catalog.main import create_app
from catalog.settings import CatalogSettings
from local.postgres import Postgres
from tests.service.catalog.world import Catalog
from tests.support.service import running_service


@pytest.fixture
async def catalog(database: Callable[[], str], nats_url: str) -> AsyncIterator[Catalog]:
    """A started catalog without any edition."""
    async with running_service(
        create_app, CatalogSettings, database_url=database(), nats_url=nats_url
    ) as service:
        yield Catalog(service)


@pytest.fixture
async def listed(catalog: Catalog) -> Catalog:
    """The same with the national lists of 2017 and 2021."""
    return await with_both_lists(catalog)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def reading(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[Catalog]:
    """One catalog with both lists for all tests that leave it as it is."""
    name = next(database_names)
    async with running_service(
        create_app,
        CatalogSettings,
        database_url=postgres.create_database(name),
        nats_url=new_nats_url(),
    ) as service:
        yield await with_both_lists(Catalog(service))
    postgres.drop_database(name)


async def with_both_lists(catalog: Catalog) -> Catalog:
    for year in (2017, 2021):
        published = await catalog.publish(await catalog.reference_edition(year))
        assert published.status_code == 201, published.text
    return catalog
