"""Migrations of a service's database: run by its owner at start, one process at a time, never waiting long for a lock.

After an upgrade the service's own role is granted what it may do; tables that nothing may rewrite give it no more than
reading and adding. Old and new code both run on a migrated schema, so replicas are replaced one by one.
"""

from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from common.journal import APPEND_ONLY_TABLES

LOCK_TIMEOUT = "5s"
_ADVISORY_LOCK = 5_318_008_001  # the same in every service: each has a database of its own
VERSION_TABLE = "alembic_version"


async def upgrade(url: str, package: str, *, role: str | None = None, to: str = "head") -> None:
    """Bring a database to a revision and grant `role` its rights. Safe to call from many processes at once."""
    await _run(url, package, to, down=False, role=role)


async def downgrade(url: str, package: str, *, to: str = "base") -> None:
    """Go back to a revision; for development and the tests of the migrations."""
    await _run(url, package, to, down=True, role=None)


async def behind(connection: AsyncConnection, package: str) -> str | None:
    """What is missing between the database and the newest revision, in words; None when nothing is."""
    newest = set(ScriptDirectory.from_config(_config(package)).get_heads())
    present = set(
        await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_heads())
    )
    return None if newest <= present else f"database at {sorted(present)}, code at {sorted(newest)}"


async def _run(url: str, package: str, to: str, *, down: bool, role: str | None) -> None:
    engine = create_async_engine(url, poolclass=NullPool, connect_args={"timeout": 5})
    try:
        async with engine.connect() as connection:
            await connection.execute(text(f"SELECT pg_advisory_lock({_ADVISORY_LOCK})"))
            await connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
            await connection.commit()
            await connection.run_sync(_move, package, to, down)
            if role is not None:
                await connection.run_sync(_grant, role)
            await connection.commit()
    finally:
        await engine.dispose()


def _move(connection: Connection, package: str, to: str, down: bool) -> None:
    config = _config(package)
    config.attributes["connection"] = connection
    (command.downgrade if down else command.upgrade)(config, to)


def _config(package: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migration"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", str(files(package) / "versions"))
    return config


def _grant(connection: Connection, role: str) -> None:
    """Reading and writing for the service's role; on append-only tables reading and adding."""
    quoted = connection.dialect.identifier_preparer.quote_identifier(role)
    owner = connection.scalar(text("SELECT current_user"))
    if role == owner:
        return
    statements = [
        f"GRANT USAGE ON SCHEMA public TO {quoted}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}",
        f"REVOKE INSERT, UPDATE, DELETE ON {VERSION_TABLE} FROM {quoted}",
    ]
    present = set(inspect(connection).get_table_names())
    statements += [
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {quoted}"
        for table in sorted(set(APPEND_ONLY_TABLES) & present)
    ]
    for statement in statements:
        connection.execute(text(statement))


def role_of(url: str) -> str | None:
    """The role that a database URL signs in as."""
    return make_url(url).username
