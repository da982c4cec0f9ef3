"""Questions to the read model, each as of a day."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from filing.listing.domain import Item, Standard
from filing.listing.models import ItemVersion, StandardFact


async def items_on(session: AsyncSession, codes: Iterable[str], day: date) -> dict[str, Item]:
    """The named items that stand on the list on that day, each in its newest version."""
    rows = await session.scalars(
        select(ItemVersion)
        .where(ItemVersion.item_code.in_(set(codes)), ItemVersion.valid_from <= day)
        .ext(distinct_on(ItemVersion.item_code))
        .order_by(ItemVersion.item_code, ItemVersion.valid_from.desc())
    )
    return {
        row.item_code: Item(code=row.item_code, name=row.name, track=row.track, levels=frozenset(row.levels))
        for row in rows
    }


async def listed_codes(session: AsyncSession, codes: Iterable[str]) -> frozenset[str]:
    """Which of these codes have ever stood on the list."""
    rows = await session.scalars(
        select(ItemVersion.item_code).where(ItemVersion.item_code.in_(set(codes))).distinct()
    )
    return frozenset(rows)


async def standards(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Standard]:
    """The named standards that the catalog has told of."""
    rows = await session.scalars(select(StandardFact).where(StandardFact.standard_id.in_(set(ids))))
    return {
        row.standard_id: Standard(
            id=row.standard_id,
            name=row.name,
            kind=row.kind,
            item_code=row.item_code,
            levels=frozenset(row.levels),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in rows
    }
