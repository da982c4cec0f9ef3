"""Routes of amendments and cancellation: parse, authorise, call one use case, answer."""

from typing import Annotated

from fastapi import APIRouter, Path

from common.deps import (
    CalendarDep,
    CallerDep,
    CreatingDep,
    IfMatchDep,
    PageDep,
    PlatformDep,
    SessionDep,
    TodayDep,
    created,
    requires,
)
from common.ids import PlanId
from common.schemas import Listing
from filing.amendments import cancelling, service
from filing.amendments.schemas import AmendmentDecisionIn, AmendmentOut, CancellationIn, WaitingAmendment
from filing.people.interest import conflicts_on_record
from filing.plans.schemas import PlanContent, PlanOut

router = APIRouter(prefix="/plans/{plan_id}", tags=["amendments"])
queue_router = APIRouter(tags=["amendments"])
PLAN = created("/filing/v1/plans/{plan_id}")
AMENDMENTS = created("/filing/v1/plans/{plan_id}/amendments")


@router.post("/withdrawal", status_code=201, dependencies=[requires("plans:file"), PLAN])
async def post_withdrawal(
    plan_id: PlanId, body: CancellationIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> PlanOut:
    """Cancel an own plan before its first day, with the reason (Art. 18(1))."""
    return await cancelling.cancel_plan(uow, plan_id, body, caller=caller, today=today)


@router.post("/cancellation", status_code=201, dependencies=[requires("plans:decide"), PLAN])
async def post_cancellation(
    plan_id: PlanId, body: CancellationIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> PlanOut:
    """Cancel a plan of one's region until its last day, with the reason (Art. 22)."""
    return await cancelling.cancel_plan(uow, plan_id, body, caller=caller, today=today)


@router.post("/amendments", status_code=201, dependencies=[requires("plans:file"), AMENDMENTS])
async def post_amendment(
    plan_id: PlanId,
    body: PlanContent,
    held: IfMatchDep,
    uow: CreatingDep,
    caller: CallerDep,
    today: TodayDep,
    calendar: CalendarDep,
) -> AmendmentOut:
    """Amend an accepted plan: at once, or `waiting` where the change needs 15 new working days (Art. 18(1))."""
    return await service.amend_plan(
        uow, plan_id, body, caller=caller, held=held, today=today, calendar=calendar
    )


@queue_router.get("/waiting-amendments", dependencies=[requires("plans:decide")])
async def get_waiting_amendments(
    session: SessionDep, page: PageDep, caller: CallerDep
) -> Listing[WaitingAmendment]:
    """Amendments of the caller's region that wait for a decision, the longest waiting first (Art. 18(1))."""
    return await service.list_waiting(session, page, caller=caller)


@router.get("/amendments", dependencies=[requires("plans:read")])
async def get_amendments(plan_id: PlanId, session: SessionDep, caller: CallerDep) -> Listing[AmendmentOut]:
    """Every amendment of a plan, in its order."""
    return Listing.of(await service.list_amendments(session, plan_id, caller=caller), None)


@router.post(
    "/amendments/{number}/decision", status_code=201, dependencies=[requires("plans:decide"), AMENDMENTS]
)
async def post_amendment_decision(
    plan_id: PlanId,
    number: Annotated[int, Path(ge=1, le=1_000_000)],
    body: AmendmentDecisionIn,
    uow: CreatingDep,
    caller: CallerDep,
    today: TodayDep,
    calendar: CalendarDep,
    platform: PlatformDep,
) -> AmendmentOut:
    """Accept or refuse an amendment that waits; the centre in charge of both the old and the new site."""
    async with conflicts_on_record(platform, plan_id, caller):
        return await service.decide_amendment(
            uow, plan_id, number, body, caller=caller, today=today, calendar=calendar
        )
