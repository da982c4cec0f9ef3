"""Use cases: take an application, show organisations, the public directory."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import Bilingual, NotFound, StateConflict, Violations
from common.ids import uuid7
from common.pagination import Page
from common.person_keys import person_key
from common.schemas import Listing
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from filing.documents.repository import announce
from filing.listing.repository import listed_codes
from filing.organisations import directory, repository
from filing.organisations.checks import check_application
from filing.organisations.directory import Wanted
from filing.organisations.domain import scope_on
from filing.organisations.models import Organisation, OrganisationDecision, ScopeRequest
from filing.organisations.schemas import (
    ApplicationIn,
    Contact,
    OrganisationOut,
    OrganisationSummary,
    RegisterOut,
    ScopeEntryIn,
    ScopeEntryOut,
)
from filing.standings.domain import OrganisationListed
from filing.standings.repository import blacklisted, standing_on
from filing.territory import in_charge

CONTACT = "contact"


class OrganisationKnown(StateConflict):
    """One unified social credit code, one living organisation (Art. 12)."""

    code = "duplicate"
    article = "12"
    title = Bilingual("机构已申请", "Organisation already known")


async def apply(uow: UnitOfWork, body: ApplicationIn, *, keyring: Keyring, today: date) -> OrganisationOut:
    """Take the application of an organisation; one that was refused, or that exited, may apply again.

    Raises Violations, OrganisationKnown, OrganisationListed for a body on the blacklist.
    """
    async with uow:
        problems = check_application(
            uscc=body.uscc,
            seat=body.region,
            name=body.name,
            parts=repository.parts_of(entry.model_dump() for entry in body.scope),
            kind=body.kind,
            listed=await listed_items(uow.session, body.scope),
        )
        if problems:
            raise Violations(problems)
        barred = await blacklisted(uow.session, body.uscc, today)
        if barred is not None:
            raise OrganisationListed(barred)
        organisation = await _claimed(uow.session, body, now=uow.clock.now())
        await _seal_contact(uow.session, keyring, organisation, body.contact)
        await _record_application(uow, organisation, body)
        answer = await shown(uow.session, organisation, today=today)
        await uow.commit(answer)
    return answer


async def listed_items(session: AsyncSession, scope: tuple[ScopeEntryIn, ...]) -> frozenset[str]:
    """Which items of a scope stand on the list."""
    return await listed_codes(session, {code for entry in scope for code in entry.item_codes})


async def _claimed(session: AsyncSession, body: ApplicationIn, *, now: datetime) -> Organisation:
    """The row of this code: a new one, or that of a refused application, taken over by the new one."""
    row = {
        "id": uuid7(),
        "uscc": body.uscc,
        "name": body.name,
        "kind": body.kind,
        "region": body.region,
        "contact_person_id": uuid7(),
        "sealed_contact": "",
        "state": "applied",
        "applied_at": now,
        "version": 1,
    }
    kept: dict[str, Any] = {name: row[name] for name in row.keys() - {"id", "uscc", "version"}}
    statement = insert(Organisation).values(row)
    claimed: Organisation | None = await session.scalar(
        statement.on_conflict_do_update(
            index_elements=["uscc"],
            index_where=Organisation.ended_on.is_(None),
            set_=kept | {"version": Organisation.version + 1},
            where=Organisation.state == "refused",
        ).returning(Organisation)
    )
    if claimed is None:
        raise OrganisationKnown(
            Bilingual(
                "该统一社会信用代码已有申请或已获批准;请向省级部门查询。",
                "This code has an application or an approval already; ask the provincial department.",
            )
        )
    return claimed


async def _seal_contact(
    session: AsyncSession, keyring: Keyring, organisation: Organisation, contact: Contact
) -> None:
    key = await person_key(session, keyring, organisation.contact_person_id, create=True)
    organisation.sealed_contact = key.seal(CONTACT, contact.model_dump()).ciphertext


async def _record_application(uow: UnitOfWork, organisation: Organisation, body: ApplicationIn) -> None:
    """Keep what was asked for as a fact: applying again does not overwrite it."""
    last = await repository.last_request(uow.session, organisation.id)
    uow.session.add(
        ScopeRequest(
            organisation_id=organisation.id,
            number=last.number + 1 if last else 1,
            kind="application",
            name=body.name,
            scope=[entry.model_dump(mode="json") for entry in body.scope],
            documents=[document.model_dump() for document in body.documents],
            requested_at=uow.clock.now(),
        )
    )
    await announce(uow.session, organisation.id, body.documents, now=uow.clock.now())


# ── show ─────────────────────────────────────────────────────────────────────────────────────
async def read_organisation(
    session: AsyncSession, organisation_id: UUID, *, today: date, on: date | None
) -> tuple[OrganisationOut, int]:
    """An organisation as of a day, or with its newest scope, and its version. Raises NotFound."""
    organisation = await session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound.of("organisation")
    return await shown(session, organisation, today=today, on=on), organisation.version


async def shown(
    session: AsyncSession, organisation: Organisation, *, today: date, on: date | None = None
) -> OrganisationOut:
    """An organisation as everyone may see it."""
    decisions = await repository.decisions(session, organisation.id)
    approval = await _approval(session, organisation, decisions, on)
    standing = await standing_on(session, organisation, on or today)
    registers = await repository.registers(session, organisation.id)
    return OrganisationOut.model_validate(
        {name: getattr(organisation, name) for name in ("id", "uscc", "name", "kind", "region", "applied_at")}
        | {
            "state": standing.state,
            "case": standing.case,
            "scope": [ScopeEntryOut.model_validate(entry) for entry in approval.scope] if approval else [],
            "valid_from": approval.valid_from if approval else None,
            "valid_to": approval.valid_to if approval else None,
            "registers": [RegisterOut.model_validate(register) for register in registers],
            "reasons": list(decisions[0].reasons) if organisation.state == "refused" else [],
        }
    )


async def _approval(
    session: AsyncSession,
    organisation: Organisation,
    decisions: Sequence[OrganisationDecision],
    on: date | None,
) -> OrganisationDecision | None:
    """The approval that counts on a day; without a day the newest."""
    approved = [decision for decision in decisions if decision.approved]
    if on is None:
        return approved[0] if approved else None
    scope = scope_on(await repository.approvals(session, organisation.id), on)
    return next((decision for decision in approved if scope and decision.number == scope.number), None)


async def list_approved(session: AsyncSession, page: Page, wanted: Wanted) -> Listing[OrganisationSummary]:
    """The directory of evaluating bodies, page by page."""
    after = page.after[0] if page.after else None
    rows = await directory.approved_on(session, wanted, after=after, limit=page.fetch)
    return _page(page, rows)


async def list_applications(
    session: AsyncSession, page: Page, *, caller: Caller
) -> Listing[OrganisationSummary]:
    """Applications that wait for a decision in the caller's region, page by page."""
    after = page.after[0] if page.after else None
    where = in_charge(Organisation.region, caller)
    return _page(page, await repository.applications(session, where, after=after, limit=page.fetch))


def _page(page: Page, rows: Sequence[Organisation]) -> Listing[OrganisationSummary]:
    kept, cursor = page.cut(rows, lambda row: (row.id,))
    return Listing.of([OrganisationSummary.model_validate(row) for row in kept], cursor)
