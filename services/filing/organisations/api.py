"""Routes of organisations. Applying and looking them up needs no account (Art. 20, 21); deciding does."""

from fastapi import APIRouter

from common.deps import CallerDep, CreatingDep, PageDep, PlatformDep, SessionDep, created, public, requires
from common.ids import OrganisationId
from common.schemas import Listing
from filing.organisations import service
from filing.organisations.schemas import ApplicationIn, DecisionIn, OrganisationOut, OrganisationSummary

router = APIRouter(tags=["organisations"])


@router.post(
    "/organisations",
    status_code=201,
    dependencies=[public(), created("/filing/v1/organisations/{id}")],
)
async def post_organisation(body: ApplicationIn, uow: CreatingDep, platform: PlatformDep) -> OrganisationOut:
    """Apply to become an evaluating body (Art. 12). Keep the id: how the application stands is found under it."""
    return await service.apply(uow, body, keyring=platform.keyring)


@router.get("/organisations", dependencies=[public()])
async def get_organisations(session: SessionDep, page: PageDep) -> Listing[OrganisationSummary]:
    """The approved evaluating bodies (Art. 20)."""
    return await service.list_approved(session, page)


@router.get("/organisations/{organisation_id}", dependencies=[public()])
async def get_organisation(organisation_id: OrganisationId, session: SessionDep) -> OrganisationOut:
    """An organisation: what it may evaluate, or how its application stands."""
    return await service.read_organisation(session, organisation_id)


@router.get("/organisation-applications", dependencies=[requires("organisations:decide")])
async def get_applications(
    session: SessionDep, page: PageDep, caller: CallerDep
) -> Listing[OrganisationSummary]:
    """Applications that wait for a decision in the caller's region."""
    return await service.list_applications(session, page, caller=caller)


@router.post(
    "/organisations/{organisation_id}/decision",
    status_code=201,
    dependencies=[requires("organisations:decide"), created("/filing/v1/organisations/{organisation_id}")],
)
async def post_decision(
    organisation_id: OrganisationId, body: DecisionIn, uow: CreatingDep, caller: CallerDep
) -> OrganisationOut:
    """Approve with scope, register and validity (again, when the scope changes), or refuse with reasons (Art. 12)."""
    return await service.decide(uow, organisation_id, body, caller=caller)
