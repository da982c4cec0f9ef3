"""Questions to the list, each as of a day and, where it matters, as known at an instant."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Subquery, func, select, true, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.items.domain import ONE_DAY, Item, Span, Version
from catalog.items.models import ItemVersion, SuccessionRow
from catalog.names import name_key
from common.bulk import copy_rows
from common.events.catalog import Cause, Track


def _spans(known_at: datetime | None = None) -> Subquery:
    """Every version that counts (the one recorded last for its day), with the day its successor begins.

    `known_at`: as if nothing had been recorded after that instant.
    """
    known = true() if known_at is None else ItemVersion.recorded_at <= known_at
    counting = (
        select(ItemVersion)
        .where(known)
        .ext(distinct_on(ItemVersion.item_code, ItemVersion.valid_from))
        .order_by(ItemVersion.item_code, ItemVersion.valid_from, ItemVersion.recorded_at.desc())
        .subquery()
    )
    successor = func.lead(counting.c.valid_from).over(
        partition_by=counting.c.item_code, order_by=counting.c.valid_from
    )
    return select(counting, successor.label("next_from")).subquery()


async def in_force(
    session: AsyncSession,
    day: date,
    *,
    track: Track | None = None,
    text: str | None = None,
    after: str | None = None,
    limit: int | None = None,
    known_at: datetime | None = None,
) -> list[Span]:
    """The list on a day in the order of the codes, behind the code `after`. `text`: part of a name, or of a code."""
    spans = _spans(known_at)
    query = _standing_on(spans, day).order_by(spans.c.item_code).limit(limit)
    if track is not None:
        query = query.where(spans.c.track == track)
    if text is not None:
        query = query.where(_answers(spans, text))
    if after is not None:
        query = query.where(spans.c.item_code > after)
    return [_span(row) for row in (await session.execute(query)).mappings()]


async def item_in_force(
    session: AsyncSession, code: str, day: date, *, known_at: datetime | None = None
) -> Span | None:
    """One item as it stood on a day."""
    spans = _spans(known_at)
    query = _standing_on(spans, day).where(spans.c.item_code == code)
    row = (await session.execute(query)).mappings().one_or_none()
    return _span(row) if row is not None else None


def _standing_on(spans: Subquery, day: date) -> Select[Any]:
    return select(spans).where(
        spans.c.is_listed,
        spans.c.valid_from <= day,
        (spans.c.next_from > day) | spans.c.next_from.is_(None),
    )


def _answers(spans: Subquery, text: str) -> ColumnElement[bool]:
    return spans.c.name_key.contains(name_key(text), autoescape=True) | spans.c.item_code.contains(
        text, autoescape=True
    )


async def newest(session: AsyncSession) -> list[Item]:
    """Every item in its last version, also one that begins in days to come: what the next edition is compared with."""
    spans = _spans()
    rows = await session.execute(select(spans).where(spans.c.next_from.is_(None)).order_by(spans.c.item_code))
    return [_span(row).version.item for row in rows.mappings()]


async def versions(session: AsyncSession, code: str) -> list[Version]:
    """Everything ever recorded of an item, corrected versions too."""
    rows: Sequence[ItemVersion] = (
        await session.scalars(select(ItemVersion).where(ItemVersion.item_code == code))
    ).all()
    return [_version(vars(row)) for row in rows]


async def codes_named(session: AsyncSession, keys: Collection[str]) -> Sequence[str]:
    """Codes of the items that ever had one of these names (compared by their keys)."""
    query = (
        select(ItemVersion.item_code)
        .where(ItemVersion.name_key.in_(keys))
        .distinct()
        .order_by(ItemVersion.item_code)
    )
    return (await session.scalars(query)).all()


async def add(session: AsyncSession, recorded: Iterable[Version]) -> None:
    """Put versions on record; their edition is there already."""
    await copy_rows(
        session,
        ItemVersion,
        [
            {
                "item_code": version.item.code,
                "valid_from": version.valid_from,
                "recorded_at": version.recorded_at,
                "name": version.item.name,
                "name_key": name_key(version.item.name),
                "track": version.item.track,
                "levels": list(version.item.levels),
                "admission_linked": version.item.admission_linked,
                "national_item": version.item.national_item,
                "is_listed": version.item.is_listed,
                "edition_id": version.edition_id,
                "cause": version.cause,
            }
            for version in recorded
        ],
    )


async def recorded_after(
    session: AsyncSession, after: tuple[datetime, str, date] | None, *, limit: int
) -> list[Version]:
    """Versions in the order in which they were put on record, behind (recorded at, code, valid from)."""
    order = (ItemVersion.recorded_at, ItemVersion.item_code, ItemVersion.valid_from)
    query = select(ItemVersion).order_by(*order).limit(limit)
    if after is not None:
        query = query.where(tuple_(*order) > after)
    return [_version(vars(row)) for row in await session.scalars(query)]


async def beginning_after(session: AsyncSession, day: date) -> frozenset[str]:
    """Codes of the items that have a version which begins after this day."""
    query = select(ItemVersion.item_code).where(ItemVersion.valid_from > day).distinct()
    return frozenset(await session.scalars(query))


async def last_recorded(session: AsyncSession) -> datetime | None:
    """When the list was last changed, in either sense."""
    found: datetime | None = await session.scalar(select(func.max(ItemVersion.recorded_at)))
    return found


async def successions(session: AsyncSession) -> Sequence[SuccessionRow]:
    """Everything on record of what went on as what."""
    return (await session.scalars(select(SuccessionRow).order_by(SuccessionRow.valid_from))).all()


async def add_successions(session: AsyncSession, rows: Iterable[dict[str, Any]]) -> None:
    """Put on record what goes on as what; their edition is there already."""
    await copy_rows(session, SuccessionRow, [*rows])


def _span(row: Any) -> Span:
    next_from = row["next_from"]
    return Span(_version(row), next_from - ONE_DAY if next_from else None)


def _version(row: Any) -> Version:
    return Version(
        item=Item(
            code=row["item_code"],
            name=row["name"],
            track=cast(Track, row["track"]),
            levels=tuple(row["levels"]),
            admission_linked=row["admission_linked"],
            national_item=row["national_item"],
            is_listed=row["is_listed"],
        ),
        valid_from=row["valid_from"],
        edition_id=row["edition_id"],
        cause=cast(Cause, row["cause"]),
        recorded_at=row["recorded_at"],
    )
