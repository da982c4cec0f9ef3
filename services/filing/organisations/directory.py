"""The public directory: who may evaluate what, where, on a day (Art. 20, 21)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Text, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from common.events.filing import OrganisationKind
from filing.organisations.models import Organisation, OrganisationDecision
from filing.standings.repository import listed_on


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader of the directory looks for, on a day; None: whatever it is.

    `region`: a county, a city or the province; bodies that may evaluate anywhere in it.
    """

    on: date
    kind: OrganisationKind | None = None
    region: str | None = None
    item: str | None = None
    level: int | None = None


def _condition(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """A path that finds a part of a scope which allows all of it at once, and the values in it."""
    tests, values = ["@.levels.size() > 0"], dict[str, Any]()
    if wanted.item is not None:
        tests.append("(@.item_codes.size() == 0 || @.item_codes[*] == $item)")
        values["item"] = wanted.item
    if wanted.level is not None:
        tests.append("@.levels[*] == $level")
        values["level"] = wanted.level
    if wanted.region is not None:
        tests.append(
            "(@.regions[*] == $city || @.regions[*] == $province || exists(@.regions[*] ? (@ starts with $within)))"
        )
        values |= {
            "city": f"{wanted.region[:4]}00",
            "province": f"{wanted.region[:2]}0000",
            "within": wanted.region.removesuffix("00").removesuffix("00"),
        }
    return f"$[*] ? ({' && '.join(tests)})", values


async def approved_on(
    session: AsyncSession, wanted: Wanted, *, after: UUID | None, limit: int
) -> Sequence[Organisation]:
    """Organisations in good standing whose scope of that day allows it, in the order in which they first applied."""
    path, values = _condition(wanted)
    counting = (  # of each organisation the newest approval that has begun; see `domain.scope_on`
        select(OrganisationDecision)
        .where(OrganisationDecision.approved, OrganisationDecision.valid_from <= wanted.on)
        .ext(distinct_on(OrganisationDecision.organisation_id))
        .order_by(OrganisationDecision.organisation_id, OrganisationDecision.number.desc())
        .subquery()
    )
    query = (
        select(Organisation)
        .join(counting, counting.c.organisation_id == Organisation.id)
        .where(
            counting.c.valid_to >= wanted.on,
            ~listed_on(wanted.on),
            func.jsonb_path_exists(
                counting.c.scope, cast(bindparam("path", path, Text), JSONPATH), cast(values, JSONB)
            ),
        )
        .order_by(Organisation.id)
        .limit(limit)
    )
    if wanted.kind is not None:
        query = query.where(Organisation.kind == wanted.kind)
    if after is not None:
        query = query.where(Organisation.id > after)
    return (await session.scalars(query)).all()
