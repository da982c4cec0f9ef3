"""Routes of late entries: a named account admits, everybody reads why."""

from fastapi import APIRouter

from common.deps import CallerDep, CreatingDep, PageDep, SessionDep, TodayDep, public, requires
from common.ids import PlanId
from common.schemas import Listing
from registration.deadlines import service
from registration.deadlines.schemas import LateEntryIn, LateEntryOut

router = APIRouter(tags=["late-entries"])


@router.post("/plans/{plan_id}/late-entries", status_code=201, dependencies=[requires("results:admit_late")])
async def post_late_entry(
    plan_id: PlanId, body: LateEntryIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> LateEntryOut:
    """Let a plan's results in after the time limit, until a day, by the centre in charge (Art. 17).

    The reason is published, the batch says that it was late, and recognition shows it as a gate.
    """
    return await service.admit_late(uow, plan_id, body, caller=caller, today=today)


@router.get("/late-entries", dependencies=[public()])
async def get_late_entries(session: SessionDep, page: PageDep) -> Listing[LateEntryOut]:
    """Every admission of late results with its reason, newest first."""
    return await service.list_late_entries(session, page)
