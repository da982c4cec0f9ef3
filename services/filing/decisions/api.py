"""Routes of decisions: the queue, the decision on a plan, acceptance by rule."""

from typing import Annotated

from fastapi import APIRouter, Header

from common.deps import (
    CalendarDep,
    CallerDep,
    CreatingDep,
    PageDep,
    PlatformDep,
    SessionDep,
    TodayDep,
    created,
    requires,
)
from common.ids import OrganisationId, PlanId
from common.preconditions import if_match
from common.schemas import Listing
from filing.decisions import rule, service
from filing.decisions.schemas import (
    AutomaticAcceptanceIn,
    AutomaticAcceptanceOut,
    PlanDecisionIn,
    QueuedPlan,
)
from filing.people.interest import conflicts_on_record
from filing.plans.schemas import PlanOut

router = APIRouter(tags=["decisions"])


@router.get("/plans/queue", dependencies=[requires("plans:decide")])
async def get_queue(
    session: SessionDep, page: PageDep, caller: CallerDep, today: TodayDep, calendar: CalendarDep
) -> Listing[QueuedPlan]:
    """Plans of the caller's region that wait for their decision, the longest waiting first (Art. 18(1))."""
    return await service.queue(session, page, caller=caller, today=today, calendar=calendar)


@router.post(
    "/plans/{plan_id}/decision",
    status_code=201,
    dependencies=[requires("plans:decide"), created("/filing/v1/plans/{plan_id}")],
)
async def post_decision(
    plan_id: PlanId,
    body: PlanDecisionIn,
    uow: CreatingDep,
    caller: CallerDep,
    today: TodayDep,
    calendar: CalendarDep,
    platform: PlatformDep,
    held: Annotated[
        str | None,
        Header(
            alias="If-Match", description="the ETag of the plan decided on: nobody decides unseen changes"
        ),
    ] = None,
) -> PlanOut:
    """Accept a filed plan, return it with reasons per field, or reject it; by the centre in charge (Art. 18(1))."""
    async with conflicts_on_record(platform, plan_id, caller):
        return await service.decide_plan(
            uow,
            plan_id,
            body,
            caller=caller,
            held=if_match(held) if held is not None else None,
            today=today,
            calendar=calendar,
        )


@router.post(
    "/organisations/{organisation_id}/automatic-acceptance",
    status_code=201,
    dependencies=[requires("organisations:decide"), created("/filing/v1/organisations/{organisation_id}")],
)
async def post_automatic_acceptance(
    organisation_id: OrganisationId,
    body: AutomaticAcceptanceIn,
    uow: CreatingDep,
    caller: CallerDep,
    today: TodayDep,
) -> AutomaticAcceptanceOut:
    """Let plans of an organisation in good standing that pass every check be accepted by rule, or stop it (Art. 21)."""
    return await rule.set_rule(uow, organisation_id, body, caller=caller, today=today)
