"""PURE: what a reviewer should look at. Alarms are seen and block nothing; nobody under 16 gets a result (DOMAIN 2)."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from common.identifiers.documents import DocumentType, IdDocument
from registration.claims.deciding import Held
from registration.persons.domain import YOUNGEST, full_years

OUTSIDE: Final = "outside-province"
UNDER_AGE: Final = "under-16"
TWO: Final = "two-certificates"
THREE: Final = "three-certificates"
MOST_OUTSIDE = 0.2  # more than this share of a plan's candidates is an alarm of its own


def is_outside(document: IdDocument, region: str) -> bool:
    """Whether a number was given in another province than the plan's; other documents tell no province."""
    return document.type is DocumentType.RESIDENT_ID and document.number[:2] != region[:2]


def alarms(*, from_outside: bool, born_on: date | None, day: date, own: Sequence[Held]) -> list[str]:
    """Of one candidate; whether too many come from outside, only the whole list tells."""
    found = [OUTSIDE] if from_outside else []
    if born_on is not None and full_years(born_on, day) < YOUNGEST:
        found.append(UNDER_AGE)
    valid = sum(not one.is_revoked for one in own)
    if valid >= 2:
        found.append(THREE if valid >= 3 else TWO)
    return found


def is_many_outside(outside: int, candidates: int) -> bool:
    """Whether the share from outside is an alarm."""
    return outside > MOST_OUTSIDE * candidates
