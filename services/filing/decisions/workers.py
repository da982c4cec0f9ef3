"""What tends the queue beside the requests: acceptance by rule, and escalation of what waits too long."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Final

from common.clock import SHANGHAI
from common.events.filing import PlanEscalated
from common.platform import Platform
from common.unit_of_work import UnitOfWork
from common.workdays import WorkCalendar
from filing.decisions.domain import waiting
from filing.decisions.repository import filed_before, keep_escalation
from filing.decisions.rule import accept_by_rule
from filing.plans.models import Plan

PAUSE_SECONDS: Final = 30
SOONEST: Final = timedelta(days=5)  # nothing is overdue sooner than its target of working days


async def tend_queue(platform: Platform) -> None:
    """Every half minute; two instances at once do no harm, for each act is kept once."""
    while True:
        await asyncio.sleep(PAUSE_SECONDS)
        await accept_by_rule(platform)
        await escalate(platform)


async def escalate(platform: Platform) -> None:
    """Put plans that wait past the target before the centres above, and say so once for each filing."""
    after = None
    while True:
        uow = UnitOfWork(platform.sessions, platform.clock)
        async with uow:
            now, today = platform.clock.now(), platform.clock.today()
            plans = await filed_before(uow.session, now - SOONEST, after=after)
            for plan in plans:
                await _put_before_those_above(uow, plan, now=now, today=today, calendar=platform.calendar)
            await uow.commit()
        if not plans:
            return
        after = plans[-1].id


async def _put_before_those_above(
    uow: UnitOfWork, plan: Plan, *, now: datetime, today: date, calendar: WorkCalendar
) -> None:
    filed = plan.filed_at.astimezone(SHANGHAI).date()
    stands = waiting(plan.region, filed=filed, today=today, calendar=calendar)
    for region in stands.escalated_to:
        if await keep_escalation(uow.session, plan, region, now):
            uow.say(
                PlanEscalated(
                    plan_id=plan.id,
                    number=plan.number,
                    region=plan.region,
                    escalated_to=region,
                    due_on=stands.due_on,
                    workdays_waiting=stands.workdays,
                )
            )
