"""Routes of transition windows: stating one is the authority's, reading is anyone's."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from catalog.day import Day
from catalog.items.api import AsOf, KnownAt
from catalog.items.schemas import ItemCode
from catalog.transitions import service
from catalog.transitions.schemas import HeldOut, TransitionIn, TransitionOut
from common.deps import CallerDep, CreatingDep, SessionDep, TodayDep, created, public, requires
from common.fresh import tell
from common.schemas import Listing

router = APIRouter(prefix="/items", tags=["transitions"])


@router.post(
    "/{code}/transitions",
    status_code=201,
    responses={200: {"model": TransitionOut, "description": "it was stated so already: nothing changed"}},
    dependencies=[requires("catalog:publish"), created("/catalog/v1/items/{item_code}/transitions")],
)
async def post_transition(
    code: ItemCode,
    body: TransitionIn,
    response: Response,
    uow: CreatingDep,
    caller: CallerDep,
    today: TodayDep,
) -> TransitionOut:
    """State a cohort that still gets the national certificate for an item that was dropped (Art. 2)."""
    answer, is_new = await service.state_window(uow, code, body, stated_by=caller.account_id, today=today)
    if not is_new:
        response.status_code = 200
    return answer


@router.get("/{code}/transitions", dependencies=[public()])
async def get_transitions(
    code: ItemCode,
    response: Response,
    session: SessionDep,
    today: TodayDep,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Listing[TransitionOut]:
    """Cohorts for whom the item is national still, and which of their windows are open on a day (Art. 2)."""
    found = await service.list_windows(session, code, day=as_of or today, known_at=known_at)
    return tell(response, found)


@router.get("/{code}/track", dependencies=[public()])
async def get_track(
    code: ItemCode,
    response: Response,
    session: SessionDep,
    enrolled_on: Annotated[Day, Query(examples=["2019-09-01"])],
    graduating_on: Annotated[Day, Query(examples=["2022-07-01"])],
    known_at: KnownAt = None,
) -> HeldOut:
    """Which certificate a person gets who was enrolled on one day and graduates on another (Art. 1, 2)."""
    found = await service.track_of(
        session, code, enrolled_on=enrolled_on, graduating_on=graduating_on, known_at=known_at
    )
    return tell(response, found)
