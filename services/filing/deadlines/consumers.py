"""What filing does when a year of the calendar is announced. The same year told again finds nothing to change."""

from datetime import date
from typing import Any

from sqlalchemy import select

from common.calendars import stored_calendar
from common.clock import SHANGHAI
from common.events import Event
from common.events.catalog import CalendarPublished
from common.events.filing import PlanDeadlineDecided
from common.unit_of_work import UnitOfWork
from filing.deadlines.domain import decide
from filing.plans.lifecycle import OPEN
from filing.plans.models import Plan

OVER_NEW_YEAR = (3, 1)  # a notice of fifteen working days that began in the year before ends before March


async def on_calendar_published(uow: UnitOfWork, event: CalendarPublished) -> None:
    """Decide anew the deadlines that the year touches, of plans whose evaluation is to come; tell their owners."""
    calendar = await stored_calendar(uow.session)
    today = uow.clock.now().astimezone(SHANGHAI).date()
    first, last = date(event.year, 1, 1), date(event.year + 1, *OVER_NEW_YEAR)
    plans = await uow.session.scalars(
        select(Plan)
        .where(Plan.state.in_(OPEN), Plan.starts_on >= max(first, today), Plan.starts_on < last)
        .order_by(Plan.id)
        .with_for_update()
    )
    for plan in plans:
        found = decide(plan.state, starts_on=plan.starts_on, filed_on=plan.filed_on, calendar=calendar)
        stands = (plan.last_filing_day, plan.deadline_provisional, plan.deadline_missed)
        if stands == (found.last_filing_day, found.provisional, found.missed):
            continue
        plan.last_filing_day, plan.deadline_provisional = found.last_filing_day, found.provisional
        plan.deadline_missed = found.missed
        plan.version += 1
        uow.say(
            PlanDeadlineDecided(
                plan_id=plan.id,
                organisation_id=plan.organisation_id,
                starts_on=plan.starts_on,
                filed_on=plan.filed_on,
                last_filing_day=found.last_filing_day,
                provisional=found.provisional,
                missed=found.missed,
                earliest_start=calendar.earliest_start(today).day,
                calendar_year=event.year,
                calendar_edition=event.edition,
            )
        )


HANDLERS: dict[type[Event], Any] = {CalendarPublished: on_calendar_published}
