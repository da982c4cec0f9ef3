"""Use cases: record a site, change it from a day on, show sites as of a day."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import Bilingual, NotFound, StateConflict, Violations
from common.ids import uuid7
from common.preconditions import IfMatch
from common.schemas import Listing
from common.unit_of_work import UnitOfWork
from filing.organisations.models import Organisation
from filing.scope_requests.service import own_organisation
from filing.sites import repository
from filing.sites.domain import check_site, version_on
from filing.sites.models import SiteRow, SiteVersion
from filing.sites.schemas import SiteIn, SiteOut
from filing.standings.domain import check_good_standing
from filing.standings.repository import standing_on


class SiteKnown(StateConflict):
    """An organisation names its sites apart, so that a plan's site is found by what people call it."""

    code = "duplicate"
    article = "12"
    title = Bilingual("站点重名", "Site already known")


async def record_site(
    uow: UnitOfWork, organisation_id: UUID, body: SiteIn, *, caller: Caller, today: date
) -> SiteOut:
    """Record a site of the caller's organisation. Raises NotFound, OrganisationListed, Violations, SiteKnown."""
    async with uow:
        await _held(uow.session, organisation_id, caller, today)
        site = SiteRow(id=uuid7(), organisation_id=organisation_id, version=1)
        uow.session.add(site)
        answer = await _record(uow, site, body, caller=caller, today=today)
        await uow.commit(answer)
    return answer


async def change_site(
    uow: UnitOfWork,
    organisation_id: UUID,
    site_id: UUID,
    body: SiteIn,
    *,
    caller: Caller,
    held: IfMatch,
    today: date,
) -> tuple[SiteOut, int]:
    """Say how a site stands from a day on; until then it stands as before. Closing it: give its last day.

    Raises NotFound, OrganisationListed, the problem `precondition-failed`, Violations, SiteKnown.
    """
    async with uow:
        await _held(uow.session, organisation_id, caller, today)
        site = await _site(uow.session, organisation_id, site_id)
        held.check(site.version)
        site.version += 1
        answer = await _record(uow, site, body, caller=caller, today=today)
        await uow.commit(answer)
    return answer, site.version


async def _held(session: AsyncSession, organisation_id: UUID, caller: Caller, today: date) -> Organisation:
    """The caller's organisation, held until commit, so that two sites never take one name."""
    organisation = await own_organisation(session, organisation_id, caller, lock=True)
    check_good_standing(await standing_on(session, organisation, today))
    return organisation


async def _site(session: AsyncSession, organisation_id: UUID, site_id: UUID) -> SiteRow:
    site = await session.get(SiteRow, site_id)
    if site is None or site.organisation_id != organisation_id:
        raise NotFound.of("site")
    return site


async def _record(uow: UnitOfWork, site: SiteRow, body: SiteIn, *, caller: Caller, today: date) -> SiteOut:
    valid_from = body.valid_from or today
    problems = check_site(region=body.region, valid_from=valid_from, valid_to=body.valid_to, today=today)
    if problems:
        raise Violations(problems)
    namesake = (await repository.names_of(uow.session, site.organisation_id, today)).get(body.name)
    if namesake not in (None, site.id):
        raise SiteKnown(
            Bilingual(
                "本机构已有同名站点,请换一个名称。", "The organisation has a site of that name; take another."
            )
        )
    await uow.session.flush()
    uow.session.add(
        SiteVersion(
            site_id=site.id,
            number=site.version,
            valid_from=valid_from,
            recorded_at=uow.clock.now(),
            recorded_by=caller.account_id,
            **body.model_dump(exclude={"valid_from"}),
        )
    )
    return SiteOut.model_validate(
        body.model_dump()
        | {
            "id": site.id,
            "organisation_id": site.organisation_id,
            "number": site.version,
            "valid_from": valid_from,
        }
    )


async def read_site(
    session: AsyncSession, organisation_id: UUID, site_id: UUID, *, on: date | None
) -> tuple[SiteOut, int]:
    """A site as of a day, or as it was last recorded, with its version. Raises NotFound."""
    site = await _site(session, organisation_id, site_id)
    versions = await repository.versions_of(session, site_id)
    found = version_on(versions, on) if on is not None else versions[-1]
    if found is None:
        raise NotFound.of("site")
    return SiteOut.model_validate(found), site.version


async def list_sites(session: AsyncSession, organisation_id: UUID, *, on: date) -> Listing[SiteOut]:
    """An organisation's sites as of a day. Raises NotFound."""
    if await session.get(Organisation, organisation_id) is None:
        raise NotFound.of("organisation")
    found = await repository.sites_of(session, organisation_id, on)
    return Listing.of([SiteOut.model_validate(site) for site in found], None)
