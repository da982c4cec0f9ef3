"""Routes of the classification of occupations."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from catalog.freshness import DAY_SECONDS, tell
from catalog.occupations.domain import EDITION, classification
from catalog.occupations.schemas import OccupationOut
from common.deps import PageDep, public
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
