"""Routes of items; anyone may read the list (Art. 20, 21)."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Response

from catalog.day import Day
from catalog.items import finding, service
from catalog.items.schemas import FoundOut, ItemCode, ItemOut, ItemsOut, LineageOut
from catalog.items.service import Listed, View
from catalog.items.sheet import as_csv, as_xlsx
from common.deps import PageDep, SessionDep, TodayDep, produces, public
from common.events.catalog import Track
from common.fresh import stamp, tell
from common.ids import EditionId
from common.schemas import Line, Listing
from common.tabular.reading import CSV, XLSX

router = APIRouter(prefix="/items", tags=["items"])
changes_router = APIRouter(tags=["items"])
AsOf = Annotated[
    Day | None,
    Query(
        description="the day asked for (an instant: its day in China); today when left out",
        examples=["2021-12-02"],
    ),
]


KnownAt = Annotated[
    datetime | None,
    Query(
        description="as if nothing had been recorded after this instant; what was decided then went by that list",
        examples=["2025-10-01T00:00:00+08:00"],
    ),
]


async def view(
    today: TodayDep,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    track: Annotated[Track | None, Query()] = None,
    q: Annotated[Line | None, Query(description="part of a name or code", examples=["焊工"])] = None,
) -> View:
    return View(day=as_of or today, known_at=known_at, track=track, text=q)


@router.get("", response_model=ItemsOut, dependencies=[public(), produces("application/json", CSV, XLSX)])
async def get_items(
    response: Response,
    session: SessionDep,
    page: PageDep,
    view: Annotated[View, Depends(view)],
    form: Annotated[
        Literal["json", "csv", "xlsx"] | None,
        Query(alias="format", description="csv, xlsx: the whole list as a sheet"),
    ] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> ItemsOut | Response:
    """The province's list as it stands on a day: national, skill level and special ability items (Art. 3)."""
    wanted = form or _preferred(accept)
    if wanted != "json":
        return _download(await service.whole_list(session, view), wanted, view.day)
    response.headers["Vary"] = "Accept"
    return tell(response, await service.list_items(session, page, view))


def _preferred(accept: str) -> Literal["json", "csv", "xlsx"]:
    """JSON, unless a sheet is asked for and JSON is not."""
    wanted = {entry.partition(";")[0].strip().lower() for entry in accept.split(",")}
    if wanted & {"application/json", "*/*"}:
        return "json"
    return "csv" if CSV in wanted else "xlsx" if XLSX in wanted else "json"


def _download(lines: list[Listed], form: Literal["csv", "xlsx"], day: date) -> Response:
    """The sheet, under a strong ETag: a workbook's is that of its rows, for the file itself says when it was made."""
    rows = as_csv(lines)
    sheet = rows if form == "csv" else as_xlsx(lines)
    media_type = f"{CSV}; charset=utf-8; header=present" if form == "csv" else XLSX
    response = Response(sheet, media_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="items-{day}.{form}"'
    response.headers["Vary"] = "Accept"
    stamp(response, form.encode() + rows)
    return response


@router.get("/find", dependencies=[public()])
async def get_found(
    response: Response,
    session: SessionDep,
    name: Annotated[Line, Query(description="as a certificate bears it", examples=["保育员"])],
    as_of: Annotated[
        Day | None, Query(description="the day on which it was called so; any day when left out")
    ] = None,
    known_at: KnownAt = None,
) -> Listing[FoundOut]:
    """The items that had a name, and what a certificate under it leads to today (Art. 2, 3)."""
    return tell(response, await finding.find_items(session, name, day=as_of, known_at=known_at))


@router.get("/{code}", dependencies=[public()])
async def get_item(
    code: ItemCode,
    response: Response,
    session: SessionDep,
    today: TodayDep,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> ItemOut:
    """One item as it stands on a day."""
    return tell(response, await service.read_item(session, code, day=as_of or today, known_at=known_at))


@router.get("/{code}/history", dependencies=[public()])
async def get_history(
    code: ItemCode, response: Response, session: SessionDep, known_at: KnownAt = None
) -> Listing[ItemOut]:
    """Every version of an item, oldest first: what it was called, its track, since when and why."""
    return tell(response, await service.read_history(session, code, known_at=known_at))


@router.get("/{code}/lineage", dependencies=[public()])
async def get_lineage(code: ItemCode, response: Response, session: SessionDep) -> LineageOut:
    """What an item comes from and goes on as: where a certificate of an item that is gone leads."""
    return tell(response, await service.read_lineage(session, code))


@changes_router.get(
    "/editions/{edition_id}/list",
    response_model=ItemsOut,
    dependencies=[public(), produces("application/json", CSV, XLSX)],
)
async def get_edition_list(
    edition_id: EditionId,
    response: Response,
    session: SessionDep,
    known_at: KnownAt = None,
    form: Annotated[
        Literal["json", "csv", "xlsx"] | None, Query(alias="format", description="else by Accept")
    ] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> ItemsOut | Response:
    """The whole list under an edition, on the day it took effect, in one piece: national items and the province's."""
    day, lines = await service.list_under(session, edition_id, known_at=known_at)
    wanted = form or _preferred(accept)
    if wanted != "json":
        return _download(lines, wanted, day)
    response.headers["Vary"] = "Accept"
    return tell(
        response, ItemsOut.told([ItemOut.of(line.span, standard=line.standard) for line in lines], None)
    )


@changes_router.get("/changes", dependencies=[public()])
async def get_changes(response: Response, session: SessionDep, page: PageDep) -> Listing[ItemOut]:
    """Every version of every item in the order of its recording: follow it by the cursor to keep a copy true."""
    return tell(response, await service.list_changes(session, page))
