"""Routes of regions; anyone may read them (Art. 20)."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from catalog.day import Day
from catalog.regions.schemas import RegionOut
from common.deps import public
from common.errors import NotFound
from common.fresh import DAY_SECONDS, tell
from common.regions import region, regions
from common.schemas import Listing

router = APIRouter(prefix="/regions", tags=["regions"])


@router.get("", dependencies=[public()])
async def get_regions(
    response: Response,
    as_of: Annotated[
        Day | None, Query(description="those in use on this day; all that are known when left out")
    ] = None,
) -> Listing[RegionOut]:
    """Divisions of the province with their codes, in one page; without a day also those out of use."""
    found = (one for one in regions().values() if as_of is None or one.existed_on(as_of))
    return tell(response, Listing.of([RegionOut.of(one) for one in found], None), fresh_seconds=DAY_SECONDS)


@router.get("/{code}", dependencies=[public()])
async def get_region(
    code: Annotated[str, Path(pattern=r"^\d{6}$", examples=["320614"])], response: Response
) -> RegionOut:
    """A division: where it lies, what it took the place of, and what took its place."""
    found = region(code)
    if found is None:
        raise NotFound.of("region")
    return tell(response, RegionOut.of(found), fresh_seconds=DAY_SECONDS)
