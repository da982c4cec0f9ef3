"""Routes of sites: everyone may see them (Art. 20), the organisation keeps them."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from common.deps import (
    CallerDep,
    CreatingDep,
    IfMatchDep,
    SessionDep,
    TodayDep,
    UowDep,
    created,
    public,
    requires,
)
from common.ids import OrganisationId, SiteId
from common.preconditions import etag
from common.schemas import Listing
from filing.sites import service
from filing.sites.schemas import SiteIn, SiteOut

router = APIRouter(prefix="/organisations/{organisation_id}/sites", tags=["sites"])
PLACE = "/filing/v1/organisations/{organisation_id}/sites/{id}"


@router.post("", status_code=201, dependencies=[requires("organisations:keep"), created(PLACE)])
async def post_site(
    organisation_id: OrganisationId,
    body: SiteIn,
    response: Response,
    uow: CreatingDep,
    caller: CallerDep,
    today: TodayDep,
) -> SiteOut:
    """Record a site of one's own organisation; no approval is asked for (Art. 21), plans are checked against it."""
    answer = await service.record_site(uow, organisation_id, body, caller=caller, today=today)
    response.headers["ETag"] = etag(answer.number)
    return answer


@router.get("", dependencies=[public()])
async def get_sites(
    organisation_id: OrganisationId,
    session: SessionDep,
    today: TodayDep,
    on: Annotated[date | None, Query(description="as of this day; none: today")] = None,
) -> Listing[SiteOut]:
    """The sites of an organisation that are valid on a day."""
    return await service.list_sites(session, organisation_id, on=on or today)


@router.get("/{site_id}", dependencies=[public()])
async def get_site(
    organisation_id: OrganisationId,
    site_id: SiteId,
    response: Response,
    session: SessionDep,
    on: Annotated[date | None, Query(description="as of this day; none: as last recorded")] = None,
) -> SiteOut:
    """A site; its ETag is what `If-Match` asks for."""
    answer, version = await service.read_site(session, organisation_id, site_id, on=on)
    response.headers["ETag"] = etag(version)
    return answer


@router.put("/{site_id}", dependencies=[requires("organisations:keep")])
async def put_site(
    organisation_id: OrganisationId,
    site_id: SiteId,
    body: SiteIn,
    response: Response,
    held: IfMatchDep,
    uow: UowDep,
    caller: CallerDep,
    today: TodayDep,
) -> SiteOut:
    """Say how a site stands from a day on; what it was before stays on record. A last day closes it."""
    answer, version = await service.change_site(
        uow, organisation_id, site_id, body, caller=caller, held=held, today=today
    )
    response.headers["ETag"] = etag(version)
    return answer
