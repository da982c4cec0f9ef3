"""Routes of the working-day calendar; anyone who plans an evaluation may ask (Art. 18)."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from catalog.calendar import service
from catalog.calendar.domain import FIRST_DAY, LAST_DAY, LONGEST_COUNT
from catalog.calendar.schemas import (
    CountOut,
    DayOut,
    DeadlineOut,
    HeldDay,
    NoticeOut,
    WorkdayOut,
    YearIn,
    YearOut,
    about,
)
from catalog.calendar.sheet import COLUMNS, Heading, in_sheet, year_of
from common.deps import (
    CalendarDep,
    CallerDep,
    CreatingDep,
    PlatformDep,
    SessionDep,
    TodayDep,
    created,
    produces,
    public,
    requires,
    upload,
)
from common.errors import Violations
from common.fresh import tell
from common.jobs.routes import media_type_of
from common.schemas import Line, Listing
from common.tabular.faults import LARGEST_FILE
from common.tabular.reading import MEDIA_TYPES, XLSX
from common.tabular.writing import template

router = APIRouter(prefix="/calendar", tags=["calendar"])


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


@router.get("/workdays", dependencies=[public()])
async def get_workday(
    day: Annotated[HeldDay, Query(description="not counted itself", examples=["2025-09-26"])],
    add: Annotated[
        int, Query(ge=-LONGEST_COUNT, le=LONGEST_COUNT, description="below 0: before that day", examples=[15])
    ],
    calendar: CalendarDep,
    response: Response,
) -> WorkdayOut:
    """The working day that is so many after (or before) a day."""
    walk = calendar.workdays_ahead if add >= 0 else calendar.workdays_back
    found = walk(day, abs(add))
    return tell(response, WorkdayOut(day=found.day, **about(calendar, provisional=found.provisional)))


@router.get("/workdays/count", dependencies=[public()])
async def get_count(
    after: Annotated[HeldDay, Query(description="not counted", examples=["2025-09-26"])],
    until: Annotated[HeldDay, Query(description="counted, if it is a working day", examples=["2025-10-25"])],
    calendar: CalendarDep,
    response: Response,
) -> CountOut:
    """How many working days lie between two days."""
    provisional = not calendar.announced.issuperset(range(after.year, until.year + 1))
    workdays = calendar.workdays_between(after, until)
    return tell(response, CountOut(workdays=workdays, **about(calendar, provisional=provisional)))


@router.post(
    "/years",
    status_code=201,
    responses={200: {"model": YearOut, "description": "on record already, or `dry_run`: nothing changed"}},
    dependencies=[requires("catalog:publish"), created("/catalog/v1/calendar/years")],
)
async def post_year(
    body: YearIn,
    response: Response,
    uow: CreatingDep,
    caller: CallerDep,
    platform: PlatformDep,
    today: TodayDep,
    dry_run: Annotated[bool, Query(description="tell which days turn, and keep nothing")] = False,
) -> YearOut:
    """Load a year of the State Council's calendar: provisional deadlines are decided anew everywhere (Art. 18)."""
    answer, is_new = await service.load_year(
        uow, body, calendars=platform.calendars, today=today, loaded_by=caller.account_id, dry_run=dry_run
    )
    if not is_new:
        response.status_code = 200
    return answer


@router.post(
    "/years/import",
    status_code=201,
    responses={200: {"model": YearOut, "description": "on record already, or `dry_run`: nothing changed"}},
    dependencies=[
        requires("catalog:publish"),
        upload(*MEDIA_TYPES, limit=LARGEST_FILE),
        created("/catalog/v1/calendar/years"),
    ],
)
async def post_year_sheet(
    request: Request,
    response: Response,
    uow: CreatingDep,
    caller: CallerDep,
    platform: PlatformDep,
    today: TodayDep,
    year: Annotated[int, Query(ge=FIRST_DAY.year, le=LAST_DAY.year, examples=[2027])],
    notice: Annotated[Line, Query(examples=["国务院办公厅关于2027年部分节假日安排的通知"])],
    document_number: Annotated[Line, Query(examples=["国办发明电〔2026〕7号"])],
    published_on: Annotated[HeldDay, Query(examples=["2026-11-04"])],
    dry_run: Annotated[bool, Query(description="tell which days turn, and keep nothing")] = False,
) -> YearOut:
    """Load a year from a sheet (CSV, XLSX, JSON) with a row for each day that the notice names (Art. 18)."""
    content = b"".join([part async for part in request.stream()])
    heading = Heading(year, notice, document_number, published_on)
    sheet = await asyncio.to_thread(year_of, content, media_type_of(request), heading)
    try:
        answer, is_new = await service.load_year(
            uow,
            sheet.year,
            calendars=platform.calendars,
            today=today,
            loaded_by=caller.account_id,
            dry_run=dry_run,
        )
    except Violations as refusal:
        raise Violations(in_sheet(refusal.errors, sheet.numbers)) from refusal
    if not is_new:
        response.status_code = 200
    return answer


@router.get("/years/import/template", dependencies=[public(), produces(XLSX)])
async def get_sheet_template() -> Response:
    """The form of `POST /calendar/years/import` to fill in."""
    headers = {"Content-Disposition": 'attachment; filename="calendar.xlsx"'}
    return Response(template(COLUMNS, name="工作日 Calendar"), media_type=XLSX, headers=headers)


@router.get("/years", dependencies=[public()])
async def get_years(response: Response, session: SessionDep) -> Listing[NoticeOut]:
    """Years that were loaded since the calendar packaged with the platform, the newest first."""
    return tell(response, await service.list_notices(session))
