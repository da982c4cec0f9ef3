"""Standards on record, and questions about them as of a day."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Text, case, cast, func, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.standards.domain import Standard, components
from catalog.standards.models import StandardRow
from common.events.catalog import StandardInForce
from common.ids import uuid7


def add(
    session: AsyncSession, standard: Standard, *, edition_id: UUID, recorded_at: datetime
) -> StandardInForce:
    """Put a standard on record; returns the event that tells of it."""
    parts = components(standard.levels)
    row = StandardRow(
        id=uuid7(),
        item_code=standard.item_code,
        name=standard.name,
        kind=standard.kind,
        levels=list(standard.levels),
        components={level: [part.model_dump() for part in of_level] for level, of_level in parts.items()},
        valid_from=standard.valid_from,
        valid_to=standard.valid_to,
        edition_id=edition_id,
        recorded_at=recorded_at,
    )
    session.add(row)
    return StandardInForce(
        standard_id=row.id,
        name=standard.name,
        kind=standard.kind,
        item_code=standard.item_code,
        levels=standard.levels,
        components=parts,
        valid_from=standard.valid_from,
        valid_to=standard.valid_to,
    )


async def names_in_use(session: AsyncSession, item_codes: Sequence[str], day: date) -> dict[str, str]:
    """Item code → name of the standard in force on a day that binds everybody: the national one, else the province's.

    An enterprise norm binds its own enterprises only (Art. 6) and is not told here.
    """
    rank = case((StandardRow.kind == "national", 0), else_=1)
    rows = await session.execute(
        select(StandardRow.item_code, StandardRow.name)
        .ext(distinct_on(StandardRow.item_code))
        .where(
            StandardRow.item_code == func.any(cast(item_codes, ARRAY(Text))),
            StandardRow.kind != "enterprise_norm",
            StandardRow.valid_from <= day,
            (StandardRow.valid_to >= day) | StandardRow.valid_to.is_(None),
        )
        .order_by(StandardRow.item_code, rank, StandardRow.valid_from.desc(), StandardRow.id)
    )
    return {row.item_code: row.name for row in rows}


async def in_force(
    session: AsyncSession,
    day: date,
    *,
    item_code: str | None,
    level: int | None,
    after: tuple[str, UUID] | None,
    limit: int,
) -> Sequence[StandardRow]:
    """Standards usable on a day by item code, behind `after` (item code, id)."""
    query = (
        select(StandardRow)
        .where(StandardRow.valid_from <= day, (StandardRow.valid_to >= day) | StandardRow.valid_to.is_(None))
        .order_by(StandardRow.item_code, StandardRow.id)
        .limit(limit)
    )
    if item_code is not None:
        query = query.where(StandardRow.item_code == item_code)
    if level is not None:
        query = query.where(StandardRow.levels.any_() == level)
    if after is not None:
        query = query.where(tuple_(StandardRow.item_code, StandardRow.id) > after)
    return (await session.scalars(query)).all()
