"""Use cases: decide on a plan, and show what waits for a decision (Art. 18(1))."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.clock import SHANGHAI
from common.errors import Bilingual, Forbidden
from common.events.filing import PlanRejected, PlanReturned
from common.pagination import Page
from common.preconditions import IfMatch
from common.regions import is_county
from common.schemas import Listing
from common.unit_of_work import UnitOfWork
from common.workdays import WorkCalendar
from filing.bookings.repository import release
from filing.decisions.accepting import accepted
from filing.decisions.domain import check_reasons, waiting
from filing.decisions.repository import queue_page
from filing.decisions.schemas import PlanDecisionIn, QueuedPlan
from filing.people.interest import check_interest
from filing.plans.lifecycle import Act
from filing.plans.models import Plan, PlanDecision
from filing.plans.recording import advance
from filing.plans.repository import plan_in_sight
from filing.plans.schemas import PlanOut
from filing.plans.showing import shown, summary
from filing.standings.repository import standings_on


async def decide_plan(
    uow: UnitOfWork,
    plan_id: UUID,
    body: PlanDecisionIn,
    *,
    caller: Caller,
    held: IfMatch | None,
    today: date,
    calendar: WorkCalendar,
) -> PlanOut:
    """The decision of the centre in charge: accept, return with reasons per field, or reject for good.

    Raises NotFound (also for plans of other regions), Violations, the problem `precondition-failed`, WrongState,
    EvaluationBegun, and the plan's refusal when it does not stand any more (scope, list or standard changed since).
    """
    check_reasons(body.decision, len(body.reasons))
    async with uow:
        plan = await plan_in_sight(uow.session, plan_id, caller, lock=True)
        if held is not None:
            held.check(plan.version)
        _check_decider(plan, caller)
        await check_interest(uow.session, plan, caller)
        act: Act = body.decision
        advance(plan, act)
        now = uow.clock.now()
        uow.session.add(
            PlanDecision(
                plan_id=plan.id,
                filing=plan.filing,
                decision=body.decision,
                reasons=[reason.model_dump() for reason in body.reasons],
                decided_at=now,
                decided_by=caller.account_id,
            )
        )
        reasons = tuple(f"{reason.field}: {reason.reason}" for reason in body.reasons)
        match body.decision:
            case "accept":
                told = await accepted(
                    uow.session,
                    plan,
                    today=today,
                    calendar=calendar,
                    now=now,
                    decided_by=caller.account_id,
                    by_rule=False,
                )
                uow.say(told)
            case "return":
                await release(uow.session, plan.id)
                uow.say(PlanReturned(plan_id=plan.id, reasons=reasons))
            case "reject":
                await release(uow.session, plan.id)
                uow.say(PlanRejected(plan_id=plan.id, reasons=reasons))
        await uow.session.flush()
        answer = await shown(uow.session, plan)
        await uow.commit(answer)
    return answer


def _check_decider(plan: Plan, caller: Caller) -> None:
    """Two persons for the direct channel, the second at a city's centre or above (Art. 14). Raises Forbidden."""
    if plan.kind != "direct":
        return
    if plan.filed_by == caller.account_id or (caller.region is not None and is_county(caller.region)):
        raise Forbidden(
            Bilingual(
                "直接认定方案由市级以上的另一名负责人决定。",
                "The direct channel is decided by another person, at a city's centre or above.",
            )
        )


async def queue(
    session: AsyncSession, page: Page, *, caller: Caller, today: date, calendar: WorkCalendar
) -> Listing[QueuedPlan]:
    """Plans of the caller's region that wait for a decision, the longest waiting first."""
    after = (page.after[0], page.after[1]) if page.after else None
    rows = await queue_page(session, caller, after=after, limit=page.fetch)
    kept, cursor = page.cut(rows, lambda row: (row[0].filed_at, row[0].id))
    standings = await standings_on(session, {plan.organisation_id for plan, _ in kept}, today)
    lines = [
        _queued(
            plan, name, frozen_by=standings[plan.organisation_id].frozen_by, today=today, calendar=calendar
        )
        for plan, name in kept
    ]
    return Listing.of(lines, cursor)


def _queued(
    plan: Plan, organisation_name: str, *, frozen_by: str | None, today: date, calendar: WorkCalendar
) -> QueuedPlan:
    filed = plan.filed_at.astimezone(SHANGHAI).date()
    stands = waiting(plan.region, filed=filed, today=today, calendar=calendar)
    return QueuedPlan.model_validate(
        summary(plan, organisation_name).model_dump()
        | {
            "workdays_waiting": stands.workdays,
            "due_on": stands.due_on,
            "urgency": stands.urgency,
            "escalated_to": list(stands.escalated_to),
            "frozen_by": frozen_by,
        }
    )
