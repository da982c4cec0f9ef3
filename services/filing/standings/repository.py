"""Questions about how organisations stand, each as of a day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from common.events.audit import Measure
from filing.organisations.models import Organisation
from filing.standings.domain import Listing, Standing, standing_by
from filing.standings.models import OrganisationListing


async def listings_of(session: AsyncSession, organisation_ids: Iterable[UUID]) -> dict[UUID, list[Listing]]:
    """Every measure ever taken against these organisations."""
    rows = await session.scalars(
        select(OrganisationListing).where(
            OrganisationListing.organisation_id.in_(set(organisation_ids)),
            OrganisationListing.measure.is_not(None),
        )
    )
    found: dict[UUID, list[Listing]] = defaultdict(list)
    for row in rows:
        found[row.organisation_id].append(
            Listing(
                case=row.case_number,
                measure=cast(Measure, row.measure),
                valid_from=cast(date, row.valid_from),  # a constraint of the table
                valid_to=row.valid_to,
                freezes_plans=row.freezes_plans,
                cleared_on=row.cleared_on,
            )
        )
    return found


async def standing_on(session: AsyncSession, organisation: Organisation, day: date) -> Standing:
    """How an organisation stands on a day."""
    listings = (await listings_of(session, [organisation.id])).get(organisation.id, [])
    return standing_by(organisation.state, listings, day)


async def standings_on(
    session: AsyncSession, organisation_ids: Iterable[UUID], day: date
) -> dict[UUID, Standing]:
    """How these organisations stand on a day; unknown ones are left out."""
    ids = set(organisation_ids)
    listings = await listings_of(session, ids)
    rows = await session.execute(select(Organisation.id, Organisation.state).where(Organisation.id.in_(ids)))
    return {found: standing_by(state, listings.get(found, ()), day) for found, state in rows}


def listed_on(day: date) -> ColumnElement[bool]:
    """Organisations against which some measure is in force on a day; the SQL twin of `Listing.in_force_on`."""
    listing = OrganisationListing
    return exists().where(
        listing.organisation_id == Organisation.id,
        listing.valid_from <= day,
        or_(listing.valid_to.is_(None), listing.valid_to >= day),
        or_(listing.cleared_on.is_(None), listing.cleared_on > day),
    )


async def blacklisted(session: AsyncSession, uscc: str, day: date) -> Standing | None:
    """The standing of a body of this credit code that is on the blacklist, also where it exited since."""
    ids = (await session.scalars(select(Organisation.id).where(Organisation.uscc == uscc))).all()
    for listings in (await listings_of(session, ids)).values():
        for listing in listings:
            if listing.measure == "blacklisted" and listing.in_force_on(day):
                return Standing("blacklisted", listing.case)
    return None
