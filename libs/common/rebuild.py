"""Rebuilding what a service keeps of another one's events: in place, or beside the live tables and then switched in.

The same handlers run again from position 0. What they say is left unsaid, for it was said the first time.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import delete, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool

from common.cursors import CursorRow
from common.db import identifier, session_factory
from common.journal import ZERO
from common.parked import ParkedRow

SCHEMA = "rebuild"
_OWN = ("inbox", "followed", "parked")  # the second copy keeps count for itself


class NotCaughtUp(Exception):
    """The second copy is behind the live one: let its follower go on, then switch."""


async def begin_again(session: AsyncSession, source: str) -> None:
    """Begin a source again from zero; the caller empties the read models in the same transaction."""
    await session.execute(delete(ParkedRow).where(ParkedRow.source == source))
    await session.execute(update(CursorRow).where(CursorRow.source == source).values(position=0, chain=ZERO))


class SecondCopy:
    """Tables filled from one source's events beside the live ones, while those go on being read and written.

    `url`: the database as its owner, who may make the schema. `tables`: those that this source's handlers write.
    A silent follower on `sessions()` fills them; when it has caught up, `switch()` puts them in the live ones' place.
    """

    def __init__(self, url: str, *, source: str, tables: Sequence[str]) -> None:
        self._url, self._source, self._tables = url, source, tuple(tables)

    async def prepare(self) -> None:
        """Make the empty copy; what an earlier attempt left is thrown away."""
        async with self._transaction() as owner:
            await owner.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
            await owner.execute(text(f"CREATE SCHEMA {SCHEMA}"))
            for table in (*self._tables, *_OWN):
                name = identifier(table)
                await owner.execute(text(f"CREATE TABLE {SCHEMA}.{name} (LIKE public.{name} INCLUDING ALL)"))

    @asynccontextmanager
    async def sessions(self) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
        """Sessions that see the copy where there is one, and the live tables for everything else."""
        settings = {"search_path": f"{SCHEMA}, public"}
        engine = create_async_engine(
            self._url, hide_parameters=True, connect_args={"timeout": 5, "server_settings": settings}
        )
        try:
            yield session_factory(engine)
        finally:
            await engine.dispose()

    async def switch(self) -> None:
        """Put the copy in the live tables' place, in one transaction, with its cursor. Raises NotCaughtUp.

        The live cursor is held meanwhile, so nothing is applied between the comparison and the switch. The copy's
        follower has ended before.
        """
        async with self._transaction() as owner:
            of_source = {"source": self._source}
            live = await owner.scalar(
                text("SELECT position FROM public.inbox WHERE source = :source FOR UPDATE"), of_source
            )
            copy = await owner.scalar(
                text("SELECT position FROM rebuild.inbox WHERE source = :source"), of_source
            )
            if copy is None or live is None or copy < live:
                raise NotCaughtUp(f"the copy stands at {copy}, the live tables at {live}")
            for table in self._tables:
                await self._replace(owner, identifier(table), "")
            for table in ("inbox", "parked"):
                await self._replace(owner, table, "WHERE source = :source")
            await owner.execute(text(f"DROP SCHEMA {SCHEMA} CASCADE"))

    async def _replace(self, owner: AsyncConnection, table: str, which: str) -> None:
        of_source = {"source": self._source} if which else {}
        await owner.execute(text(f"DELETE FROM public.{table} {which}"), of_source)  # noqa: S608 — an identifier
        await owner.execute(
            text(f"INSERT INTO public.{table} SELECT * FROM {SCHEMA}.{table} {which}"),  # noqa: S608 — an identifier
            of_source,
        )

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        engine = create_async_engine(self._url, poolclass=NullPool, hide_parameters=True)
        try:
            async with engine.begin() as connection:
                yield connection
        finally:
            await engine.dispose()
