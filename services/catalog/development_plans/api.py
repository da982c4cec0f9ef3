"""Routes of yearly plans: the authority publishes them, anyone reads them (Art. 5, 20)."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from catalog.development_plans import service
from catalog.development_plans.schemas import PlanIn, PlanOut, PlanSummary
from common.deps import CallerDep, CreatingDep, SessionDep, TodayDep, created, public, requires
from common.fresh import tell
from common.schemas import Listing

router = APIRouter(prefix="/development-plans", tags=["standards"])


@router.post(
    "",
    status_code=201,
    dependencies=[requires("catalog:draft"), created("/catalog/v1/development-plans/{year}")],
)
async def post_plan(body: PlanIn, uow: CreatingDep, caller: CallerDep, today: TodayDep) -> PlanOut:
    """Publish the plan of a year: provincial standards to be developed and revised (Art. 5)."""
    return await service.publish_plan(uow, body, published_by=caller.account_id, today=today)


@router.get("", dependencies=[public()])
async def get_plans(response: Response, session: SessionDep) -> Listing[PlanSummary]:
    """Years whose plan is published, the latest first."""
    return tell(response, await service.list_plans(session))


@router.get("/{year}", dependencies=[public()])
async def get_plan(
    year: Annotated[int, Path(ge=2000, le=2099, examples=[2027])], response: Response, session: SessionDep
) -> PlanOut:
    """A year's plan: its entries as they stand today, and every change since it was published."""
    return tell(response, await service.read_plan(session, year))
