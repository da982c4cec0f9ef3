"""Routes of entrustments: proposed by one side, confirmed by the other, ended by either (Art. 12)."""

from fastapi import APIRouter, Response

from common.deps import CallerDep, CreatingDep, PageDep, SessionDep, TodayDep, created, requires
from common.ids import EntrustmentId
from common.preconditions import etag
from common.schemas import Listing
from filing.entrustments import service
from filing.entrustments.schemas import EndIn, EntrustmentIn, EntrustmentOut

router = APIRouter(prefix="/entrustments", tags=["entrustments"])
PLACE = "/filing/v1/entrustments/{id}"


@router.post("", status_code=201, dependencies=[requires("entrustments:confirm"), created(PLACE)])
async def post_entrustment(
    body: EntrustmentIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> EntrustmentOut:
    """Propose an entrustment: an employer to a specialised body, or such a body to an employer (Art. 12)."""
    return await service.propose(uow, body, caller=caller, today=today)


@router.get("", dependencies=[requires("plans:read")])
async def get_entrustments(session: SessionDep, page: PageDep, caller: CallerDep) -> Listing[EntrustmentOut]:
    """Entrustments of the caller's organisation, on either side, or of the caller's region, newest first."""
    return await service.list_entrustments(session, page, caller=caller)


@router.get("/{entrustment_id}", dependencies=[requires("plans:read")])
async def get_entrustment(
    entrustment_id: EntrustmentId, response: Response, session: SessionDep, caller: CallerDep
) -> EntrustmentOut:
    """An entrustment with all that was done with it. Its terms never change: other terms are another one."""
    answer = await service.read_entrustment(session, entrustment_id, caller=caller)
    response.headers["ETag"] = etag(len(answer.acts))
    return answer


@router.post(
    "/{entrustment_id}/confirmation",
    status_code=201,
    dependencies=[requires("entrustments:confirm"), created(PLACE)],
)
async def post_confirmation(
    entrustment_id: EntrustmentId, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> EntrustmentOut:
    """Agree to what the other side proposed; from now on plans may rest on it."""
    return await service.confirm(uow, entrustment_id, caller=caller, today=today)


@router.post(
    "/{entrustment_id}/end",
    status_code=201,
    dependencies=[requires("entrustments:confirm"), created(PLACE)],
)
async def post_end(
    entrustment_id: EntrustmentId, body: EndIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> EntrustmentOut:
    """End an entrustment today or later, decline a proposal, or take one back."""
    return await service.end(uow, entrustment_id, body, caller=caller, today=today)
