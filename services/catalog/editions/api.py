"""Routes of editions: publishing is the authority's, reading is anyone's."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from catalog.editions import service
from catalog.editions.reference import YEARS, reference_edition
from catalog.editions.schemas import DiffOut, EditionIn, EditionOut, EditionSummary, PublicationOut
from catalog.freshness import DAY_SECONDS, tell
from common.deps import CallerDep, CreatingDep, PageDep, SessionDep, created, public, requires
from common.ids import EditionId
from common.schemas import Listing

router = APIRouter(tags=["editions"])


@router.post(
    "/editions",
    status_code=201,
    responses={
        200: {"model": PublicationOut, "description": "published before, or `dry_run`: nothing changed"}
    },
    dependencies=[requires("catalog:publish"), created("/catalog/v1/editions/{edition[id]}")],
)
async def post_edition(
    body: EditionIn,
    response: Response,
    uow: CreatingDep,
    caller: CallerDep,
    dry_run: Annotated[bool, Query(description="tell what it would change, and keep nothing")] = False,
) -> PublicationOut:
    """Publish an edition of the national list; what it dropped becomes skill level items by itself (Art. 3)."""
    published = await service.publish_edition(uow, body, published_by=caller.account_id, dry_run=dry_run)
    if not published.is_new:
        response.status_code = 200
    return published.answer


@router.get("/editions", dependencies=[public()])
async def get_editions(response: Response, session: SessionDep, page: PageDep) -> Listing[EditionSummary]:
    """Published editions, the newest first."""
    return tell(response, await service.list_editions(session, page))


@router.get("/editions/{edition_id}", dependencies=[public()])
async def get_edition(edition_id: EditionId, response: Response, session: SessionDep) -> EditionOut:
    """An edition with its items, as it was published."""
    return tell(response, await service.read_edition(session, edition_id), fresh_seconds=DAY_SECONDS)


@router.get("/editions/{edition_id}/diff", dependencies=[public()])
async def get_diff(edition_id: EditionId, response: Response, session: SessionDep) -> DiffOut:
    """What an edition changed on the province's list."""
    return tell(response, await service.read_diff(session, edition_id), fresh_seconds=DAY_SECONDS)


@router.get("/reference-editions/{year}", dependencies=[public()])
async def get_reference_edition(
    year: Annotated[int, Path(description=f"one of {', '.join(map(str, YEARS))}", examples=[2021])],
    response: Response,
) -> EditionIn:
    """A national list packaged with the platform: the body to publish it with."""
    return tell(response, reference_edition(year), fresh_seconds=DAY_SECONDS)
