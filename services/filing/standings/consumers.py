"""What filing takes in from audit about organisations (Art. 22). Every handler may meet its event again."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.clock import SHANGHAI
from common.events import Event
from common.events.audit import OrganisationCleared, OrganisationListed
from common.events.filing import OrganisationStandingChanged
from common.unit_of_work import UnitOfWork
from filing.organisations.models import Organisation
from filing.standings.domain import Listing, holds_until, standing_by
from filing.standings.models import OrganisationListing
from filing.standings.repository import listings_of


async def on_organisation_listed(uow: UnitOfWork, event: OrganisationListed) -> None:
    """Keep a measure: from its first day on no new plans, open ones frozen. A case that was cleared stays cleared."""
    organisation = await _locked(uow.session, event.organisation_id)
    measure = {
        "measure": event.measure,
        "valid_from": event.valid_from,
        "valid_to": event.valid_to,
        "freezes_plans": event.plans == "freeze",
        "heard_at": uow.clock.now(),
    }
    await uow.session.execute(
        insert(OrganisationListing)
        .values(organisation_id=event.organisation_id, case_number=event.case, **measure)
        .on_conflict_do_update(index_elements=["organisation_id", "case_number"], set_=measure)
    )
    await _tell(uow, organisation, event.valid_from)


async def on_organisation_cleared(uow: UnitOfWork, event: OrganisationCleared) -> None:
    """End a measure; plans that it froze go on by themselves."""
    organisation = await _locked(uow.session, event.organisation_id)
    await uow.session.execute(
        insert(OrganisationListing)
        .values(
            organisation_id=event.organisation_id,
            case_number=event.case,
            freezes_plans=False,
            cleared_on=event.cleared_on,
            heard_at=uow.clock.now(),
        )
        .on_conflict_do_update(
            index_elements=["organisation_id", "case_number"], set_={"cleared_on": event.cleared_on}
        )
    )
    await _tell(uow, organisation, event.cleared_on)


async def _locked(session: AsyncSession, organisation_id: UUID) -> Organisation:
    return await session.get_one(Organisation, organisation_id, with_for_update=True)


async def _tell(uow: UnitOfWork, organisation: Organisation, turn: date) -> None:
    """Tell how the organisation stands from the turn on, or from today if that is past; and free or take its code."""
    today = uow.clock.now().astimezone(SHANGHAI).date()
    since = max(today, turn)
    listings = (await listings_of(uow.session, [organisation.id])).get(organisation.id, [])
    standing = standing_by(organisation.state, listings, since)
    organisation.version += 1
    await _keep_exit(uow.session, organisation, has_exited=standing.state == "exited", since=since)
    await uow.session.flush()  # the next event of a batch reads the row anew
    _say_standings(uow, organisation, listings, since)


def _say_standings(
    uow: UnitOfWork, organisation: Organisation, listings: Sequence[Listing], since: date
) -> None:
    """The standing from that day on, and each measure known to come after it: whoever follows forgets the rest."""
    told: date | None = since
    while told is not None:
        standing = standing_by(organisation.state, listings, told)
        until = holds_until(organisation.state, listings, told)
        if told == since or standing.case is not None:
            uow.say(
                OrganisationStandingChanged(
                    organisation_id=organisation.id,
                    state=standing.state,
                    case=standing.case,
                    since=told,
                    until=until,
                    may_file=standing.may_file,
                    may_sign_in=standing.may_sign_in,
                )
            )
        told = until + timedelta(days=1) if until is not None else None


async def _keep_exit(
    session: AsyncSession, organisation: Organisation, *, has_exited: bool, since: date
) -> None:
    """A body that exited leaves its credit code free; one cleared of its exit takes it back, if nobody has."""
    if has_exited:
        organisation.ended_on = organisation.ended_on or since
    elif organisation.ended_on is not None:
        other = exists().where(Organisation.uscc == organisation.uscc, Organisation.ended_on.is_(None))
        if await session.scalar(select(~other)):
            organisation.ended_on = None


HANDLERS: dict[type[Event], Any] = {
    OrganisationListed: on_organisation_listed,
    OrganisationCleared: on_organisation_cleared,
}
