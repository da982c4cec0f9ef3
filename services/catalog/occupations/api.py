"""Routes of the classification of occupations."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from catalog.occupations import service
from catalog.occupations.domain import EDITION, classification
from catalog.occupations.schemas import GroupDetail, GroupOut, HitOut, OccupationOut
from catalog.occupations.searching import LONGEST_QUERY
from common.deps import PageDep, SessionDep, TodayDep, public
from common.errors import NotFound
from common.fresh import DAY_SECONDS, tell
from common.schemas import Line, Listing

router = APIRouter(prefix="/occupations", tags=["occupations"])


@router.get("", dependencies=[public()], description=f"Occupations of {EDITION}, by code.")
async def get_occupations(
    response: Response,
    page: PageDep,
    q: Annotated[
        Line | None, Query(description="part of a name, or how a code begins", examples=["焊", "6-18"])
    ] = None,
) -> Listing[OccupationOut]:
    """Find occupations by name or code."""
    occupations = classification()
    found = occupations.search(q, after=page.after[0] if page.after else "", limit=page.fetch)
    kept, cursor = page.cut(found, lambda occupation: (occupation.code,))
    listing = Listing.of([OccupationOut.of(occupation, occupations) for occupation in kept], cursor)
    return tell(response, listing, fresh_seconds=DAY_SECONDS)


@router.get("/search", dependencies=[public()])
async def search_occupations(
    session: SessionDep,
    today: TodayDep,
    q: Annotated[
        Line,
        Query(
            max_length=LONGEST_QUERY,
            description="a name or part of it, a former name, a code, pinyin or its initials, a misspelling",
            examples=["焊工", "hangong", "hg", "6180204"],
        ),
    ],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Listing[HitOut]:
    """Find an occupation as people type it. Patterns and wildcards are characters like any other."""
    return await service.find_occupations(session, q, day=today, limit=limit)


@router.get("/groups", dependencies=[public()])
async def get_groups(response: Response) -> Listing[GroupOut]:
    """The whole tree of groups, by code: major, middle and minor ones, in one page."""
    groups = [GroupOut.of(group) for group in classification().tree.values()]
    return tell(response, Listing.of(groups, None), fresh_seconds=DAY_SECONDS)


@router.get("/groups/{code}", dependencies=[public()])
async def get_group(
    code: Annotated[str, Path(pattern=r"^\d(-\d{2}){0,2}$", examples=["6-18-02"])], response: Response
) -> GroupDetail:
    """A group with the groups right below it, or with the occupations of a minor group."""
    occupations = classification()
    group = occupations.tree.get(code)
    if group is None:
        raise NotFound.of("group")
    return tell(response, GroupDetail.with_members(group, occupations), fresh_seconds=DAY_SECONDS)
