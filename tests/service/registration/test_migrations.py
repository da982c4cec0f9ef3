"""Registration's migrations and models say the same."""

from collections.abc import Callable

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

import registration.main  # noqa: F401 — every table is imported
from common import migrate
from registration.base import Base

PACKAGE = "registration.migrations"


async def test_registrations_database_goes_up_down_and_up_and_is_what_the_models_say(
    database: Callable[[], str],
) -> None:
    url = database()
    await migrate.upgrade(url, PACKAGE)
    await migrate.downgrade(url, PACKAGE)
    await migrate.upgrade(url, PACKAGE)
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            differences = await connection.run_sync(_differences)
    finally:
        await engine.dispose()
    assert differences == []


def _differences(connection: Connection) -> list[object]:
    options = {"compare_type": True, "include_name": _is_ours}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


def _is_ours(name: str | None, kind: str, _: object) -> bool:
    """The tables of the shared library have a test of their own."""
    return kind != "table" or name in Base.metadata.tables
