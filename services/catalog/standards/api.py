"""Routes of standards; anyone may read them (Art. 20)."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from catalog.day import Day
from catalog.freshness import tell
from catalog.items.domain import CODE_PATTERN
from catalog.standards import service
from catalog.standards.schemas import StandardOut
from common.deps import PageDep, SessionDep, TodayDep, public
from common.ids import StandardId
from common.schemas import Listing

router = APIRouter(prefix="/standards", tags=["standards"])


@router.get("", dependencies=[public()])
async def get_standards(
    response: Response,
    session: SessionDep,
    page: PageDep,
    today: TodayDep,
    item_code: Annotated[str | None, Query(pattern=CODE_PATTERN, examples=["6-18-02-04"])] = None,
    level: Annotated[int | None, Query(ge=1, le=5, examples=[3])] = None,
    as_of: Annotated[Day | None, Query(description="in force on this day; today when left out")] = None,
) -> Listing[StandardOut]:
    """Standards that plans may name on a day. One of a cancelled qualification stays usable (Art. 4)."""
    listing = await service.list_standards(
        session, page, day=as_of or today, item_code=item_code, level=level
    )
    return tell(response, listing)


@router.get("/{standard_id}", dependencies=[public()])
async def get_standard(standard_id: StandardId, response: Response, session: SessionDep) -> StandardOut:
    """A standard: its item, levels, and the parts of an evaluation under it."""
    return tell(response, await service.read_standard(session, standard_id))
