"""Questions about sites, each as of a day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from filing.sites.domain import Site, version_on
from filing.sites.models import SiteRow, SiteVersion


async def sites_on(session: AsyncSession, site_ids: Iterable[UUID], day: date) -> dict[UUID, Site]:
    """Those of these sites that are valid on a day, each as it stands then."""
    return _on(await _versions(session, SiteRow.id.in_(set(site_ids))), day)


async def sites_of(session: AsyncSession, organisation_id: UUID, day: date) -> tuple[Site, ...]:
    """The sites of an organisation that are valid on a day, in the order in which they were recorded."""
    found = _on(await _versions(session, SiteRow.organisation_id == organisation_id), day)
    return tuple(found[site_id] for site_id in sorted(found))


async def versions_of(session: AsyncSession, site_id: UUID) -> list[Site]:
    """Every version of a site, oldest first."""
    return (await _versions(session, SiteRow.id == site_id)).get(site_id, [])


async def names_of(session: AsyncSession, organisation_id: UUID, day: date) -> dict[str, UUID]:
    """Names of an organisation's sites that count on a day or begin later → site."""
    versions = await _versions(session, SiteRow.organisation_id == organisation_id)
    return {
        site.name: site_id
        for site_id, known in versions.items()
        for site in known
        if site.number == known[-1].number and (site.valid_to is None or site.valid_to >= day)
    }


async def _versions(session: AsyncSession, where: ColumnElement[bool]) -> dict[UUID, list[Site]]:
    rows = await session.execute(
        select(SiteVersion, SiteRow.organisation_id)
        .join(SiteRow, SiteRow.id == SiteVersion.site_id)
        .where(where)
        .order_by(SiteVersion.site_id, SiteVersion.number)
    )
    found: dict[UUID, list[Site]] = defaultdict(list)
    for version, organisation_id in rows:
        found[version.site_id].append(
            Site(
                id=version.site_id,
                organisation_id=organisation_id,
                number=version.number,
                name=version.name,
                region=version.region,
                address=version.address,
                capacity=version.capacity,
                valid_from=version.valid_from,
                valid_to=version.valid_to,
            )
        )
    return found


def _on(versions: dict[UUID, list[Site]], day: date) -> dict[UUID, Site]:
    found = {site_id: version_on(known, day) for site_id, known in versions.items()}
    return {site_id: site for site_id, site in found.items() if site is not None}
