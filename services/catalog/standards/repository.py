"""Standards on record, and questions about them as of a day."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text, case, cast, func, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.documents.models import Document
from catalog.standards.domain import Standard, components
from catalog.standards.models import StandardRow, StandardStep, StandardVote
from common.errors import NotFound
from common.events.catalog import Component, StandardInForce, StandardScope, StandardState
from common.ids import uuid7


def add(
    session: AsyncSession, standard: Standard, *, edition_id: UUID, recorded_at: datetime
) -> StandardInForce:
    """Put an item's first national standard on record; returns the event that tells of it."""
    parts = components(standard.levels)
    row = StandardRow(
        id=uuid7(),
        item_code=standard.item_code,
        name=standard.name,
        kind=standard.kind,
        levels=list(standard.levels),
        components=stored(parts),
        valid_from=standard.valid_from,
        valid_to=standard.valid_to,
        regulation=standard.regulation,
        edition_id=edition_id,
        recorded_at=recorded_at,
    )
    session.add(row)
    return told_in_force(row, standard.valid_from)


def stored(parts: dict[str, tuple[Component, ...]]) -> dict[str, list[dict[str, object]]]:
    return {level: [part.model_dump() for part in of_level] for level, of_level in parts.items()}


def told_in_force(row: StandardRow, valid_from: date) -> StandardInForce:
    """The word on a standard that is (or was) in force; the last word counts."""
    return StandardInForce(
        standard_id=row.id,
        name=row.name,
        kind=row.kind,
        item_code=row.item_code,
        levels=tuple(row.levels),
        components=row.components,
        valid_from=valid_from,
        valid_to=row.valid_to,
        scope=StandardScope.model_validate(row.scope) if row.scope is not None else None,
        regulation=row.regulation,
        eligibility=row.eligibility,
    )


def _valid_on(day: date) -> ColumnElement[bool]:
    return (StandardRow.valid_from <= day) & ((StandardRow.valid_to >= day) | StandardRow.valid_to.is_(None))


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
            _valid_on(day),
        )
        .order_by(StandardRow.item_code, rank, StandardRow.valid_from.desc(), StandardRow.id)
    )
    return {row.item_code: row.name for row in rows}


async def find(
    session: AsyncSession,
    *,
    day: date | None = None,
    state: StandardState | None = None,
    item_code: str | None = None,
    level: int | None = None,
    after: tuple[str, UUID] | None = None,
    limit: int | None = None,
) -> Sequence[StandardRow]:
    """Standards by item code, behind `after` (item code, id); `day`: usable on that day."""
    query = select(StandardRow).order_by(StandardRow.item_code, StandardRow.id).limit(limit)
    if day is not None:
        query = query.where(_valid_on(day))
    if state is not None:
        query = query.where(StandardRow.state == state)
    if item_code is not None:
        query = query.where(StandardRow.item_code == item_code)
    if level is not None:
        query = query.where(StandardRow.levels.any_() == level)
    if after is not None:
        query = query.where(tuple_(StandardRow.item_code, StandardRow.id) > after)
    return (await session.scalars(query)).all()


async def of_year(session: AsyncSession, year: int) -> Sequence[StandardRow]:
    """Standards planned for a year, by item code."""
    query = select(StandardRow).where(StandardRow.planned_year == year)
    return (await session.scalars(query.order_by(StandardRow.item_code, StandardRow.id))).all()


async def locked(session: AsyncSession, standard_id: UUID) -> StandardRow:
    """A standard that nobody else changes until the transaction ends. Raises NotFound."""
    found = await session.get(StandardRow, standard_id, with_for_update=True)
    if found is None:
        raise NotFound.of("standard")
    return found


async def present_national(session: AsyncSession, item_code: str) -> StandardRow | None:
    """The item's national standard without an end, locked."""
    query = select(StandardRow).where(
        StandardRow.item_code == item_code,
        StandardRow.kind == "national",
        StandardRow.state == "in_force",
        StandardRow.valid_to.is_(None),
    )
    return (await session.scalars(query.with_for_update())).one_or_none()


async def steps(session: AsyncSession, standard_ids: Sequence[UUID]) -> Sequence[StandardStep]:
    """Steps of standards in the order in which they were taken."""
    query = select(StandardStep).where(StandardStep.standard_id.in_(standard_ids))
    return (await session.scalars(query.order_by(StandardStep.standard_id, StandardStep.number))).all()


async def votes(session: AsyncSession, standard_id: UUID) -> Sequence[StandardVote]:
    """Votes on a standard, of every round."""
    query = select(StandardVote).where(StandardVote.standard_id == standard_id)
    return (await session.scalars(query.order_by(StandardVote.round, StandardVote.recorded_at))).all()


async def has_document(session: AsyncSession, sha256: bytes) -> bool:
    """Whether a document of this content is on record."""
    found = await session.scalar(select(Document.sha256).where(Document.sha256 == sha256))
    return found is not None
