"""Use cases: show the list and its items as of a day."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.items import repository
from catalog.items.domain import Span, spans
from catalog.items.schemas import ItemOut
from common.errors import NotFound
from common.events.catalog import Track
from common.pagination import Page
from common.schemas import Listing


async def list_items(
    session: AsyncSession, page: Page, *, day: date, track: Track | None, text: str | None
) -> Listing[ItemOut]:
    """The list on a day, page by page."""
    after = page.after[0] if page.after else None
    found = await repository.in_force(session, day, track=track, text=text, after=after, limit=page.fetch)
    kept, cursor = page.cut(found, lambda span: (span.version.item.code,))
    return Listing.of([ItemOut.of(span) for span in kept], cursor)


async def whole_list(
    session: AsyncSession, *, day: date, track: Track | None, text: str | None
) -> list[Span]:
    """The list on a day, for a sheet."""
    return await repository.in_force(session, day, track=track, text=text)


async def read_item(session: AsyncSession, code: str, *, day: date) -> ItemOut:
    """An item as it stood on a day. Raises NotFound when it did not stand on the list."""
    found = await repository.item_in_force(session, code, day)
    if found is None:
        raise NotFound.of("item")
    return ItemOut.of(found)


async def read_history(session: AsyncSession, code: str) -> Listing[ItemOut]:
    """Every version of an item, oldest first. Raises NotFound when it never stood on the list."""
    found = await repository.versions(session, code)
    if not found:
        raise NotFound.of("item")
    return Listing.of([ItemOut.of(span) for span in spans(found)], None)
