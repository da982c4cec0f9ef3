"""The metadata that the catalog's tables hang on, and the locks of acts that go one at a time."""

from enum import IntEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

from common.db import TYPES, service_metadata


class Base(DeclarativeBase):
    """Base of the catalog's own tables."""

    metadata = service_metadata()
    type_annotation_map = TYPES


class Turn(IntEnum):
    """Acts of which only one may run at a time, whatever rows they touch."""

    PUBLISH_EDITION = 3_701
    MOVE_CLOCK = 3_702
    PUBLISH_PLAN = 3_703
    LOAD_CALENDAR = 3_704


async def take_turn(session: AsyncSession, turn: Turn) -> None:
    """Wait until nobody else is at it; held until the transaction ends."""
    await session.execute(select(func.pg_advisory_xact_lock(turn.value)))
