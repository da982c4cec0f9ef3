"""Names of the list that the classification does not have, and how the list stands on a day."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.items.models import ItemVersion

Names = Sequence[tuple[str, str]]  # code and name


async def names(session: AsyncSession) -> Names:
    """Every name that an item ever had, with its code."""
    rows = await session.execute(select(ItemVersion.item_code, ItemVersion.name).distinct())
    return [(row.item_code, row.name) for row in rows]


async def listed(session: AsyncSession, codes: Sequence[str], day: date) -> dict[str, ItemVersion]:
    """Those of the codes that stand on the list on a day, each in the version that counts."""
    rows = await session.scalars(
        select(ItemVersion)
        .ext(distinct_on(ItemVersion.item_code))
        .where(ItemVersion.item_code.in_(codes), ItemVersion.valid_from <= day)
        .order_by(ItemVersion.item_code, ItemVersion.valid_from.desc(), ItemVersion.recorded_at.desc())
    )
    return {row.item_code: row for row in rows if row.is_listed}
