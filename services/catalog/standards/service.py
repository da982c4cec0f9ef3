"""Use cases of reading: standards usable on a day, one with its life, and the one that an evaluation goes by."""

from dataclasses import asdict
from datetime import date
from typing import cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.items import repository as items
from catalog.standards import repository
from catalog.standards.choice import CHOSEN, RULE, Candidate, choose
from catalog.standards.domain import Kind
from catalog.standards.models import StandardRow
from catalog.standards.recording import told, told_in_detail
from catalog.standards.schemas import CandidateOut, ChoiceOut, StandardDetail, StandardOut, Text, VoteOut
from common.errors import NotFound
from common.events.catalog import StandardState
from common.pagination import Page
from common.schemas import Listing


async def list_standards(
    session: AsyncSession,
    page: Page,
    *,
    day: date | None,
    state: StandardState | None,
    item_code: str | None,
    level: int | None,
) -> Listing[StandardOut]:
    """Standards usable on a day, or of a state, page by page."""
    after = (page.after[0], page.after[1]) if page.after else None
    rows = await repository.find(
        session, day=day, state=state, item_code=item_code, level=level, after=after, limit=page.fetch
    )
    kept, cursor = page.cut(rows, lambda row: (row.item_code, row.id))
    return Listing.of([told(row) for row in kept], cursor)


async def read_standard(session: AsyncSession, standard_id: UUID) -> StandardDetail:
    """A standard with its whole life. Raises NotFound."""
    row = await session.get(StandardRow, standard_id)
    if row is None:
        raise NotFound.of("standard")
    return told_in_detail(
        row, await repository.steps(session, [row.id]), await repository.votes(session, row.id)
    )


async def list_votes(session: AsyncSession, standard_id: UUID) -> Listing[VoteOut]:
    """Every vote and exclusion, in the order of their recording. Raises NotFound."""
    if await session.get(StandardRow, standard_id) is None:
        raise NotFound.of("standard")
    found = await repository.votes(session, standard_id)
    return Listing.of([VoteOut.model_validate(vote) for vote in found], None)


async def choose_standard(
    session: AsyncSession, *, item_code: str, level: int, day: date, enterprise: str | None
) -> ChoiceOut:
    """The standard that an evaluation of an item and level goes by, with all that were looked at (Art. 4, 6).

    Raises NotFound when the item does not stand on the list that day.
    """
    item = await items.item_in_force(session, item_code, day)
    if item is None:
        raise NotFound.of("item")
    rows = {row.id: row for row in await repository.find(session, day=day, item_code=item_code, level=level)}
    track = item.version.item.track
    found = choose(map(_candidate, rows.values()), track=track, enterprise=enterprise)
    return ChoiceOut(
        item_code=item_code,
        level=level,
        day=day,
        track=track,
        chosen=next((one.id for one, reason in found if reason == CHOSEN), None),
        rule=Text(**asdict(RULE)),
        candidates=[
            CandidateOut(
                standard=told(rows[one.id]), is_chosen=reason == CHOSEN, reason=Text(**asdict(reason))
            )
            for one, reason in found
        ],
    )


def _candidate(row: StandardRow) -> Candidate:
    return Candidate(
        id=row.id,
        kind=cast(Kind, row.kind),
        valid_from=cast(date, row.valid_from),  # of those found by a day
        enterprises=frozenset(row.scope["enterprises"]) if row.scope is not None else None,
    )
