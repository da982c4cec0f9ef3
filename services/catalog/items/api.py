"""Routes of items; anyone may read the list (Art. 20, 21)."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Response

from catalog.day import Day
from catalog.freshness import stamp, tell
from catalog.items import service
from catalog.items.domain import Span
from catalog.items.schemas import ItemCode, ItemOut
from catalog.items.sheet import MEDIA_TYPE, as_csv
from common.deps import PageDep, SessionDep, TodayDep, produces, public
from common.events.catalog import Track
from common.schemas import Line, Listing

router = APIRouter(prefix="/items", tags=["items"])
AsOf = Annotated[
    Day | None,
    Query(
        description="the day asked for (an instant: its day in China); today when left out",
        examples=["2021-12-02"],
    ),
]


@router.get(
    "", response_model=Listing[ItemOut], dependencies=[public(), produces("application/json", MEDIA_TYPE)]
)
async def get_items(
    response: Response,
    session: SessionDep,
    page: PageDep,
    today: TodayDep,
    as_of: AsOf = None,
    track: Annotated[Track | None, Query()] = None,
    q: Annotated[Line | None, Query(description="part of a name or code", examples=["焊工"])] = None,
    form: Annotated[
        Literal["json", "csv"] | None, Query(alias="format", description="csv: the whole list as a sheet")
    ] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Listing[ItemOut] | Response:
    """The province's list as it stands on a day: national, skill level and special ability items (Art. 3)."""
    day = as_of or today
    if form == "csv" or (form is None and _prefers_csv(accept)):
        return _download(await service.whole_list(session, day=day, track=track, text=q), day)
    response.headers["Vary"] = "Accept"
    return tell(response, await service.list_items(session, page, day=day, track=track, text=q))


def _prefers_csv(accept: str) -> bool:
    """Whether CSV is asked for and JSON is not."""
    wanted = {entry.partition(";")[0].strip().lower() for entry in accept.split(",")}
    return MEDIA_TYPE in wanted and not wanted & {"application/json", "*/*"}


def _download(spans: list[Span], day: date) -> Response:
    sheet = as_csv(spans)
    response = Response(sheet, media_type=f"{MEDIA_TYPE}; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="items-{day}.csv"'
    response.headers["Vary"] = "Accept"
    stamp(response, sheet)
    return response


@router.get("/{code}", dependencies=[public()])
async def get_item(
    code: ItemCode, response: Response, session: SessionDep, today: TodayDep, as_of: AsOf = None
) -> ItemOut:
    """One item as it stands on a day."""
    return tell(response, await service.read_item(session, code, day=as_of or today))


@router.get("/{code}/history", dependencies=[public()])
async def get_history(code: ItemCode, response: Response, session: SessionDep) -> Listing[ItemOut]:
    """Every version of an item, oldest first: what it was called, its track, since when and why."""
    return tell(response, await service.read_history(session, code))
