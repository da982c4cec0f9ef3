"""Use cases: propose a measure, hear the body, decide, appeal, end; show the public lists (Art. 22)."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from audit.bodies.models import EvaluatingBody
from audit.listings import domain
from audit.listings.models import CaseCounter, ListingCase
from audit.listings.rules import (
    GROUNDS,
    HEARING_WORKDAYS,
    check_term,
    is_to_be_blacklisted,
    months_later,
)
from audit.listings.schemas import (
    ActOut,
    AppealDecisionIn,
    AppealIn,
    CaseDecisionIn,
    CaseIn,
    CaseOut,
    CreditOut,
    DeductionOut,
    ListedOut,
    RemovalIn,
    StatementIn,
)
from common.auth import Caller
from common.clock import SHANGHAI
from common.errors import Bilingual, Forbidden, NotFound, StateConflict, Violations
from common.events.audit import (
    ListingAppealDecided,
    ListingAppealed,
    ListingHeard,
    ListingProposed,
    OrganisationCleared,
    OrganisationListed,
)
from common.identifiers.names import mask_name
from common.ids import encode_id
from common.pagination import Page
from common.schemas import Listing
from common.unit_of_work import UnitOfWork
from common.workdays import WorkCalendar

STANDING = ("listed", "appealed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a case begins with; `by` is None where a rule proposes it."""

    ground: str
    fact: str
    account: str
    evidence: tuple[str, ...] = ()
    responsible: str | None = None
    by: UUID | None = None


class FactKnown(StateConflict):
    """One fact is held against a body once."""

    code, article = "duplicate", "22"
    title = Bilingual("该事实已立案", "Fact held against it already")

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                "该机构已因同一事实立案；请在已有案件中处理。",
                "There is a case against the body for this very fact; go on with that one.",
            )
        )


async def propose(
    uow: UnitOfWork, body: CaseIn, *, caller: Caller, today: date, calendar: WorkCalendar
) -> CaseOut:
    """Open a case; the body is told, and heard. Raises NotFound, FactKnown."""
    async with uow:
        accused = await _body_in_charge(uow.session, body.organisation_id, caller)
        proposal = Proposal(**body.model_dump(exclude={"organisation_id"}), by=caller.account_id)
        case = await _open(uow, accused, proposal, today=today, calendar=calendar)
        answer = shown(case, accused)
        await uow.commit(answer)
    return answer


async def _open(
    uow: UnitOfWork, accused: EvaluatingBody, proposal: Proposal, *, today: date, calendar: WorkCalendar
) -> ListingCase:
    case = ListingCase(
        number=await _next_number(uow.session, today.year),
        organisation_id=accused.organisation_id,
        measure=GROUNDS[proposal.ground].measure,
        ground=proposal.ground,
        fact=proposal.fact,
        account=proposal.account,
        evidence=list(proposal.evidence),
        responsible=proposal.responsible,
        state="proposed",
        proposed_by=proposal.by,
        proposed_at=uow.clock.now(),
        heard_until=calendar.workdays_ahead(today, HEARING_WORKDAYS).day,
        plans="freeze",
        certificates="stand",
        acts=[],
    )
    _note(case, "proposed", uow, proposal.by)
    uow.session.add(case)
    try:
        await uow.session.flush()
    except IntegrityError:
        raise FactKnown from None
    uow.say(
        ListingProposed(
            case=case.number,
            organisation_id=case.organisation_id,
            measure=case.measure,
            ground=case.ground,
            fact=case.fact,
            heard_until=case.heard_until,
            proposed_by=proposal.by,
        )
    )
    return case


async def hear(uow: UnitOfWork, number: str, body: StatementIn, *, caller: Caller) -> CaseOut:
    """Take the body's statement; a later one replaces it until the decision. Raises NotFound, CaseState."""
    async with uow:
        case, accused = await _case(uow.session, number, caller)
        domain.check_statement(_facts(case))
        case.statement = body.statement
        _note(case, "heard", uow, caller.account_id, body.statement)
        uow.say(ListingHeard(case=number, organisation_id=case.organisation_id))
        answer = shown(case, accused)
        await uow.commit(answer)
    return answer


async def decide(
    uow: UnitOfWork, number: str, body: CaseDecisionIn, *, caller: Caller, today: date, calendar: WorkCalendar
) -> CaseOut:
    """List the body or drop the case. Raises NotFound, Violations, CaseState, SamePerson."""
    async with uow:
        case, accused = await _case(uow.session, number, caller)
        domain.check_decision(_facts(case), by=caller.account_id, today=today)
        if body.outcome == "listed":
            await _list(uow, case, body, today=today)
        else:
            case.state = "dropped"
        case.decided_by, case.decided_at, case.reason = caller.account_id, uow.clock.now(), body.reason
        _note(case, body.outcome, uow, caller.account_id, body.reason)
        await uow.session.flush()
        await _escalate(uow, case, accused, today=today, calendar=calendar)
        answer = shown(case, accused)
        await uow.commit(answer)
    return answer


async def _list(uow: UnitOfWork, case: ListingCase, body: CaseDecisionIn, *, today: date) -> None:
    valid_from = body.valid_from or today
    mistakes = list(check_term(GROUNDS[case.ground], valid_from, body.valid_to))
    if mistakes:
        raise Violations(mistakes)
    if case.measure == "blacklisted":
        appealed = await uow.session.scalars(
            select(ListingCase.number).where(
                ListingCase.organisation_id == case.organisation_id, ListingCase.state == "appealed"
            )
        )
        domain.check_no_appeal_open(tuple(appealed))
    case.state, case.valid_from, case.valid_to = "listed", valid_from, body.valid_to
    case.plans, case.certificates = body.plans, body.certificates
    uow.say(
        OrganisationListed(
            organisation_id=case.organisation_id,
            case=case.number,
            measure=case.measure,
            valid_from=valid_from,
            valid_to=body.valid_to,
            plans=body.plans,
            certificates=body.certificates,
        )
    )


async def _escalate(
    uow: UnitOfWork, case: ListingCase, accused: EvaluatingBody, *, today: date, calendar: WorkCalendar
) -> None:
    """The third listing within two years proposes the blacklist; a person decides it, after a hearing."""
    if case.state != "listed" or case.measure != "abnormal":
        return
    rows = await uow.session.execute(
        select(ListingCase.number, ListingCase.valid_from).where(
            ListingCase.organisation_id == case.organisation_id,
            ListingCase.measure == "abnormal",
            ListingCase.state.in_((*STANDING, "removed")),
        )
    )
    since = {number: first for number, first in rows if first is not None}
    if is_to_be_blacklisted(since.values(), today):
        account = f"两年内第三次列入异常名录：{'、'.join(sorted(since))}"
        proposal = Proposal(ground="abnormal_again", fact=case.number, account=account)
        await _open(uow, accused, proposal, today=today, calendar=calendar)


async def appeal(uow: UnitOfWork, number: str, body: AppealIn, *, caller: Caller, today: date) -> CaseOut:
    """The body appeals; the measure stands meanwhile. Raises NotFound, CaseState."""
    async with uow:
        case, accused = await _case(uow.session, number, caller)
        domain.check_appeal(_facts(case), today=today)
        case.state = "appealed"
        _note(case, "appealed", uow, caller.account_id, body.grounds)
        uow.say(ListingAppealed(case=number, organisation_id=case.organisation_id))
        answer = shown(case, accused)
        await uow.commit(answer)
    return answer


async def decide_appeal(
    uow: UnitOfWork, number: str, body: AppealDecisionIn, *, caller: Caller, today: date
) -> CaseOut:
    """A third person annuls the measure or lets it stand. Raises NotFound, CaseState, SamePerson."""
    async with uow:
        case, accused = await _case(uow.session, number, caller)
        domain.check_appeal_decision(_facts(case), by=caller.account_id)
        case.state = "annulled" if body.outcome == "upheld" else "listed"
        _note(case, f"appeal_{body.outcome}", uow, caller.account_id, body.reason)
        uow.say(
            ListingAppealDecided(
                case=number,
                organisation_id=case.organisation_id,
                outcome=body.outcome,
                decided_by=caller.account_id,
            )
        )
        if case.state == "annulled":
            _clear(uow, case, today)
        answer = shown(case, accused)
        await uow.commit(answer)
    return answer


async def remove(uow: UnitOfWork, number: str, body: RemovalIn, *, caller: Caller, today: date) -> CaseOut:
    """End a measure early, for its cause was put right. Raises NotFound, CaseState."""
    async with uow:
        case, accused = await _case(uow.session, number, caller)
        domain.check_removal(_facts(case), measure=case.measure)
        case.state = "removed"
        _note(case, "removed", uow, caller.account_id, body.reason)
        _clear(uow, case, today)
        answer = shown(case, accused)
        await uow.commit(answer)
    return answer


def _clear(uow: UnitOfWork, case: ListingCase, today: date) -> None:
    case.cleared_on = today
    uow.say(OrganisationCleared(organisation_id=case.organisation_id, case=case.number, cleared_on=today))


async def read_case(session: AsyncSession, number: str, *, caller: Caller) -> CaseOut:
    """A case, for the staff in charge and the body. Raises NotFound."""
    return shown(*await _case(session, number, caller))


async def list_cases(session: AsyncSession, page: Page, *, caller: Caller) -> Listing[CaseOut]:
    """Cases in the caller's sight, newest first."""
    rows = await session.execute(
        select(ListingCase, EvaluatingBody)
        .join(EvaluatingBody, EvaluatingBody.organisation_id == ListingCase.organisation_id)
        .where(_sight(caller), *([] if page.after is None else [ListingCase.number < page.after[0]]))
        .order_by(ListingCase.number.desc())
        .limit(page.fetch)
    )
    kept, cursor = page.cut([(row[0], row[1]) for row in rows], lambda row: (row[0].number,))
    return Listing.of([shown(case, accused) for case, accused in kept], cursor)


async def public_lists(
    session: AsyncSession, page: Page, *, today: date, uscc: str | None
) -> Listing[ListedOut]:
    """Measures in force today, by number; what has run out or was cleared is not shown any more."""
    case = ListingCase
    statement = (
        select(case, EvaluatingBody)
        .join(EvaluatingBody, EvaluatingBody.organisation_id == case.organisation_id)
        .where(
            case.state.in_(STANDING),
            case.valid_from <= today,
            or_(case.valid_to.is_(None), case.valid_to >= today),
        )
    )
    if uscc is not None:
        statement = statement.where(EvaluatingBody.uscc == uscc)
    if page.after is not None:
        statement = statement.where(case.number > page.after[0])
    rows = await session.execute(statement.order_by(case.number).limit(page.fetch))
    kept, cursor = page.cut([(row[0], row[1]) for row in rows], lambda row: (row[0].number,))
    return Listing.of([_listed(found, accused) for found, accused in kept], cursor)


async def credit_of(session: AsyncSession, organisation_id: UUID, *, today: date) -> CreditOut:
    """A body's credit, every point explained. Raises NotFound."""
    if await session.get(EvaluatingBody, organisation_id) is None:
        raise NotFound.of("organisation")
    rows = await session.scalars(
        select(ListingCase)
        .where(
            ListingCase.organisation_id == organisation_id,
            ListingCase.state.in_((*STANDING, "removed")),
            ListingCase.valid_from > months_later(today, -36),
        )
        .order_by(ListingCase.number)
    )
    found = tuple(
        domain.Deduction(case.number, case.ground, GROUNDS[case.ground].points)
        for case in rows
        if GROUNDS[case.ground].points
    )
    return CreditOut(
        organisation_id=organisation_id,
        credit=domain.credit(found),
        deductions=tuple(DeductionOut.model_validate(one) for one in found),
    )


def shown(case: ListingCase, accused: EvaluatingBody) -> CaseOut:
    columns = {
        name: getattr(case, name)
        for name in CaseOut.model_fields
        if name not in ("organisation_name", "acts")
    }
    acts = tuple(ActOut.model_validate(act) for act in case.acts)
    return CaseOut(**columns, organisation_name=accused.name, acts=acts)


def _listed(case: ListingCase, accused: EvaluatingBody) -> ListedOut:
    ground = GROUNDS[case.ground].name
    return ListedOut.model_validate(
        {
            "number": case.number,
            "organisation_name": accused.name,
            "uscc": accused.uscc,
            "region": accused.region,
            "measure": case.measure,
            "ground_zh": ground.zh,
            "ground_en": ground.en,
            "responsible": mask_name(case.responsible) if case.responsible else None,
            "valid_from": case.valid_from,
            "valid_to": case.valid_to,
            "is_appealed": case.state == "appealed",
        }
    )


def _note(case: ListingCase, act: str, uow: UnitOfWork, by: UUID | None, said: str | None = None) -> None:
    step: dict[str, Any] = {
        "act": act,
        "at": uow.clock.now().isoformat(),
        "by": encode_id("account", by) if by else None,
        "said": said,
    }
    case.acts = [*case.acts, step]


def _facts(case: ListingCase) -> domain.Case:
    return domain.Case(
        case.state,
        case.ground,
        case.proposed_by,
        case.heard_until,
        case.statement is not None,
        case.decided_by,
        case.decided_at.astimezone(SHANGHAI).date() if case.decided_at else None,
    )


async def _body_in_charge(session: AsyncSession, organisation_id: UUID, caller: Caller) -> EvaluatingBody:
    """Bodies are public, so one of another region is told as such. Raises NotFound, Forbidden."""
    found = await session.get(EvaluatingBody, organisation_id)
    if found is None:
        raise NotFound.of("organisation")
    if not caller.sees_region(found.region):
        raise Forbidden(
            Bilingual("只能对本辖区的机构立案。", "Cases are opened by the centre of the body's region.")
        )
    return found


async def _case(session: AsyncSession, number: str, caller: Caller) -> tuple[ListingCase, EvaluatingBody]:
    """The case with its body, held for this transaction. Raises NotFound (another's too)."""
    row = (
        await session.execute(
            select(ListingCase, EvaluatingBody)
            .join(EvaluatingBody, EvaluatingBody.organisation_id == ListingCase.organisation_id)
            .where(ListingCase.number == number, _sight(caller))
            .with_for_update(of=ListingCase)
        )
    ).first()
    if row is None:
        raise NotFound.of("case")
    return row[0], row[1]


def _sight(caller: Caller) -> ColumnElement[bool]:
    """The body's own cases, or those of the caller's region."""
    if caller.organisation_id is not None:
        return ListingCase.organisation_id == caller.organisation_id
    return EvaluatingBody.region.startswith(_significant(caller))


def _significant(caller: Caller) -> str:
    if caller.region is None:
        return "" if caller.role == "authority" else "nowhere"
    return caller.region.removesuffix("00").removesuffix("00")


async def _next_number(session: AsyncSession, year: int) -> str:
    statement = insert(CaseCounter).values(year=year, last=1)
    taken = await session.execute(
        statement.on_conflict_do_update(
            index_elements=["year"], set_={"last": CaseCounter.last + 1}
        ).returning(CaseCounter.last)
    )
    return f"LC-{year}-{taken.scalar_one():05}"
