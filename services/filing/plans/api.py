"""Routes of plans: parse, authorise, call one use case, answer."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from common.deps import (
    CalendarDep,
    CallerDep,
    CreatingDep,
    IfMatchDep,
    PageDep,
    PlatformDep,
    SessionDep,
    TodayDep,
    UowDep,
    created,
    requires,
)
from common.ids import PlanId
from common.preconditions import etag
from common.problems import language_of
from common.schemas import Listing
from filing.plans import service, showing
from filing.plans.lifecycle import State
from filing.plans.schemas import DirectPlanIn, PlanCheck, PlanDetail, PlanIn, PlanOut, PlanSummary

router = APIRouter(prefix="/plans", tags=["plans"])
direct_router = APIRouter(tags=["plans"])


@router.post(
    "",
    status_code=201,
    response_model=PlanOut,
    responses={200: {"model": PlanCheck, "description": "`dry_run`: what filing it today would bring"}},
    dependencies=[requires("plans:file"), created("/filing/v1/plans/{id}")],
)
async def post_plan(
    request: Request,
    response: Response,
    body: PlanIn,
    uow: CreatingDep,
    caller: CallerDep,
    today: TodayDep,
    calendar: CalendarDep,
    platform: PlatformDep,
    dry_run: Annotated[bool, Query(description="check only: nothing is kept, problems are listed")] = False,
) -> PlanOut | Response:
    """File an evaluation plan, 15 working days before it starts (Art. 18(1)). A refusal names every problem at once."""
    if dry_run:
        async with uow:
            found = await service.assess(uow.session, body, caller=caller, today=today, calendar=calendar)
        language = language_of(request.headers.get("accept-language"))
        check = PlanCheck.of(found, language=language)
        return Response(check.model_dump_json(), 200, media_type="application/json")
    filed = await service.file_plan(
        uow, body, caller=caller, today=today, calendar=calendar, keyring=platform.keyring
    )
    response.headers["ETag"] = etag(1)
    return filed


@direct_router.post(
    "/direct-plans",
    status_code=201,
    dependencies=[requires("plans:file_direct"), created("/filing/v1/plans/{id}")],
)
async def post_direct_plan(
    response: Response,
    body: DirectPlanIn,
    uow: CreatingDep,
    caller: CallerDep,
    today: TodayDep,
    calendar: CalendarDep,
    platform: PlatformDep,
) -> PlanOut:
    """File a plan of the direct channel (Art. 14): seniority is waived, another person decides, both are on record."""
    filed = await service.file_direct_plan(
        uow, body, caller=caller, today=today, calendar=calendar, keyring=platform.keyring
    )
    response.headers["ETag"] = etag(1)
    return filed


@router.get("", dependencies=[requires("plans:read")])
async def get_plans(
    session: SessionDep,
    page: PageDep,
    caller: CallerDep,
    state: Annotated[State | None, Query(description="only plans in this state")] = None,
) -> Listing[PlanSummary]:
    """Plans of the caller's organisation, or of the caller's region, newest first."""
    return await showing.list_plans(session, page, caller=caller, state=state)


@router.get("/{plan_id}", dependencies=[requires("plans:read")])
async def get_plan(
    plan_id: PlanId,
    response: Response,
    session: SessionDep,
    caller: CallerDep,
    platform: PlatformDep,
    today: TodayDep,
) -> PlanDetail:
    """A plan; its ETag is what `If-Match` asks for."""
    plan, version = await showing.read_plan(
        session, plan_id, caller=caller, keyring=platform.keyring, today=today
    )
    response.headers["ETag"] = etag(version)
    return plan


@router.put(
    "/{plan_id}",
    dependencies=[requires("plans:file")],
    responses={409: {"description": "state-conflict, duplicate"}},
)
async def put_plan(
    plan_id: PlanId,
    response: Response,
    body: PlanIn,
    held: IfMatchDep,
    uow: UowDep,
    caller: CallerDep,
    today: TodayDep,
    calendar: CalendarDep,
    platform: PlatformDep,
) -> PlanOut:
    """File a returned plan again, mended. It keeps its day of filing unless the change needs 15 new working days."""
    plan, version = await service.mend_plan(
        uow,
        plan_id,
        body,
        caller=caller,
        held=held,
        today=today,
        calendar=calendar,
        keyring=platform.keyring,
    )
    response.headers["ETag"] = etag(version)
    return plan
