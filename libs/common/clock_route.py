"""`GET /{service}/v1/clock`: what the platform's clock says on this service."""

from datetime import date, datetime

from fastapi import APIRouter
from pydantic import Field

from common.deps import PlatformDep, public
from common.schemas import Output

router = APIRouter(prefix="/clock", tags=["clock"])


class ClockOut(Output):
    """Platform time; in a sandbox it may stand ahead of real time."""

    now: datetime
    today: date
    offset_seconds: int = Field(examples=[0])
    sandbox: bool


@router.get("", dependencies=[public()])
async def get_clock(platform: PlatformDep) -> ClockOut:
    """Tell the platform's instant and its day in China."""
    clock = platform.clock
    return ClockOut(
        now=clock.now(),
        today=clock.today(),
        offset_seconds=clock.offset_seconds,
        sandbox=clock.movable,
    )
