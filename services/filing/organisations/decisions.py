"""Use cases: decide on an application or a request, assign a further certificate register (Art. 12)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import Bilingual, NotFound, StateConflict, Violations
from common.events.filing import OrganisationApproved, RegisterAssigned, ScopeEntry
from common.preconditions import IfMatch
from common.unit_of_work import UnitOfWork
from filing.listing.repository import listed_codes
from filing.organisations import repository
from filing.organisations.checks import check_approval, check_refusal, check_register
from filing.organisations.domain import TRANSITIONS, Act, Approval, Register
from filing.organisations.models import (
    CertificateRegister,
    Organisation,
    OrganisationDecision,
    ScopeRequest,
)
from filing.organisations.schemas import DecisionIn, OrganisationOut, RegisterIn, ScopeEntryIn
from filing.organisations.service import shown
from filing.standings.repository import standing_on


class RegisterTaken(StateConflict):
    """Two organisations never share the code that their certificate numbers begin with."""

    code = "register-taken"
    article = "12"
    title = Bilingual("站点序列码已被占用", "Site serial taken")


class NotDecidable(StateConflict):
    """The present state of the organisation or the request does not allow this decision."""

    code = "state-conflict"
    article = "12"
    title = Bilingual("当前状态不允许此决定", "State does not allow this decision")


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision as it will stand: what it leaves out is taken from what was asked for."""

    approve: bool
    scope: tuple[ScopeEntryIn, ...]
    register: RegisterIn | None
    valid_from: date | None
    valid_to: date | None
    reasons: tuple[str, ...]

    @classmethod
    def of(cls, body: DecisionIn, request: ScopeRequest | None) -> "Ruling":
        asked = [ScopeEntryIn.model_validate(entry) for entry in request.scope] if request else []
        return cls(
            approve=body.approve,
            scope=body.scope or tuple(asked),
            register=body.register_code,
            valid_from=body.valid_from or (request.valid_from if request else None),
            valid_to=body.valid_to or (request.valid_to if request else None),
            reasons=body.reasons,
        )


async def decide(
    uow: UnitOfWork,
    organisation_id: UUID,
    body: DecisionIn,
    *,
    caller: Caller,
    held: IfMatch | None,
    today: date,
) -> tuple[OrganisationOut, int]:
    """Approve an organisation within a scope, approve it anew with another scope, or refuse it with reasons.

    Raises NotFound (also outside the caller's region), the problem `precondition-failed`, Violations, NotDecidable,
    RegisterTaken.
    """
    async with uow:
        organisation = await _locked(uow.session, organisation_id, caller)
        if held is not None:
            held.check(organisation.version)
        request = await _waiting(uow.session, organisation)
        ruling = Ruling.of(body, request)
        await _check(uow.session, organisation, ruling)
        await _check_standing(uow.session, organisation, today)
        act: Act = "approve" if ruling.approve else "refuse"
        state = TRANSITIONS.get((organisation.state, act))
        if state is None:
            raise _not_decidable()
        organisation.state = state
        answer = await _record(uow, organisation, ruling, request=request, caller=caller, today=today)
        await uow.commit(answer)
    return answer, organisation.version


async def _waiting(session: AsyncSession, organisation: Organisation) -> ScopeRequest | None:
    """The application that this decision is about; none when an approved body's scope is changed of office."""
    return (
        await repository.last_request(session, organisation.id) if organisation.state == "applied" else None
    )


async def decide_request(
    uow: UnitOfWork, organisation_id: UUID, number: int, body: DecisionIn, *, caller: Caller, today: date
) -> OrganisationOut:
    """Grant a change of scope or a renewal as it was asked for or narrower, or refuse it: the old scope then stays.

    Raises as `decide`; NotFound also for a request that is not there.
    """
    async with uow:
        organisation = await _locked(uow.session, organisation_id, caller)
        request = await uow.session.get(ScopeRequest, (organisation_id, number))
        if request is None or request.kind == "application":
            raise NotFound.of("scope request")
        if await repository.decision_on(uow.session, request) is not None:
            raise _not_decidable()
        ruling = Ruling.of(body, request)
        await _check(uow.session, organisation, ruling)
        await _check_standing(uow.session, organisation, today)
        answer = await _record(uow, organisation, ruling, request=request, caller=caller, today=today)
        await uow.commit(answer)
    return answer


async def assign_register(
    uow: UnitOfWork, organisation_id: UUID, body: RegisterIn, *, caller: Caller, today: date
) -> OrganisationOut:
    """Give an approved organisation a further register, as when the serials of its first run out (DOMAIN 1.1).

    Raises NotFound, Violations, NotDecidable, RegisterTaken.
    """
    async with uow:
        organisation = await _locked(uow.session, organisation_id, caller)
        problems = check_register(Register(**body.model_dump()), organisation.kind)
        if problems:
            raise Violations(problems)
        decisions = await repository.decisions(uow.session, organisation.id)
        approval = next((decision for decision in decisions if decision.approved), None)
        if approval is None:
            raise _not_decidable()
        register = await _register(uow, organisation, body)
        organisation.version += 1
        uow.say(_approved(organisation, approval, register))
        answer = await shown(uow.session, organisation, today=today)
        await uow.commit(answer)
    return answer


async def _locked(session: AsyncSession, organisation_id: UUID, caller: Caller) -> Organisation:
    """An organisation in the caller's region, held until commit. Raises NotFound."""
    organisation = await session.get(Organisation, organisation_id, with_for_update=True)
    if organisation is None or not caller.sees_region(organisation.region):
        raise NotFound.of("organisation")
    return organisation


def _not_decidable() -> NotDecidable:
    return NotDecidable(
        Bilingual(
            "该申请已有决定,或机构当前状态不允许此操作。",
            "It is decided already, or the organisation's state does not allow this.",
        )
    )


async def _check_standing(session: AsyncSession, organisation: Organisation, today: date) -> None:
    """No approval while a measure has shut the organisation's accounts (Art. 22)."""
    if not (await standing_on(session, organisation, today)).may_sign_in:
        raise _not_decidable()


async def _check(session: AsyncSession, organisation: Organisation, ruling: Ruling) -> None:
    if not ruling.approve:
        problems = check_refusal(ruling.reasons)
    else:
        codes = {code for entry in ruling.scope for code in entry.item_codes}
        approval = Approval(
            parts=repository.parts_of(entry.model_dump() for entry in ruling.scope),
            register=Register(**ruling.register.model_dump()) if ruling.register else None,
            valid_from=ruling.valid_from,
            valid_to=ruling.valid_to,
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
    uow: UnitOfWork,
    organisation: Organisation,
    ruling: Ruling,
    *,
    request: ScopeRequest | None,
    caller: Caller,
    today: date,
) -> OrganisationOut:
    """Keep a decision as a fact, assign its register and tell of it."""
    organisation.version += 1
    decision = OrganisationDecision(
        organisation_id=organisation.id,
        number=await repository.next_decision(uow.session, organisation.id),
        request_number=request.number if request else None,
        approved=ruling.approve,
        scope=[entry.model_dump(mode="json") for entry in ruling.scope] if ruling.approve else [],
        valid_from=ruling.valid_from if ruling.approve else None,
        valid_to=ruling.valid_to if ruling.approve else None,
        reasons=list(ruling.reasons),
        decided_at=uow.clock.now(),
        decided_by=caller.account_id,
    )
    uow.session.add(decision)
    await uow.session.flush()
    if ruling.approve:
        register = await _register(uow, organisation, ruling.register)
        uow.say(_approved(organisation, decision, register))
    return await shown(uow.session, organisation, today=today)


async def _register(
    uow: UnitOfWork, organisation: Organisation, given: RegisterIn | None
) -> CertificateRegister:
    """The register given, or the one that the organisation has. Raises RegisterTaken."""
    held = await repository.registers(uow.session, organisation.id)
    if given is None:
        return held[0]
    wanted = given.model_dump()
    same = [register for register in held if all(getattr(register, name) == wanted[name] for name in wanted)]
    if same:
        return same[0]
    register = CertificateRegister(
        organisation_id=organisation.id, number=len(held) + 1, assigned_at=uow.clock.now(), **wanted
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
    register_code = RegisterAssigned(
        category=register.category,
        organisation_code=register.organisation_code,
        province=register.province,
        site_serial=register.site_serial,
    )
    return OrganisationApproved.model_validate(
        {name: getattr(organisation, name) for name in ("uscc", "name", "kind", "region")}
        | {
            "organisation_id": organisation.id,
            "register_code": register_code,
            "scope": tuple(ScopeEntry.model_validate(entry) for entry in decision.scope),
            "valid_from": decision.valid_from,
            "valid_to": decision.valid_to,
        }
    )
