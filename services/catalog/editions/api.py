"""Routes of editions: publishing is the authority's, reading is anyone's."""

import asyncio
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from catalog.day import Day
from catalog.editions import correcting, reading, service
from catalog.editions.reference import YEARS, reference_edition
from catalog.editions.schemas import (
    FIRST_DAY,
    LAST_DAY,
    AdjustmentIn,
    CorrectionIn,
    CorrectionOut,
    DiffOut,
    EditionIn,
    EditionOut,
    EditionSummary,
    PublicationOut,
)
from catalog.editions.sheet import COLUMNS, Heading, edition_of
from common.deps import (
    CallerDep,
    CreatingDep,
    PageDep,
    SessionDep,
    created,
    produces,
    public,
    requires,
    upload,
)
from common.fresh import DAY_SECONDS, tell
from common.ids import EditionId
from common.jobs.routes import media_type_of
from common.schemas import Line, Listing
from common.tabular.faults import LARGEST_FILE
from common.tabular.reading import MEDIA_TYPES, XLSX
from common.tabular.writing import template

router = APIRouter(tags=["editions"])
UNCHANGED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"model": PublicationOut, "description": "published before, or `dry_run`: nothing changed"}
}


async def wished(
    dry_run: Annotated[bool, Query(description="tell what it would change, and keep nothing")] = False,
    token: Annotated[
        str | None,
        Query(pattern="^[0-9a-f]{32}$", description="of a dry run: publish what it showed, or nothing"),
    ] = None,
    confirm_dropped: Annotated[
        int | None, Query(ge=0, le=1_000_000, description="for a list without items: how many it drops")
    ] = None,
) -> service.Wish:
    return service.Wish(dry_run=dry_run, token=token, confirm_dropped=confirm_dropped)


WishDep = Annotated[service.Wish, Depends(wished)]


def _answer(published: service.Publication, response: Response) -> PublicationOut:
    if not published.is_new:
        response.status_code = 200
    return published.answer


@router.post(
    "/editions",
    status_code=201,
    responses=UNCHANGED,
    dependencies=[requires("catalog:publish"), created("/catalog/v1/editions/{edition[id]}")],
)
async def post_edition(
    body: EditionIn,
    response: Response,
    uow: CreatingDep,
    caller: CallerDep,
    wish: WishDep,
) -> PublicationOut:
    """Publish an edition of the national list; what it dropped becomes skill level items by itself (Art. 3)."""
    published = await service.publish_edition(uow, body, published_by=caller.account_id, wish=wish)
    return _answer(published, response)


@router.post(
    "/adjustments",
    status_code=201,
    responses=UNCHANGED,
    dependencies=[requires("catalog:publish"), created("/catalog/v1/editions/{edition[id]}")],
)
async def post_adjustment(
    body: AdjustmentIn, response: Response, uow: CreatingDep, caller: CallerDep, wish: WishDep
) -> PublicationOut:
    """Publish an edition of the province's own part: items added, changed, merged, split, withdrawn (Art. 3)."""
    published = await service.publish_adjustment(uow, body, published_by=caller.account_id, wish=wish)
    return _answer(published, response)


@router.post(
    "/editions/import",
    status_code=201,
    responses=UNCHANGED,
    dependencies=[
        requires("catalog:publish"),
        upload(*MEDIA_TYPES, limit=LARGEST_FILE),
        created("/catalog/v1/editions/{edition[id]}"),
    ],
)
async def post_sheet(
    request: Request,
    response: Response,
    uow: CreatingDep,
    caller: CallerDep,
    wish: WishDep,
    name: Annotated[Line, Query(examples=["江苏省职业技能等级目录(2026年调整)"])],
    kind: Annotated[Literal["national", "provincial"], Query()],
    published_on: Annotated[Day, Field(ge=FIRST_DAY, le=LAST_DAY), Query(examples=["2026-11-20"])],
    effective_on: Annotated[Day, Field(ge=FIRST_DAY, le=LAST_DAY), Query(examples=["2027-01-01"])],
) -> PublicationOut:
    """Publish an edition from a sheet (CSV, XLSX, JSON) of eight columns; `dry_run` shows the difference first."""
    content = b"".join([part async for part in request.stream()])
    heading = Heading(name=name, kind=kind, published_on=published_on, effective_on=effective_on)
    edition = await asyncio.to_thread(edition_of, content, media_type_of(request), heading)
    if isinstance(edition, AdjustmentIn):
        published = await service.publish_adjustment(uow, edition, published_by=caller.account_id, wish=wish)
    else:
        published = await service.publish_edition(uow, edition, published_by=caller.account_id, wish=wish)
    return _answer(published, response)


@router.get("/editions/import/template", dependencies=[public(), produces(XLSX)])
async def get_sheet_template() -> Response:
    """The form of `POST /editions/import` to fill in."""
    headers = {"Content-Disposition": 'attachment; filename="edition.xlsx"'}
    return Response(template(COLUMNS, name="目录 Edition"), media_type=XLSX, headers=headers)


@router.post(
    "/editions/{edition_id}/corrections",
    status_code=201,
    responses={200: {"model": CorrectionOut, "description": "the list said so already: nothing changed"}},
    dependencies=[requires("catalog:publish"), created("/catalog/v1/editions/{edition_id}/corrections")],
)
async def post_correction(
    edition_id: EditionId, body: CorrectionIn, response: Response, uow: CreatingDep, caller: CallerDep
) -> CorrectionOut:
    """Correct what an edition said of an item. What was decided before stays decided by what was known then."""
    answer, is_new = await correcting.correct_edition(uow, edition_id, body, corrected_by=caller.account_id)
    if not is_new:
        response.status_code = 200
    return answer


@router.get("/editions/{edition_id}/corrections", dependencies=[public()])
async def get_corrections(
    edition_id: EditionId, response: Response, session: SessionDep
) -> Listing[CorrectionOut]:
    """Corrections of an edition, in the order of their recording."""
    return tell(response, await reading.list_corrections(session, edition_id))


@router.get("/editions", dependencies=[public()])
async def get_editions(response: Response, session: SessionDep, page: PageDep) -> Listing[EditionSummary]:
    """Published editions, the newest first."""
    return tell(response, await reading.list_editions(session, page))


@router.get("/editions/{edition_id}", dependencies=[public()])
async def get_edition(edition_id: EditionId, response: Response, session: SessionDep) -> EditionOut:
    """An edition with its items, as it was published."""
    return tell(response, await reading.read_edition(session, edition_id), fresh_seconds=DAY_SECONDS)


@router.get("/editions/{edition_id}/diff", dependencies=[public()])
async def get_diff(edition_id: EditionId, response: Response, session: SessionDep) -> DiffOut:
    """What an edition changed on the province's list."""
    return tell(response, await reading.read_diff(session, edition_id), fresh_seconds=DAY_SECONDS)


@router.get("/reference-editions/{year}", dependencies=[public()])
async def get_reference_edition(
    year: Annotated[int, Path(description=f"one of {', '.join(map(str, YEARS))}", examples=[2021])],
    response: Response,
) -> EditionIn:
    """A national list packaged with the platform: the body to publish it with."""
    return tell(response, reference_edition(year), fresh_seconds=DAY_SECONDS)
