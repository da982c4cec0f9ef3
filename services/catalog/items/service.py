"""Use cases: show the list and its items as of a day, as known at an instant, and how they changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.editions import repository as editions
from catalog.items import repository
from catalog.items.domain import Span, spans
from catalog.items.lineage import Lineage
from catalog.items.schemas import ItemOut, ItemsOut, LineageOut, SuccessionOut
from catalog.standards import repository as standards
from common.errors import NotFound
from common.events.catalog import Track
from common.pagination import Page
from common.schemas import Listing


@dataclass(frozen=True, slots=True)
class View:
    """What part of the list is asked for: as it stood on a day, as it was known at an instant (None: now)."""

    day: date
    known_at: datetime | None = None
    track: Track | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list, with the name of the standard that evaluations go by on the day, if there is one."""

    span: Span
    standard: str | None


async def list_items(session: AsyncSession, page: Page, view: View) -> ItemsOut:
    """The list on a day, page by page; an empty one says so."""
    after = page.after[0] if page.after else None
    found = await repository.in_force(
        session,
        view.day,
        track=view.track,
        text=view.text,
        after=after,
        limit=page.fetch,
        known_at=view.known_at,
    )
    kept, cursor = page.cut(found, lambda span: (span.version.item.code,))
    lines = await _with_standards(session, kept, view.day)
    return ItemsOut.told([ItemOut.of(line.span, standard=line.standard) for line in lines], cursor)


async def whole_list(session: AsyncSession, view: View) -> list[Listed]:
    """The list on a day, for a sheet."""
    found = await repository.in_force(
        session, view.day, track=view.track, text=view.text, known_at=view.known_at
    )
    return await _with_standards(session, found, view.day)


async def list_under(
    session: AsyncSession, edition_id: UUID, *, known_at: datetime | None = None
) -> tuple[date, list[Listed]]:
    """The day on which an edition took effect, and the whole list on it. Raises NotFound."""
    day = (await editions.edition(session, edition_id)).effective_on
    return day, await whole_list(session, View(day=day, known_at=known_at))


async def _with_standards(session: AsyncSession, found: Sequence[Span], day: date) -> list[Listed]:
    names = await standards.names_in_use(session, [span.version.item.code for span in found], day)
    return [Listed(span, names.get(span.version.item.code)) for span in found]


async def read_item(
    session: AsyncSession, code: str, *, day: date, known_at: datetime | None = None
) -> ItemOut:
    """An item as it stood on a day. Raises NotFound when it did not stand on the list."""
    found = await repository.item_in_force(session, code, day, known_at=known_at)
    if found is None:
        raise NotFound.of("item")
    (line,) = await _with_standards(session, [found], day)
    return ItemOut.of(found, standard=line.standard)


async def read_history(
    session: AsyncSession, code: str, *, known_at: datetime | None = None
) -> Listing[ItemOut]:
    """Every version of an item, oldest first. Raises NotFound when it never stood on the list."""
    found = [
        version
        for version in await repository.versions(session, code)
        if known_at is None or version.recorded_at <= known_at
    ]
    if not found:
        raise NotFound.of("item")
    return Listing.of([ItemOut.of(span) for span in spans(found)], None)


async def read_lineage(session: AsyncSession, code: str) -> LineageOut:
    """What an item comes from and leads to. Raises NotFound when it never stood on the list."""
    versions = await repository.versions(session, code)
    if not versions:
        raise NotFound.of("item")
    rows = await repository.successions(session)
    lineage = Lineage((row.from_code, row.to_code) for row in rows)
    line = lineage.ancestors(code) | lineage.descendants(code) | {code}
    return LineageOut(
        code=code,
        names=list(dict.fromkeys(span.version.item.name for span in spans(versions))),
        ancestors=sorted(lineage.ancestors(code)),
        descendants=sorted(lineage.descendants(code)),
        present=sorted(lineage.present(code)),
        steps=[SuccessionOut.model_validate(row) for row in rows if {row.from_code, row.to_code} <= line],
    )


async def list_changes(session: AsyncSession, page: Page) -> Listing[ItemOut]:
    """Versions in the order of their recording, page by page."""
    after = (page.after[0], page.after[1], page.after[2]) if page.after else None
    found = await repository.recorded_after(session, after, limit=page.fetch)
    kept, cursor = page.cut(
        found, lambda version: (version.recorded_at, version.item.code, version.valid_from)
    )
    return Listing.of([ItemOut.of(Span(version, None)) for version in kept], cursor)
