"""Routes of the working-day calendar; anyone who plans an evaluation may ask (Art. 18)."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from catalog.calendar.domain import FIRST_DAY, LAST_DAY
from catalog.calendar.schemas import DayOut, DeadlineOut
from catalog.day import Day
from catalog.freshness import tell
from common.deps import CalendarDep, public

router = APIRouter(prefix="/calendar", tags=["calendar"])
HeldDay = Annotated[Day, Field(ge=FIRST_DAY, le=LAST_DAY)]


@router.get("/last-filing-day", dependencies=[public()])
async def get_last_filing_day(
    starts_on: Annotated[
        HeldDay, Query(description="first day of the evaluation, not counted", examples=["2025-10-25"])
    ],
    calendar: CalendarDep,
    response: Response,
) -> DeadlineOut:
    """The last day, until midnight, to file a plan whose evaluation starts on a day (Art. 18(1))."""
    return tell(response, DeadlineOut.of(calendar.last_filing_day(starts_on), calendar))


@router.get("/earliest-start", dependencies=[public()])
async def get_earliest_start(
    filed_on: Annotated[HeldDay, Query(description="day of filing", examples=["2025-09-29"])],
    calendar: CalendarDep,
    response: Response,
) -> DeadlineOut:
    """The first day on which an evaluation filed on a day may start; it may be a day off (Art. 18(1))."""
    return tell(response, DeadlineOut.of(calendar.earliest_start(filed_on), calendar))


@router.get("/days/{day}", dependencies=[public()])
async def get_day(
    day: Annotated[HeldDay, Path(examples=["2025-09-28"])], calendar: CalendarDep, response: Response
) -> DayOut:
    """Whether people work on a day, and why."""
    return tell(response, DayOut.of(day, calendar))
