"""Use cases: take an application, decide on it with scope and register, show organisations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import Bilingual, NotFound, StateConflict, Violations
from common.events.filing import OrganisationApproved, RegisterAssigned, ScopeEntry
from common.ids import uuid7
from common.pagination import Page
from common.person_keys import person_key
from common.schemas import Listing
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from filing.listing.repository import listed_codes
from filing.organisations import repository
from filing.organisations.domain import (
    TRANSITIONS,
    Act,
    Approval,
    Register,
    ScopePart,
    check_application,
    check_approval,
    check_refusal,
)
from filing.organisations.models import CertificateRegister, Organisation, OrganisationDecision
from filing.organisations.schemas import (
    ApplicationIn,
    Contact,
    DecisionIn,
    OrganisationOut,
    OrganisationSummary,
    RegisterOut,
    ScopeEntryOut,
)
from filing.territory import in_charge

CONTACT = "contact"


class OrganisationKnown(StateConflict):
    """One unified social credit code, one organisation (Art. 12)."""

    code = "duplicate"
    article = "12"
    title = Bilingual("机构已申请", "Organisation already known")


class RegisterTaken(StateConflict):
    """Two organisations never share the code that their certificate numbers begin with."""

    code = "register-taken"
    article = "12"
    title = Bilingual("站点序列码已被占用", "Site serial taken")


class NotDecidable(StateConflict):
    """The present state of the application does not allow this decision."""

    code = "state-conflict"
    article = "12"
    title = Bilingual("当前状态不允许此决定", "State does not allow this decision")


async def apply(uow: UnitOfWork, body: ApplicationIn, *, keyring: Keyring) -> OrganisationOut:
    """Take the application of an organisation; one that was refused may apply again.

    Raises Violations, OrganisationKnown.
    """
    problems = check_application(uscc=body.uscc, seat=body.region)
    if problems:
        raise Violations(problems)
    async with uow:
        organisation = await _claimed(uow.session, body, now=uow.clock.now())
        await _seal_contact(uow.session, keyring, organisation, body.contact)
        answer = await _shown(uow.session, organisation)
        await uow.commit(answer)
    return answer


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
    }
    kept = row.keys() - {"id", "uscc"}
    statement = insert(Organisation).values(row)
    claimed: Organisation | None = await session.scalar(
        statement.on_conflict_do_update(
            index_elements=["uscc"],
            set_={name: row[name] for name in kept},
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


async def decide(
    uow: UnitOfWork, organisation_id: UUID, body: DecisionIn, *, caller: Caller
) -> OrganisationOut:
    """Approve an organisation within a scope, approve it anew with another scope, or refuse it with reasons.

    Raises NotFound (also outside the caller's region), Violations, NotDecidable, RegisterTaken.
    """
    async with uow:
        organisation = await uow.session.get(Organisation, organisation_id, with_for_update=True)
        if organisation is None or not caller.sees_region(organisation.region):
            raise NotFound.of("organisation")
        await _check_decision(uow.session, organisation, body)
        act: Act = "approve" if body.approve else "refuse"
        state = TRANSITIONS.get((organisation.state, act))
        if state is None:
            raise NotDecidable(
                Bilingual(
                    "该申请已有决定,当前状态不允许此操作。",
                    "The application is decided; its state does not allow this.",
                )
            )
        organisation.state = state
        decision = await _record(uow, organisation, body, caller=caller)
        if body.approve:
            register = await _assign_register(uow, organisation, body)
            uow.say(_approved(organisation, decision, register))
        answer = await _shown(uow.session, organisation)
        await uow.commit(answer)
    return answer


async def _check_decision(session: AsyncSession, organisation: Organisation, body: DecisionIn) -> None:
    if not body.approve:
        problems = check_refusal(body.reasons)
    else:
        codes = {code for entry in body.scope for code in entry.item_codes}
        approval = Approval(
            parts=tuple(
                ScopePart(
                    item_codes=frozenset(entry.item_codes),
                    levels=frozenset(entry.levels),
                    regions=frozenset(entry.regions),
                    modes=frozenset(entry.modes),
                )
                for entry in body.scope
            ),
            register=Register(**body.register_code.model_dump()) if body.register_code else None,
            valid_from=body.valid_from,
            valid_to=body.valid_to,
        )
        problems = check_approval(
            approval,
            kind=organisation.kind,
            has_register=bool(await repository.registers(session, organisation.id)),
            listed=await listed_codes(session, codes),
        )
    if problems:
        raise Violations(problems)


async def _record(
    uow: UnitOfWork, organisation: Organisation, body: DecisionIn, *, caller: Caller
) -> OrganisationDecision:
    decision = OrganisationDecision(
        organisation_id=organisation.id,
        number=await repository.next_decision(uow.session, organisation.id),
        approved=body.approve,
        scope=[entry.model_dump(mode="json") for entry in body.scope] if body.approve else [],
        valid_from=body.valid_from if body.approve else None,
        valid_to=body.valid_to if body.approve else None,
        reasons=list(body.reasons),
        decided_at=uow.clock.now(),
        decided_by=caller.account_id,
    )
    uow.session.add(decision)
    await uow.session.flush()
    return decision


async def _assign_register(
    uow: UnitOfWork, organisation: Organisation, body: DecisionIn
) -> CertificateRegister:
    """The register given, or the one that the organisation has. Raises RegisterTaken."""
    held = await repository.registers(uow.session, organisation.id)
    if body.register_code is None:
        return held[0]
    given = body.register_code.model_dump()
    same = [register for register in held if all(getattr(register, name) == given[name] for name in given)]
    if same:
        return same[0]
    register = CertificateRegister(
        organisation_id=organisation.id, number=len(held) + 1, assigned_at=uow.clock.now(), **given
    )
    uow.session.add(register)
    try:
        await uow.session.flush()
    except IntegrityError:
        raise RegisterTaken(
            Bilingual(
                "该站点序列码已赋予其他机构,请另赋一码。",
                "This site serial belongs to another organisation; assign another.",
            )
        ) from None
    return register


def _approved(
    organisation: Organisation, decision: OrganisationDecision, register: CertificateRegister
) -> OrganisationApproved:
    return OrganisationApproved.model_validate(
        {
            "organisation_id": organisation.id,
            "uscc": organisation.uscc,
            "name": organisation.name,
            "kind": organisation.kind,
            "region": organisation.region,
            "register_code": RegisterAssigned(
                category=register.category,
                organisation_code=register.organisation_code,
                province=register.province,
                site_serial=register.site_serial,
            ),
            "scope": tuple(ScopeEntry.model_validate(entry) for entry in decision.scope),
            "valid_from": decision.valid_from,
            "valid_to": decision.valid_to,
        }
    )


async def read_organisation(session: AsyncSession, organisation_id: UUID) -> OrganisationOut:
    """An organisation with its newest scope, or how its application stands. Raises NotFound."""
    organisation = await session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound.of("organisation")
    return await _shown(session, organisation)


async def _shown(session: AsyncSession, organisation: Organisation) -> OrganisationOut:
    decisions = await repository.decisions(session, organisation.id)
    approval = next((decision for decision in decisions if decision.approved), None)
    refused = organisation.state == "refused"
    return OrganisationOut.model_validate(
        {
            "id": organisation.id,
            "uscc": organisation.uscc,
            "name": organisation.name,
            "kind": organisation.kind,
            "region": organisation.region,
            "state": organisation.state,
            "applied_at": organisation.applied_at,
            "scope": [ScopeEntryOut.model_validate(entry) for entry in approval.scope] if approval else [],
            "valid_from": approval.valid_from if approval else None,
            "valid_to": approval.valid_to if approval else None,
            "registers": [
                RegisterOut.model_validate(register)
                for register in await repository.registers(session, organisation.id)
            ],
            "reasons": list(decisions[0].reasons) if refused else [],
        }
    )


async def list_approved(session: AsyncSession, page: Page) -> Listing[OrganisationSummary]:
    """The register of evaluating bodies, page by page."""
    return await _page(session, page, Organisation.state == "approved")


async def list_applications(
    session: AsyncSession, page: Page, *, caller: Caller
) -> Listing[OrganisationSummary]:
    """Applications that wait for a decision in the caller's region, page by page."""
    return await _page(
        session, page, (Organisation.state == "applied") & in_charge(Organisation.region, caller)
    )


async def _page(
    session: AsyncSession, page: Page, where: ColumnElement[bool]
) -> Listing[OrganisationSummary]:
    after = page.after[0] if page.after else None
    rows = await repository.listed(session, where, after=after, limit=page.fetch)
    kept, cursor = page.cut(rows, lambda row: (row.id,))
    return Listing.of([OrganisationSummary.model_validate(row) for row in kept], cursor)
