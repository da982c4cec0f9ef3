"""The route that moves the clock; the one that tells it is the frame's (`common.clock_route`)."""

from fastapi import APIRouter

from catalog.clock import service
from catalog.clock.schemas import MoveIn
from common.clock_route import ClockOut
from common.deps import CallerDep, CreatingDep, PlatformDep, created, requires

router = APIRouter(prefix="/clock", tags=["clock"])


@router.post("", status_code=201, dependencies=[requires("clock:move"), created("/catalog/v1/clock")])
async def post_clock(body: MoveIn, uow: CreatingDep, platform: PlatformDep, caller: CallerDep) -> ClockOut:
    """Sandbox only: move the clock of all services forward. The others follow within a moment."""
    return await service.move_clock(uow, body.move(), clock=platform.clock, moved_by=caller.account_id)
