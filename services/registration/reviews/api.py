"""Routes of reviews: parse, authorise, call one use case, answer."""

from typing import cast

from fastapi import APIRouter

from common.deps import (
    CalendarDep,
    CallerDep,
    CreatingDep,
    PageDep,
    PlatformDep,
    SessionDep,
    TodayDep,
    requires,
)
from common.ids import CandidateId, PlanId
from common.schemas import Listing
from registration.reviews import service
from registration.reviews.schemas import (
    ActOut,
    AnswerIn,
    AppealDecisionIn,
    AppealIn,
    CandidateDetail,
    QueuedPlan,
    ReviewIn,
    ReviewOut,
)
from registration.settings import RegistrationSettings

router = APIRouter(tags=["reviews"])


@router.get("/review-queue", dependencies=[requires("rosters:review")])
async def get_queue(session: SessionDep, page: PageDep, caller: CallerDep) -> Listing[QueuedPlan]:
    """Plans of the caller's region whose candidates wait for a review or an appeal, the nearest first day first."""
    return await service.queue(session, page, caller=caller)


@router.post("/plans/{plan_id}/review", status_code=201, dependencies=[requires("rosters:review")])
async def post_review(
    plan_id: PlanId, body: ReviewIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> ReviewOut:
    """Review candidates of a social or school plan (报名资格审核), by the centre in charge (Art. 18(2))."""
    return await service.review_candidates(uow, plan_id, body, caller=caller, today=today)


@router.get("/plans/{plan_id}/candidates/{candidate_id}", dependencies=[requires("rosters:read")])
async def get_candidate(
    plan_id: PlanId,
    candidate_id: CandidateId,
    session: SessionDep,
    caller: CallerDep,
    platform: PlatformDep,
) -> CandidateDetail:
    """A candidate, masked, with what the rules say to each clause and everything that was done."""
    return await service.read_candidate(
        session, plan_id, candidate_id, caller=caller, keyring=platform.keyring
    )


@router.post(
    "/plans/{plan_id}/candidates/{candidate_id}/answer",
    status_code=201,
    dependencies=[requires("rosters:submit")],
)
async def post_answer(
    plan_id: PlanId, candidate_id: CandidateId, body: AnswerIn, uow: CreatingDep, caller: CallerDep
) -> ReviewOut:
    """Hand in the evidence that the centre asked for; the candidate waits for the review again."""
    return await service.answer_question(uow, plan_id, candidate_id, body, caller=caller)


@router.post(
    "/plans/{plan_id}/candidates/{candidate_id}/appeal",
    status_code=201,
    dependencies=[requires("rosters:submit")],
)
async def post_appeal(
    plan_id: PlanId,
    candidate_id: CandidateId,
    body: AppealIn,
    uow: CreatingDep,
    caller: CallerDep,
    today: TodayDep,
    calendar: CalendarDep,
    platform: PlatformDep,
) -> ActOut:
    """Appeal against a refusal, once, within the working days that the province sets and before the first day."""
    return await service.appeal(
        uow,
        plan_id,
        candidate_id,
        body,
        caller=caller,
        today=today,
        calendar=calendar,
        workdays=cast(RegistrationSettings, platform.settings).appeal_workdays,
    )


@router.post(
    "/plans/{plan_id}/candidates/{candidate_id}/appeal/decision",
    status_code=201,
    dependencies=[requires("appeals:decide")],
)
async def post_appeal_decision(
    plan_id: PlanId, candidate_id: CandidateId, body: AppealDecisionIn, uow: CreatingDep, caller: CallerDep
) -> ActOut:
    """Say whether a refusal stands; another person than the one who refused."""
    return await service.decide_appeal(uow, plan_id, candidate_id, body, caller=caller)
