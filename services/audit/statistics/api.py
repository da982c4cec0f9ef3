"""Routes of statistics: published figures for anyone (Art. 19, 20), figures as they stand for staff."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import HTMLResponse, StreamingResponse

from audit.statistics import chart, exports, feed, page, service, sheet
from audit.statistics.dimensions import Dimension
from audit.statistics.memory import Memory
from audit.statistics.question import Question, read_question
from audit.statistics.schemas import ExportOut, PublicationIn, PublicationOut, StatisticsOut
from audit.statistics.service import Asked
from common.auth import Caller
from common.deps import (
    CallerDep,
    CreatingDep,
    NowDep,
    PlatformDep,
    SessionDep,
    TodayDep,
    created,
    produces,
    public,
    requires,
)
from common.errors import Bilingual, FieldError, Violations
from common.fresh import tell
from common.ids import ExportId
from common.schemas import Line, Listing
from common.tabular.reading import CSV, XLSX
from common.tabular.sheets import csv_sheet, xlsx_sheet

router = APIRouter(prefix="/statistics", tags=["statistics"])
memory = Memory()
Values = Annotated[str | None, Query(max_length=60_000, description="codes, with commas")]
Form = Literal["json", "csv", "xlsx"]


async def question(
    today: TodayDep,
    measure: Annotated[
        list[str] | None, Query(description="what is counted; certificates when left out", max_length=100)
    ] = None,
    by: Annotated[list[str] | None, Query(description="at most four dimensions", max_length=100)] = None,
    first: Annotated[str | None, Query(alias="from", description="first month", examples=["2026-01"])] = None,
    last: Annotated[str | None, Query(alias="to", description="last month", examples=["2026-03"])] = None,
    month: Values = None,
    region: Values = None,
    city: Values = None,
    town: Values = None,
    level: Values = None,
    major_class: Annotated[str | None, Query(alias="class", description="codes, with commas")] = None,
    item: Values = None,
    track: Values = None,
    mode: Values = None,
    organisation_kind: Values = None,
    organisation: Values = None,
    sex: Values = None,
    age: Values = None,
) -> Question:
    given: dict[Dimension, str | None] = {
        "month": month,
        "region": region,
        "city": city,
        "town": town,
        "level": level,
        "class": major_class,
        "item": item,
        "track": track,
        "mode": mode,
        "organisation_kind": organisation_kind,
        "organisation": organisation,
        "sex": sex,
        "age": age,
    }
    where = {dimension: text for dimension, text in given.items() if text is not None}
    return read_question(measure=measure or [], by=by or [], first=first, last=last, where=where, today=today)


QuestionDep = Annotated[Question, Depends(question)]
Compare = Annotated[Literal["yoy"] | None, Query(description="yoy: the same months a year before, beside")]
Lineage = Annotated[bool, Query(description="occupations that were renamed or merged, as what they go on as")]
Order = Annotated[
    str | None, Query(pattern=r"^-?[a-z_]{1,30}$", description="a measure; `-` descends; ties by code")
]
Limit = Annotated[int | None, Query(ge=1, le=10_000, description="the first so many lines")]
FormDep = Annotated[Form, Query(alias="format")]


@router.get(
    "", dependencies=[public(), produces("application/json", CSV, XLSX)], response_model=StatisticsOut
)
async def get_statistics(
    response: Response,
    session: SessionDep,
    platform: PlatformDep,
    asked: QuestionDep,
    compare: Compare = None,
    lineage: Lineage = False,
    order: Order = None,
    limit: Limit = None,
    form: FormDep = "json",
) -> StatisticsOut | Response:
    """Published figures. Lines with fewer than five people are hidden, and others with them where it takes that."""
    whole = Asked(
        asked, year_on_year=compare is not None, lineage=lineage, order=_order(asked, order), limit=limit
    )
    found = await memory.answer(whole, lambda: service.answer_question(session, whole, platform=platform))
    if form != "json":
        return _download(found, form)
    return tell(response, found)


@router.get(
    "/live",
    dependencies=[requires("statistics:read"), produces("application/json", CSV, XLSX)],
    response_model=StatisticsOut,
)
async def get_live(
    session: SessionDep,
    platform: PlatformDep,
    caller: CallerDep,
    asked: QuestionDep,
    compare: Compare = None,
    lineage: Lineage = False,
    order: Order = None,
    limit: Limit = None,
    form: FormDep = "json",
) -> StatisticsOut | Response:
    """Figures as they stand now, of the caller's region; changed ones of published months are marked as revised."""
    whole = Asked(
        asked,
        within=_within(asked, caller),
        for_public=False,
        year_on_year=compare is not None,
        lineage=lineage,
        order=_order(asked, order),
        limit=limit,
    )
    found = await service.answer_question(session, whole, platform=platform)
    return found if form == "json" else _download(found, form)


@router.get("/chart.svg", dependencies=[public(), produces("image/svg+xml")], response_class=Response)
async def get_chart(
    session: SessionDep,
    platform: PlatformDep,
    asked: QuestionDep,
    title: Annotated[Line, Query(max_length=100)] = "统计图",
) -> Response:
    """The first measure of published figures as bars, by the dimensions asked for."""
    whole = Asked(asked)
    found = await memory.answer(whole, lambda: service.answer_question(session, whole, platform=platform))
    bars = [
        (" ".join(sheet.line(row, found.names)[: len(found.by)]), _number(row.values[found.measures[0]]))
        for row in found.rows
    ]
    return Response(chart.bar_chart(title, bars), media_type="image/svg+xml")


@router.get("/page", dependencies=[public(), produces("text/html")], response_class=HTMLResponse)
async def get_page(session: SessionDep, platform: PlatformDep, today: TodayDep) -> HTMLResponse:
    """Published figures as pictures and tables, for readers."""
    answers = [
        await memory.answer(asked, partial(service.answer_question, session, asked, platform=platform))
        for asked in map(Asked, page.questions(today))
    ]
    return HTMLResponse(page.statistics_page(answers), headers=page.HEADERS)


@router.get("/changes", dependencies=[public()])
async def get_changes(
    response: Response,
    session: SessionDep,
    after: Annotated[int, Query(ge=0, le=2**53 - 1, description="position of the last one seen")] = 0,
) -> Listing[PublicationOut]:
    """Publications after a position, in order: what to fetch anew. 304 while there is none."""
    return tell(response, await feed.publications_after(session, after))


@router.post(
    "/publications",
    status_code=201,
    dependencies=[requires("statistics:publish"), created("/audit/v1/statistics/changes?after={position}")],
)
async def post_publication(
    body: PublicationIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> PublicationOut:
    """Publish a month as its figures are now; they stay so. A month that has changed is published once more."""
    return await service.publish_month(uow, body, caller=caller, today=today)


@router.post(
    "/exports",
    status_code=202,
    dependencies=[requires("statistics:read"), created("/audit/v1/statistics/exports/{id}")],
)
async def post_export(
    uow: CreatingDep, caller: CallerDep, asked: QuestionDep, form: FormDep = "csv"
) -> ExportOut:
    """A table of any size as a CSV file, made in the background and kept for a day."""
    if form != "csv":
        raise Violations([_XLSX_IS_SMALL])
    return await exports.ask_for_file(uow, asked, within=_within(asked, caller), caller=caller)


@router.get("/exports/{export_id}", dependencies=[requires("statistics:read")])
async def get_export(export_id: ExportId, session: SessionDep, caller: CallerDep, now: NowDep) -> ExportOut:
    """How far the file is."""
    return await exports.read_export(session, export_id, caller=caller, now=now)


@router.get(
    "/exports/{export_id}/file",
    dependencies=[requires("statistics:read"), produces(CSV)],
    response_class=StreamingResponse,
)
async def get_file(
    export_id: ExportId, session: SessionDep, caller: CallerDep, now: NowDep, platform: PlatformDep
) -> StreamingResponse:
    """The file."""
    numbers = await exports.file_parts(session, export_id, caller=caller, now=now)
    headers = {"Content-Disposition": 'attachment; filename="statistics.csv"'}
    parts = exports.read_parts(platform, export_id, numbers)
    return StreamingResponse(parts, media_type=f"{CSV}; charset=utf-8", headers=headers)


def _within(asked: Question, caller: Caller) -> Sequence[str] | None:
    named = {name: ",".join(sorted(values)) for name, values in asked.where.items()}
    return service.regions_of(caller, named)


def _order(asked: Question, order: str | None) -> str | None:
    """Raises Violations for a measure that was not asked for."""
    if order is not None and order.removeprefix("-") not in asked.measures:
        raise Violations([_ORDER_UNKNOWN])
    return order


def _download(found: StatisticsOut, form: Form) -> Response:
    """A sheet of the answer. Raises Violations for more lines than a workbook is made of at once."""
    headings = sheet.headings(found.by, found.measures)
    if form == "csv":
        content, media_type = csv_sheet(headings, sheet.rows(found)), f"{CSV}; charset=utf-8"
    else:
        if len(found.rows) > sheet.MOST_XLSX_ROWS:
            raise Violations([_XLSX_IS_SMALL])
        content, media_type = xlsx_sheet("统计", headings, sheet.rows(found)), XLSX
    disposition = {"Content-Disposition": f'attachment; filename="statistics.{form}"'}
    return Response(content, media_type=media_type, headers=disposition)


def _number(value: int | str | None) -> float | None:
    return None if value is None else float(value)


_XLSX_IS_SMALL = FieldError(
    pointer="/format",
    code="too-many-rows-for-xlsx",
    detail=Bilingual("行数超过工作簿导出的上限。", "There are more rows than a workbook is made of."),
    remedy=Bilingual(
        "请改用 CSV（POST /statistics/exports）。", "Ask for CSV instead (POST /statistics/exports)."
    ),
)
_ORDER_UNKNOWN = FieldError(
    pointer="/order",
    code="not-offered",
    detail=Bilingual("只能按所查指标排序。", "Lines are ordered by a measure that is asked for."),
    remedy=Bilingual("请把该指标加入 measure。", "Name it in `measure` too."),
)
