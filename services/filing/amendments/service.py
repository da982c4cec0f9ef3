"""Use cases: amend an accepted plan, and decide on amendments that need new notice (Art. 18(1))."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import Bilingual, FieldError, Forbidden, NotFound, Violations
from common.events.filing import PlanAmended
from common.pagination import Page
from common.preconditions import IfMatch
from common.schemas import Listing
from common.unit_of_work import UnitOfWork
from common.workdays import WorkCalendar
from filing.amendments.domain import changes, need_new_notice
from filing.amendments.models import PlanAmendment
from filing.amendments.schemas import AmendmentDecisionIn, AmendmentOut, WaitingAmendment
from filing.decisions.accepting import accepted
from filing.organisations.models import Organisation
from filing.people.interest import check_interest
from filing.plans.checking import check_draft, draft_of, own_organisation, refuse
from filing.plans.models import Plan, PlanDecision
from filing.plans.recording import EvaluationUnderWay, WrongState, plan_known, record_bookings, record_content
from filing.plans.repository import last_decision, plan_in_sight
from filing.plans.schemas import PlanContent
from filing.plans.service import check_is_not_direct
from filing.territory import in_charge


async def amend_plan(
    uow: UnitOfWork,
    plan_id: UUID,
    content: PlanContent,
    *,
    caller: Caller,
    held: IfMatch,
    today: date,
    calendar: WorkCalendar,
) -> AmendmentOut:
    """Amend an accepted plan before its first day: at once, or after new notice and the centre's decision.

    Raises NotFound, the problem `precondition-failed`, WrongState, EvaluationUnderWay, NothingChanged, and the refusal
    that names all problems.
    """
    check_is_not_direct(content)
    async with uow:
        plan = await plan_in_sight(uow.session, plan_id, caller, lock=True)
        held.check(plan.version)
        organisation = await own_organisation(uow.session, caller, today)
        _check_open(plan, today)
        await _check_none_waiting(uow.session, plan)
        old, new = PlanContent.model_validate(plan.content), draft_of(content)
        found = changes(draft_of(old), new, same_text=content == old)
        is_new_notice = need_new_notice(found)
        filed_on = today if is_new_notice else plan.filed_on
        if is_new_notice:
            checked = await check_draft(
                uow.session,
                organisation,
                new,
                filed_on=filed_on,
                today=today,
                calendar=calendar,
                plan_id=plan.id,
            )
            refuse(checked)
        row = PlanAmendment(
            plan_id=plan.id,
            number=await _next_number(uow.session, plan),
            state="waiting" if is_new_notice else "in_force",
            region=content.site.region,
            content=content.model_dump(mode="json"),
            changes=list(found),
            filed_on=filed_on,
            filed_at=uow.clock.now(),
            filed_by=caller.account_id,
        )
        uow.session.add(row)
        plan.version += 1
        if not is_new_notice:
            await _put_in_force(uow, plan, row, today=today, calendar=calendar)
        await uow.session.flush()
        answer = AmendmentOut.of(row)
        await uow.commit(answer)
    return answer


async def decide_amendment(
    uow: UnitOfWork,
    plan_id: UUID,
    number: int,
    body: AmendmentDecisionIn,
    *,
    caller: Caller,
    today: date,
    calendar: WorkCalendar,
) -> AmendmentOut:
    """The decision of the centre of the county where the plan is to be carried out.

    Raises NotFound, Forbidden (the new site lies elsewhere), ConflictOfInterest, WrongState, EvaluationUnderWay,
    Violations, the refusal.
    """
    if not body.accept and body.reason is None:
        raise Violations([_reason_missing()])
    async with uow:
        plan = await plan_in_sight(uow.session, plan_id, caller, lock=True)
        row = await uow.session.get(PlanAmendment, (plan_id, number))
        if row is None:
            raise NotFound.of("amendment")
        if not caller.sees_region(row.region):
            raise Forbidden(
                Bilingual(
                    "新场地不在本中心辖区,请由共同的上级中心决定。",
                    "The new site lies in another region: the centre above both decides.",
                )
            )
        await check_interest(uow.session, plan, caller)
        if row.state != "waiting":
            raise _wrong_state(plan)
        row.reason, row.decided_at, row.decided_by = body.reason, uow.clock.now(), caller.account_id
        row.state = "in_force" if body.accept else "refused"
        plan.version += 1
        if body.accept:
            _check_open(plan, today)
            await _put_in_force(uow, plan, row, today=today, calendar=calendar)
        await uow.session.flush()
        answer = AmendmentOut.of(row)
        await uow.commit(answer)
    return answer


async def list_amendments(session: AsyncSession, plan_id: UUID, *, caller: Caller) -> list[AmendmentOut]:
    """Every amendment of a plan, in its order. Raises NotFound."""
    plan = await plan_in_sight(session, plan_id, caller)
    return [AmendmentOut.of(row) for row in await _amendments(session, plan)]


async def list_waiting(session: AsyncSession, page: Page, *, caller: Caller) -> Listing[WaitingAmendment]:
    """Amendments that wait, where the site is or is to be in the caller's region; the longest waiting first."""
    query = (
        select(PlanAmendment, Plan.number, Organisation.name)
        .join(Plan, Plan.id == PlanAmendment.plan_id)
        .join(Organisation, Organisation.id == Plan.organisation_id)
        .where(
            PlanAmendment.state == "waiting",
            in_charge(PlanAmendment.region, caller) | in_charge(Plan.region, caller),
        )
        .order_by(PlanAmendment.filed_at, PlanAmendment.plan_id)
        .limit(page.fetch)
    )
    if page.after:
        query = query.where(tuple_(PlanAmendment.filed_at, PlanAmendment.plan_id) > tuple(page.after))
    rows = (await session.execute(query)).all()
    kept, cursor = page.cut(rows, lambda row: (row[0].filed_at, row[0].plan_id))
    lines = [WaitingAmendment.waiting(row, number, name) for row, number, name in kept]
    return Listing.of(lines, cursor)


async def _put_in_force(
    uow: UnitOfWork, plan: Plan, row: PlanAmendment, *, today: date, calendar: WorkCalendar
) -> None:
    """The plan says from now on what the amendment says; the acceptance goes on to stand behind it."""
    session = uow.session
    decision = await last_decision(session, plan)
    content = PlanContent.model_validate(row.content)
    organisation = await session.get_one(Organisation, plan.organisation_id)
    checked = await check_draft(
        session,
        organisation,
        draft_of(content),
        filed_on=row.filed_on,
        today=today,
        calendar=calendar,
        plan_id=plan.id,
    )
    refuse(checked)
    record_content(plan, content, checked)
    try:
        await session.flush()
    except IntegrityError:  # the name and the day are those of another plan
        raise plan_known() from None
    await record_bookings(session, plan, content)
    plan.filing += 1
    plan.filed_on, plan.filed_at, plan.filed_by = row.filed_on, row.filed_at, row.filed_by
    decided_at = row.decided_at or (decision.decided_at if decision else row.filed_at)
    decided_by = row.decided_by or (decision.decided_by if decision else row.filed_by)
    session.add(
        PlanDecision(
            plan_id=plan.id,
            filing=plan.filing,
            decision="accept",
            reasons=[],
            decided_at=decided_at,
            decided_by=decided_by,
            by_rule=decision.by_rule if decision and row.decided_by is None else False,
        )
    )
    told = await accepted(
        session,
        plan,
        today=today,
        calendar=calendar,
        now=decided_at,
        decided_by=decided_by,
        by_rule=False,
    )
    uow.say(
        PlanAmended.model_validate(
            told.model_dump() | {"number_of_amendment": row.number, "changes": row.changes}
        )
    )


async def _amendments(session: AsyncSession, plan: Plan) -> Sequence[PlanAmendment]:
    query = select(PlanAmendment).where(PlanAmendment.plan_id == plan.id).order_by(PlanAmendment.number)
    return (await session.scalars(query)).all()


async def _next_number(session: AsyncSession, plan: Plan) -> int:
    """The plan's row is locked by whoever asks."""
    last = await session.scalar(
        select(func.max(PlanAmendment.number)).where(PlanAmendment.plan_id == plan.id)
    )
    return (last or 0) + 1


async def _check_none_waiting(session: AsyncSession, plan: Plan) -> None:
    if any(row.state == "waiting" for row in await _amendments(session, plan)):
        raise _wrong_state(plan)


def _check_open(plan: Plan, today: date) -> None:
    if plan.state != "accepted":
        raise _wrong_state(plan)
    if today >= plan.starts_on:
        raise EvaluationUnderWay(
            Bilingual(
                "评价首日已到,方案不能再变更。", "The first day has come; the plan is amended no more."
            ),
            starts_on=plan.starts_on,
        )


def _wrong_state(plan: Plan) -> WrongState:
    return WrongState(
        Bilingual(
            "方案或变更的当前状态不允许此操作;请重新读取。",
            "The state of the plan, or of the amendment, does not allow this; read it again.",
        ),
        state=plan.state,
    )


def _reason_missing() -> FieldError:
    return FieldError(
        pointer="/reason",
        code="reasons-missing",
        article="18(1)",
        detail=Bilingual("不同意变更须说明理由。", "An amendment is refused with a reason."),
        remedy=Bilingual("请填写理由。", "Say why."),
    )
