"""Use cases: show editions, what each changed, and corrections of them."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.editions import repository
from catalog.editions.schemas import (
    CorrectionOut,
    DiffOut,
    EditionItemOut,
    EditionOut,
    EditionSummary,
    RowOut,
    SuccessionOut,
)
from common.pagination import Page
from common.schemas import Listing


async def list_editions(session: AsyncSession, page: Page) -> Listing[EditionSummary]:
    """Published editions, the newest first."""
    before: date | None = page.after[0] if page.after else None
    rows = await repository.listed(session, before=before, limit=page.fetch)
    kept, cursor = page.cut(rows, lambda row: (row.effective_on,))
    return Listing.of([EditionSummary.model_validate(row) for row in kept], cursor)


async def read_edition(session: AsyncSession, edition_id: UUID) -> EditionOut:
    """An edition as it was published. Raises NotFound."""
    edition = await repository.edition(session, edition_id)
    return EditionOut(
        **EditionSummary.model_validate(edition).model_dump(),
        items=[EditionItemOut.model_validate(item) for item in edition.content["items"]],
        lineage=[SuccessionOut.model_validate(row) for row in edition.content["lineage"]],
        rows=[RowOut.model_validate(row) for row in edition.content.get("rows", [])],
    )


async def read_diff(session: AsyncSession, edition_id: UUID) -> DiffOut:
    """What an edition changed. Raises NotFound."""
    return DiffOut.model_validate((await repository.edition(session, edition_id)).diff)


async def list_corrections(session: AsyncSession, edition_id: UUID) -> Listing[CorrectionOut]:
    """Corrections of an edition, in the order of their recording. Raises NotFound."""
    await repository.edition(session, edition_id)
    rows = await repository.corrections(session, edition_id)
    return Listing.of([CorrectionOut.model_validate(row) for row in rows], None)
