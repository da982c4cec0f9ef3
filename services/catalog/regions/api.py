"""Routes of regions."""

from fastapi import APIRouter, Response

from catalog.freshness import DAY_SECONDS, tell
from catalog.regions.schemas import RegionOut
from common.deps import public
from common.regions import regions
from common.schemas import Listing

router = APIRouter(prefix="/regions", tags=["regions"])


@router.get("", dependencies=[public()])
async def get_regions(response: Response) -> Listing[RegionOut]:
    """Every division of the province with its code, also those out of use, in one page."""
    listing = Listing.of([RegionOut.of(region) for region in regions().values()], None)
    return tell(response, listing, fresh_seconds=DAY_SECONDS)
