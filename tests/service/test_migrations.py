"""Each service's migrations and models say the same, and the way back is open."""

from collections.abc import Callable
from importlib import import_module

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from common import migrate

SERVICES = ("catalog", "filing", "registration", "audit", "certificate")


@pytest.mark.parametrize("service", SERVICES)
async def test_a_database_goes_up_down_and_up_and_is_what_the_models_say(
    database: Callable[[], str], service: str
) -> None:
    import_module(f"{service}.main")  # every table is imported
    metadata: MetaData = import_module(f"{service}.base").Base.metadata
    url, package = database(), f"{service}.migrations"
    await migrate.upgrade(url, package)
    await migrate.downgrade(url, package)
    await migrate.upgrade(url, package)
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            differences = await connection.run_sync(_differences, metadata)
    finally:
        await engine.dispose()
    assert differences == []


def _differences(connection: Connection, metadata: MetaData) -> list[object]:
    def is_ours(name: str | None, kind: str, _: object) -> bool:
        """The tables of the shared library have a test of their own."""
        return kind != "table" or name in metadata.tables

    options = {"compare_type": True, "include_name": is_ours}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))
