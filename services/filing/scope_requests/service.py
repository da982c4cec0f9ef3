"""Use cases: ask for another scope or a longer validity, and see what came of it."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import Bilingual, NotFound, StateConflict, Violations
from common.pagination import Page
from common.permissions import ORGANISATION_ROLES
from common.schemas import Listing
from common.unit_of_work import UnitOfWork
from filing.documents.repository import announce
from filing.organisations.checks import check_request
from filing.organisations.models import Organisation, OrganisationDecision, ScopeRequest
from filing.organisations.repository import decision_on, last_request, parts_of
from filing.organisations.service import listed_items
from filing.scope_requests import repository
from filing.scope_requests.schemas import ScopeRequestIn, ScopeRequestOut, WaitingRequest
from filing.standings.domain import check_good_standing
from filing.standings.repository import standing_on
from filing.territory import in_charge


class RequestWaits(StateConflict):
    """One request at a time: the one that waits is decided first."""

    code = "duplicate"
    article = "12"
    title = Bilingual("已有待决申请", "A request waits already")


async def request_scope(
    uow: UnitOfWork, organisation_id: UUID, body: ScopeRequestIn, *, caller: Caller, today: date
) -> ScopeRequestOut:
    """Ask for another scope or a renewal; what was approved counts until the decision.

    Raises NotFound for another organisation, OrganisationListed, Violations, RequestWaits.
    """
    async with uow:
        organisation = await own_organisation(uow.session, organisation_id, caller, lock=True)
        check_good_standing(await standing_on(uow.session, organisation, today))
        problems = check_request(
            parts_of(entry.model_dump() for entry in body.scope),
            kind=organisation.kind,
            listed=await listed_items(uow.session, body.scope),
            valid_from=body.valid_from,
            valid_to=body.valid_to,
            today=today,
        )
        if problems:
            raise Violations(problems)
        last = await last_request(uow.session, organisation.id)
        if last is not None and last.kind != "application" and await decision_on(uow.session, last) is None:
            raise RequestWaits(
                Bilingual(
                    "已有一项申请待决定;请等待决定后再提出。",
                    "A request waits for its decision; ask again after that.",
                ),
                number=last.number,
            )
        request = ScopeRequest(
            organisation_id=organisation.id,
            number=last.number + 1 if last else 1,
            kind=body.kind,
            name=organisation.name,
            scope=[entry.model_dump(mode="json") for entry in body.scope],
            valid_from=body.valid_from,
            valid_to=body.valid_to,
            documents=[document.model_dump() for document in body.documents],
            requested_at=uow.clock.now(),
            requested_by=caller.account_id,
        )
        uow.session.add(request)
        await announce(uow.session, organisation.id, body.documents, now=uow.clock.now())
        answer = _shown(request, None)
        await uow.commit(answer)
    return answer


async def own_organisation(
    session: AsyncSession, organisation_id: UUID, caller: Caller, *, lock: bool = False
) -> Organisation:
    """The caller's own organisation. Raises NotFound for any other."""
    found = None
    if caller.organisation_id == organisation_id:
        found = await session.get(Organisation, organisation_id, with_for_update=lock)
    if found is None:
        raise NotFound.of("organisation")
    return found


async def list_requests(
    session: AsyncSession, organisation_id: UUID, *, caller: Caller
) -> Listing[ScopeRequestOut]:
    """What an organisation asked for, newest first: its own accounts and its region's centres. Raises NotFound."""
    if caller.role in ORGANISATION_ROLES:
        await own_organisation(session, organisation_id, caller)
    else:
        organisation = await session.get(Organisation, organisation_id)
        if organisation is None or not caller.sees_region(organisation.region):
            raise NotFound.of("organisation")
    rows = await repository.requests_of(session, organisation_id)
    return Listing.of([_shown(request, decision) for request, decision in rows], None)


def _shown(request: ScopeRequest, decision: OrganisationDecision | None) -> ScopeRequestOut:
    state = "waiting" if decision is None else "granted" if decision.approved else "refused"
    names = (
        "organisation_id",
        "number",
        "kind",
        "scope",
        "valid_from",
        "valid_to",
        "documents",
        "requested_at",
    )
    return ScopeRequestOut.model_validate(
        {name: getattr(request, name) for name in names}
        | {"state": state, "reasons": list(decision.reasons) if decision and not decision.approved else []}
    )


async def list_waiting(session: AsyncSession, page: Page, *, caller: Caller) -> Listing[WaitingRequest]:
    """Requests that wait in the caller's region, the longest first."""
    where = in_charge(Organisation.region, caller)
    rows = await repository.waiting(session, where, after=page.after, limit=page.fetch)
    kept, cursor = page.cut(rows, lambda row: (row[0].requested_at, row[0].organisation_id, row[0].number))
    lines = [
        WaitingRequest(
            organisation_id=request.organisation_id,
            organisation_name=organisation.name,
            region=organisation.region,
            number=request.number,
            kind=request.kind,
            requested_at=request.requested_at,
        )
        for request, organisation in kept
    ]
    return Listing.of(lines, cursor)
