"""The database of one service: naming, types, engine and sessions.

Every service has a database, a role and an Alembic history of its own. Tables that the shared library needs in each of
them (outbox, journal, cursors, …) hang on `Shared`; a service's own tables hang on a base made of `service_metadata()`.
"""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Integer, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
TYPES: dict[Any, Any] = {
    datetime: DateTime(timezone=True),
    dict[str, Any]: JSONB,
    list[dict[str, Any]]: JSONB,
    list[int]: ARRAY(Integer),
    list[str]: ARRAY(Text),
    list[UUID]: ARRAY(Uuid),
}


def service_metadata() -> MetaData:
    """Metadata with the naming convention, so that migrations can name every constraint."""
    return MetaData(naming_convention=NAMING)


class Shared(DeclarativeBase):
    """Base of the tables that the shared library keeps in every service's database."""

    metadata = service_metadata()
    type_annotation_map = TYPES


def open_engine(url: str, *, size: int = 10, statement_timeout_ms: int = 60_000) -> AsyncEngine:
    """An engine on asyncpg with timeouts, so that a stuck statement or a forgotten transaction ends by itself."""
    return create_async_engine(
        url,
        pool_size=size,
        max_overflow=size,
        pool_pre_ping=True,
        hide_parameters=True,  # messages of errors must not carry what a row holds
        connect_args={
            "timeout": 5,
            "server_settings": {
                "statement_timeout": str(statement_timeout_ms),
                "idle_in_transaction_session_timeout": "60000",
                "timezone": "UTC",
            },
        },
    )


def identifier(name: str) -> str:
    """A table's name as it may stand in a statement. Raises ValueError for anything but plain lower-case names."""
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name, re.ASCII):
        raise ValueError("a table has a plain lower-case name")
    return f'"{name}"'


def session_factory(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(engine, expire_on_commit=False, autoflush=False)
