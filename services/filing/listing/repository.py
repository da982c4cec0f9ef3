"""Questions to the read model, each as of a day."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from filing.listing.domain import Item, NormScope, Standard
from filing.listing.models import ItemVersion, StandardFact


async def items_on(
    session: AsyncSession, codes: Iterable[str], day: date, *, known_at: datetime | None = None
) -> dict[str, Item]:
    """The named items that stand on the list on that day; one that has left it by then is not among them.

    `known_at`: as if nothing had been recorded after that instant; what was decided then went by this list.
    """
    known = true() if known_at is None else ItemVersion.recorded_at <= known_at
    rows = await session.scalars(
        select(ItemVersion)
        .where(ItemVersion.item_code.in_(set(codes)), ItemVersion.valid_from <= day, known)
        .ext(distinct_on(ItemVersion.item_code))
        .order_by(ItemVersion.item_code, ItemVersion.valid_from.desc(), ItemVersion.recorded_at.desc())
    )
    return {
        row.item_code: Item(
            code=row.item_code,
            name=row.name,
            track=row.track,
            levels=frozenset(row.levels),
            edition_id=row.edition_id,
        )
        for row in rows
        if row.is_listed
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
            scope=_scope(row.scope),
        )
        for row in rows
    }


async def standardised(session: AsyncSession, codes: Iterable[str], day: date) -> frozenset[tuple[str, int]]:
    """Which of these items have a unified standard (national, provincial) in force on that day, at what levels."""
    rows = await session.scalars(
        select(StandardFact).where(
            StandardFact.item_code.in_(set(codes)),
            StandardFact.kind != "enterprise_norm",
            StandardFact.valid_from <= day,
            StandardFact.valid_to.is_(None) | (StandardFact.valid_to >= day),
        )
    )
    return frozenset((row.item_code, level) for row in rows for level in row.levels)


def _scope(kept: dict[str, Any] | None) -> NormScope | None:
    if kept is None:
        return None
    return NormScope(tuple(kept["posts"]), frozenset(kept["enterprises"]), kept["enterprise_class"])
