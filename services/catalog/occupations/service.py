"""Use cases: find an occupation as people type it, with what the list says of it (Art. 3)."""

from datetime import date
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.former_names import former_names
from catalog.items.models import ItemVersion
from catalog.names import name_key
from catalog.occupations import repository
from catalog.occupations.domain import Classification, classification
from catalog.occupations.schemas import HitOut
from catalog.occupations.searching import Entry, Hit, search
from common.schemas import Listing


async def find_occupations(session: AsyncSession, typed: str, *, day: date, limit: int) -> Listing[HitOut]:
    """Occupations of the classification and items of the list, best first, with their track on a day."""
    names = await repository.names(session)
    hits = search([*_entries(), *_of_the_list(names)], typed, limit=limit)
    listed = await repository.listed(session, [hit.code for hit in hits], day)
    occupations, local = classification(), dict(names)
    return Listing.of(
        [
            _told(hit, occupations, listed.get(hit.code), occupations.name_of(hit.code) or local[hit.code])
            for hit in hits
        ],
        None,
    )


@lru_cache(maxsize=1)
def _entries() -> tuple[Entry, ...]:
    """Names of the classification, and names that editions of the list had for them."""
    return (
        *(Entry(occupation.code, occupation.name) for occupation in classification().occupations),
        *(Entry(former.code, former.name, is_former=True) for former in former_names()),
    )


def _of_the_list(names: repository.Names) -> list[Entry]:
    """Names of items that the classification does not have: local ones, and those of earlier editions."""
    known = classification().code_by_name
    return [
        Entry(code, name, is_former=code in classification().codes)
        for code, name in names
        if name_key(name) not in known
    ]


def _told(hit: Hit, occupations: Classification, item: ItemVersion | None, name: str) -> HitOut:
    is_known = hit.code in occupations.codes
    return HitOut(
        code=hit.code,
        name=name,
        match=hit.match,
        by=hit.by,
        groups=list(occupations.group_names(hit.code)) if is_known else [],
        track=item.track if item else None,
        levels=item.levels if item else [],
    )
