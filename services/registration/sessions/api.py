"""Routes of sessions: how full they are, and each candidate's notice."""

from fastapi import APIRouter

from common.deps import CallerDep, PlatformDep, SessionDep, requires
from common.ids import CandidateId, PlanId
from registration.sessions import service
from registration.sessions.schemas import NoticeOut, SeatingOut

router = APIRouter(prefix="/plans/{plan_id}", tags=["sessions"])


@router.get("/seating", dependencies=[requires("rosters:read")])
async def get_seating(plan_id: PlanId, session: SessionDep, caller: CallerDep) -> SeatingOut:
    """The sessions of a plan: rooms, seats, how many are taken, and how many candidates have none."""
    return await service.read_seating(session, plan_id, caller=caller)


@router.get("/candidates/{candidate_id}/notice", dependencies=[requires("rosters:read")])
async def get_notice(
    plan_id: PlanId,
    candidate_id: CandidateId,
    session: SessionDep,
    caller: CallerDep,
    platform: PlatformDep,
) -> NoticeOut:
    """A candidate's notice (准考证): admission number, room, seat, times; the newest version holds."""
    return await service.read_notice(session, plan_id, candidate_id, caller=caller, keyring=platform.keyring)
