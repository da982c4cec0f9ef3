"""How far a service has applied each source: one row per source, moved in the transaction of the effects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary, Text, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Shared
from common.events import Envelope
from common.journal import ZERO, link


class CursorRow(Shared):
    """How far this service has applied a source."""

    __tablename__ = "inbox"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[bytes] = mapped_column(LargeBinary)


class FollowedRow(Shared):
    """Sources followed since when: tells a first start from a cursor that was deleted."""

    __tablename__ = "followed"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    since: Mapped[datetime]


class Halted(Exception):
    """Following must not go on until somebody has looked: stop and alarm."""


class ChainBroken(Halted):
    """An event does not follow on from what was applied. Nothing is applied."""


class CursorLost(Halted):
    """The cursor of a source vanished from tables that have its effects: replaying would apply them twice."""


@dataclass(frozen=True)
class Delivery:
    """One event as it came: at its position, with chain and the wrapped keys that travelled beside it."""

    position: int
    body: str
    chain: bytes
    keys: Mapping[UUID, bytes] = field(default_factory=dict)

    @cached_property
    def envelope(self) -> Envelope:
        """Raises pydantic.ValidationError for a body that is none."""
        return Envelope.parse(self.body)

    @property
    def key(self) -> str:
        return self.envelope.subject


async def begin(session: AsyncSession, source: str, *, now: datetime) -> int:
    """Where to go on with a source; at 0 on the very first start. The caller commits. Raises CursorLost."""
    cursor = await session.get(CursorRow, source)
    if cursor is not None:
        return cursor.position
    if await session.get(FollowedRow, source) is not None:
        raise CursorLost(f"the cursor of {source} vanished: restore it, or rebuild the read models")
    await session.execute(insert(FollowedRow).values(source=source, since=now).on_conflict_do_nothing())
    await session.execute(
        insert(CursorRow).values(source=source, position=0, chain=ZERO).on_conflict_do_nothing()
    )
    return 0


async def lock(session: AsyncSession, source: str) -> tuple[int, bytes]:
    """Position and chain, held until the transaction ends: followers of one source take turns. Raises CursorLost."""
    found = (
        await session.execute(
            select(CursorRow.position, CursorRow.chain).where(CursorRow.source == source).with_for_update()
        )
    ).one_or_none()
    if found is None:
        raise CursorLost(f"the cursor of {source} vanished: restore it, or rebuild the read models")
    return found.position, found.chain


async def advance(session: AsyncSession, source: str, last: Delivery) -> None:
    """Move the cursor behind an event, in the transaction of its effects."""
    await session.execute(
        update(CursorRow).where(CursorRow.source == source).values(position=last.position, chain=last.chain)
    )


def following(position: int, chain: bytes, deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Those that follow on from a cursor without a hole; what was applied before is left out. Raises ChainBroken."""
    fresh = []
    for delivery in deliveries:
        if delivery.position <= position:
            continue
        if delivery.position != position + 1:
            break
        position, chain = delivery.position, link(chain, delivery.body)
        if chain != delivery.chain:
            raise ChainBroken(f"position {position} does not follow on from what was applied")
        fresh.append(delivery)
    return fresh
