"""Use cases: show the standards that are usable on a day."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.standards import repository
from catalog.standards.models import StandardRow
from catalog.standards.schemas import StandardOut
from common.errors import NotFound
from common.pagination import Page
from common.schemas import Listing


async def list_standards(
    session: AsyncSession, page: Page, *, day: date, item_code: str | None, level: int | None
) -> Listing[StandardOut]:
    """Standards in force on a day, page by page."""
    after = (page.after[0], page.after[1]) if page.after else None
    rows = await repository.in_force(
        session, day, item_code=item_code, level=level, after=after, limit=page.fetch
    )
    kept, cursor = page.cut(rows, lambda row: (row.item_code, row.id))
    return Listing.of([StandardOut.model_validate(row) for row in kept], cursor)


async def read_standard(session: AsyncSession, standard_id: UUID) -> StandardOut:
    """A standard with the parts of its levels. Raises NotFound."""
    row = await session.get(StandardRow, standard_id)
    if row is None:
        raise NotFound.of("standard")
    return StandardOut.model_validate(row)
