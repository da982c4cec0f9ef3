"""Routes of requests: an organisation asks, the authority or its centre decides."""

from typing import Annotated

from fastapi import APIRouter, Path

from common.deps import CallerDep, CreatingDep, PageDep, SessionDep, TodayDep, created, requires
from common.ids import OrganisationId
from common.schemas import Listing
from filing.organisations import decisions
from filing.organisations.schemas import DecisionIn, OrganisationOut
from filing.scope_requests import service
from filing.scope_requests.schemas import ScopeRequestIn, ScopeRequestOut, WaitingRequest

router = APIRouter(tags=["organisations"])
PLACE = "/filing/v1/organisations/{organisation_id}/scope-requests"


@router.post(
    "/organisations/{organisation_id}/scope-requests",
    status_code=201,
    dependencies=[requires("organisations:keep"), created(PLACE)],
)
async def post_scope_request(
    organisation_id: OrganisationId,
    body: ScopeRequestIn,
    uow: CreatingDep,
    caller: CallerDep,
    today: TodayDep,
) -> ScopeRequestOut:
    """Ask for another scope or a renewal (Art. 12); what was approved counts until the decision."""
    return await service.request_scope(uow, organisation_id, body, caller=caller, today=today)


@router.get("/organisations/{organisation_id}/scope-requests", dependencies=[requires("documents:read")])
async def get_scope_requests(
    organisation_id: OrganisationId, session: SessionDep, caller: CallerDep
) -> Listing[ScopeRequestOut]:
    """What an organisation asked for, with what came of it, newest first; its application is the oldest."""
    return await service.list_requests(session, organisation_id, caller=caller)


@router.get("/scope-requests", dependencies=[requires("organisations:decide")])
async def get_waiting_requests(
    session: SessionDep, page: PageDep, caller: CallerDep
) -> Listing[WaitingRequest]:
    """Changes and renewals that wait for a decision in the caller's region, the longest first."""
    return await service.list_waiting(session, page, caller=caller)


@router.post(
    "/organisations/{organisation_id}/scope-requests/{number}/decision",
    status_code=201,
    dependencies=[requires("organisations:decide"), created("/filing/v1/organisations/{organisation_id}")],
)
async def post_request_decision(
    organisation_id: OrganisationId,
    number: Annotated[int, Path(ge=1, le=100_000)],
    body: DecisionIn,
    uow: CreatingDep,
    caller: CallerDep,
    today: TodayDep,
) -> OrganisationOut:
    """Grant a request as asked (or with a narrower scope), or refuse it with reasons: the old scope then stays."""
    return await decisions.decide_request(uow, organisation_id, number, body, caller=caller, today=today)
