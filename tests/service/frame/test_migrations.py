"""Migrations: up, down and up again, equal to the models, with rights that fit."""

import asyncio
from collections.abc import Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import create_async_engine

import common.jobs.models
import common.service_keys  # noqa: F401 - likewise
from common import migrate
from common.db import Shared
from common.shared_schema import TABLES
from local.postgres import Postgres
from tests.support.demo.main import Base
from tests.support.service import owner_connection

PACKAGE = "tests.support.demo.migrations"


def differences(connection: Connection) -> list[object]:
    options = {
        "compare_type": True,
        "include_name": lambda name, kind, _: (kind, name) != ("table", "alembic_version"),
    }
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, [Shared.metadata, Base.metadata]))  # type: ignore[arg-type]


async def tables(url: str) -> set[str]:
    async with owner_connection(url) as connection:
        return set(
            await connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        )


async def test_the_migrated_schema_is_that_of_the_models(database: Callable[[], str]) -> None:
    url = database()
    await migrate.upgrade(url, PACKAGE)
    async with owner_connection(url) as connection:
        assert await connection.run_sync(differences) == []


def test_every_shared_table_is_created() -> None:
    assert set(TABLES) == set(Shared.metadata.tables)


async def test_up_down_and_up_again_leave_the_same_tables(database: Callable[[], str]) -> None:
    url = database()
    await migrate.upgrade(url, PACKAGE)
    first = await tables(url)
    await migrate.downgrade(url, PACKAGE)
    assert await tables(url) == {"alembic_version"}
    await migrate.upgrade(url, PACKAGE)
    assert await tables(url) == first


async def test_many_processes_may_migrate_at_once(database: Callable[[], str]) -> None:
    url = database()
    await asyncio.gather(*(migrate.upgrade(url, PACKAGE) for _ in range(4)))
    assert "thing" in await tables(url)


async def test_a_database_that_lags_behind_is_told(database: Callable[[], str]) -> None:
    url = database()
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        assert await migrate.behind(connection, PACKAGE) == "database at [], code at ['0001']"
    await migrate.upgrade(url, PACKAGE)
    async with engine.connect() as connection:
        assert await migrate.behind(connection, PACKAGE) is None
    await engine.dispose()


@pytest.fixture
async def guest(database: Callable[[], str], postgres: Postgres) -> tuple[str, str]:
    """The owner's URL and that of a role which owns nothing."""
    url = database()
    role = f"guest_{url.rpartition('/')[2]}"
    async with owner_connection(url) as connection:
        await connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD 'guest'"))
    owner, _, rest = url.partition("://")[2].partition("@")
    return url, url.replace(f"{owner}@", f"{role}:guest@") if rest else url


async def test_the_services_role_reads_and_writes_but_never_rewrites_the_journal(
    guest: tuple[str, str],
) -> None:
    owner_url, guest_url = guest
    await migrate.upgrade(owner_url, PACKAGE, role=migrate.role_of(guest_url))
    async with owner_connection(guest_url) as connection:
        await connection.execute(
            text("INSERT INTO thing (id, name, level, version) VALUES (gen_random_uuid(), 'a', 1, 1)")
        )
        await connection.execute(text("UPDATE thing SET level = 2"))
        await connection.execute(text("DELETE FROM thing"))
        await connection.execute(text("SELECT * FROM journal"))
    for forbidden in (
        "UPDATE journal SET body = ''",
        "DELETE FROM journal",
        "TRUNCATE journal",
        "DROP TABLE thing",
        "UPDATE alembic_version SET version_num = '0'",
    ):
        with pytest.raises(ProgrammingError):
            async with owner_connection(guest_url) as connection:
                await connection.execute(text(forbidden))
