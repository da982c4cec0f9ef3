"""Routes of recommendations: the authority calls, county centres recommend, city centres pick."""

from fastapi import APIRouter, Response

from catalog.recommendations import service
from catalog.recommendations.schemas import CallIn, CallOut, PickIn, RecommendationIn, RecommendationOut
from common.deps import CallerDep, CreatingDep, SessionDep, TodayDep, created, public, requires
from common.fresh import tell
from common.ids import CallId, RecommendationId
from common.schemas import Listing

router = APIRouter(prefix="/recommendation-calls", tags=["recommendations"])
PLACE = "/catalog/v1/recommendation-calls"


@router.post(
    "", status_code=201, dependencies=[requires("consultations:answer"), created(f"{PLACE}/{{id}}/picks")]
)
async def post_call(body: CallIn, uow: CreatingDep, caller: CallerDep, today: TodayDep) -> CallOut:
    """Call for representative enterprises, with a quota for each county and each city."""
    return await service.open_call(uow, body, today=today, opened_by=caller.account_id)


@router.get("", dependencies=[public()])
async def get_calls(response: Response, session: SessionDep) -> Listing[CallOut]:
    """Calls, the newest first."""
    return tell(response, await service.list_calls(session))


@router.post(
    "/{call_id}/recommendations",
    status_code=201,
    dependencies=[requires("recommendations:make"), created(PLACE)],
)
async def post_recommendation(
    call_id: CallId, body: RecommendationIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> RecommendationOut:
    """Recommend an enterprise of your county."""
    return await service.recommend(uow, call_id, body, today=today, caller=caller)


@router.get("/{call_id}/recommendations", dependencies=[requires("recommendations:make")])
async def get_recommendations(
    call_id: CallId, session: SessionDep, caller: CallerDep
) -> Listing[RecommendationOut]:
    """Recommendations of the counties in your charge."""
    return await service.list_recommendations(session, call_id, caller=caller)


@router.post(
    "/{call_id}/recommendations/{recommendation_id}/withdrawal",
    status_code=201,
    dependencies=[requires("recommendations:make"), created(PLACE)],
)
async def post_withdrawal(
    call_id: CallId, recommendation_id: RecommendationId, uow: CreatingDep, caller: CallerDep
) -> RecommendationOut:
    """Take a recommendation back, until the city has picked."""
    return await service.withdraw(uow, call_id, recommendation_id, caller=caller)


@router.post(
    "/{call_id}/picks", status_code=201, dependencies=[requires("recommendations:make"), created(PLACE)]
)
async def post_pick(
    call_id: CallId, body: PickIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> Listing[RecommendationOut]:
    """Pick enterprises of your city, all at once."""
    return await service.pick(uow, call_id, body, today=today, caller=caller)


@router.get("/{call_id}/picks", dependencies=[public()])
async def get_picks(call_id: CallId, response: Response, session: SessionDep) -> Listing[RecommendationOut]:
    """Enterprises that were picked."""
    return tell(response, await service.list_recommendations(session, call_id, caller=None))
