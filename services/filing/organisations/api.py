"""Routes of organisations. Applying and looking them up needs no account (Art. 20, 21); deciding does."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from common.deps import (
    CallerDep,
    CreatingDep,
    PageDep,
    PlatformDep,
    SessionDep,
    TodayDep,
    created,
    public,
    requires,
)
from common.events.filing import OrganisationKind
from common.ids import OrganisationId
from common.preconditions import etag, if_match
from common.schemas import Listing, RegionCode
from filing.organisations import decisions, service
from filing.organisations.directory import Wanted
from filing.organisations.schemas import (
    ApplicationIn,
    DecisionIn,
    ItemCode,
    OrganisationOut,
    OrganisationSummary,
    RegisterIn,
)

router = APIRouter(tags=["organisations"])
PLACE = "/filing/v1/organisations/{organisation_id}"
Held = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="the ETag of the organisation decided on: nobody decides unseen changes",
    ),
]
On = Annotated[date | None, Query(description="as of this day; none: today", examples=["2026-11-23"])]


@router.post(
    "/organisations",
    status_code=201,
    dependencies=[public(), created("/filing/v1/organisations/{id}")],
)
async def post_organisation(
    body: ApplicationIn, uow: CreatingDep, platform: PlatformDep, today: TodayDep
) -> OrganisationOut:
    """Apply to become an evaluating body (Art. 12). Keep the id: how the application stands is found under it."""
    return await service.apply(uow, body, keyring=platform.keyring, today=today)


@router.get("/organisations", dependencies=[public()])
async def get_organisations(
    session: SessionDep,
    page: PageDep,
    today: TodayDep,
    on: On = None,
    kind: Annotated[OrganisationKind | None, Query(description="kind of body")] = None,
    region: Annotated[
        RegionCode | None, Query(description="may evaluate in this county, or somewhere in this city")
    ] = None,
    item: Annotated[ItemCode | None, Query(description="may evaluate this item of the list")] = None,
    level: Annotated[int | None, Query(ge=1, le=5, description="at this level")] = None,
) -> Listing[OrganisationSummary]:
    """The directory: evaluating bodies that may work on that day, in good standing and within their scope (Art. 20)."""
    wanted = Wanted(on=on or today, kind=kind, region=region, item=item, level=level)
    return await service.list_approved(session, page, wanted)


@router.get("/organisations/{organisation_id}", dependencies=[public()])
async def get_organisation(
    organisation_id: OrganisationId,
    response: Response,
    session: SessionDep,
    today: TodayDep,
    on: Annotated[
        date | None, Query(description="scope as of this day; none: of the newest approval")
    ] = None,
) -> OrganisationOut:
    """An organisation: what it may evaluate and how it stands, or how its application does."""
    answer, version = await service.read_organisation(session, organisation_id, today=today, on=on)
    response.headers["ETag"] = etag(version)
    return answer


@router.get("/organisation-applications", dependencies=[requires("organisations:decide")])
async def get_applications(
    session: SessionDep, page: PageDep, caller: CallerDep
) -> Listing[OrganisationSummary]:
    """Applications that wait for a decision in the caller's region."""
    return await service.list_applications(session, page, caller=caller)


@router.post(
    "/organisations/{organisation_id}/decision",
    status_code=201,
    dependencies=[requires("organisations:decide"), created(PLACE)],
)
async def post_decision(
    organisation_id: OrganisationId,
    body: DecisionIn,
    response: Response,
    uow: CreatingDep,
    caller: CallerDep,
    today: TodayDep,
    held: Held = None,
) -> OrganisationOut:
    """Approve with scope, register and validity (again, when the scope changes), or refuse with reasons (Art. 12)."""
    answer, version = await decisions.decide(
        uow,
        organisation_id,
        body,
        caller=caller,
        held=if_match(held) if held is not None else None,
        today=today,
    )
    response.headers["ETag"] = etag(version)
    return answer


@router.post(
    "/organisations/{organisation_id}/registers",
    status_code=201,
    dependencies=[requires("organisations:decide"), created(PLACE)],
)
async def post_register(
    organisation_id: OrganisationId, body: RegisterIn, uow: CreatingDep, caller: CallerDep, today: TodayDep
) -> OrganisationOut:
    """Assign a further certificate register, as when the serials of the first run out; numbers go on in the newest."""
    return await decisions.assign_register(uow, organisation_id, body, caller=caller, today=today)
