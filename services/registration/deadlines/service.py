"""Use cases: tell whether results come in time, admit late ones, and show the published admissions (Art. 17)."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.events.registration import LateResults, ResultsAdmittedLate
from common.ids import decode_id, uuid7
from common.pagination import Page
from common.schemas import Listing
from common.unit_of_work import UnitOfWork
from common.workdays import WorkCalendar
from registration.deadlines import repository
from registration.deadlines.domain import (
    Timeliness,
    check_admission,
    limit_on,
    packaged_limits,
    timeliness,
)
from registration.deadlines.models import LateEntryRow
from registration.deadlines.schemas import LateEntryIn, LateEntryOut
from registration.plans.domain import Plan
from registration.plans.models import PlanFact
from registration.plans.repository import plan_in_charge


async def timeliness_of(
    session: AsyncSession, plan: Plan, *, received_on: date, profile: str, calendar: WorkCalendar
) -> Timeliness:
    """Whether results of a plan that come on a day come in time. Raises DeadlinePassed."""
    return timeliness(
        ended_on=plan.ends_on,
        received_on=received_on,
        workdays=limit_on(packaged_limits(), profile, plan.kind, "results", plan.ends_on),
        calendar=calendar,
        admission=await repository.admission_on(session, plan.id, received_on),
    )


async def admit_late(
    uow: UnitOfWork, plan_id: UUID, body: LateEntryIn, *, caller: Caller, today: date
) -> LateEntryOut:
    """Let a plan's results in after the limit; the officer answers for it. Raises NotFound, Violations."""
    async with uow:
        plan = await plan_in_charge(uow.session, plan_id, caller)
        plan.check_carried_out()
        check_admission(body.until, today=today)
        row = LateEntryRow(
            id=uuid7(),
            plan_id=plan.id,
            reason=body.reason,
            until=body.until,
            admitted_on=today,
            admitted_at=uow.clock.now(),
            admitted_by=caller.account_id,
        )
        uow.session.add(row)
        uow.say(
            ResultsAdmittedLate(
                admission_id=row.id,
                plan_id=plan.id,
                until=row.until,
                reason=row.reason,
                admitted_on=row.admitted_on,
                admitted_by=row.admitted_by,
            )
        )
        answer = _shown(row, await uow.session.get_one(PlanFact, plan.id))
        await uow.commit(answer)
    return answer


async def list_late_entries(session: AsyncSession, page: Page) -> Listing[LateEntryOut]:
    """Every admission, newest first."""
    kept, cursor = page.cut(await repository.late_entries(session, page), lambda found: (found[0].id,))
    return Listing[LateEntryOut].of([_shown(*found) for found in kept], cursor)


def _shown(row: LateEntryRow, plan: PlanFact) -> LateEntryOut:
    return LateEntryOut(
        id=row.id,
        plan_id=plan.plan_id,
        plan_number=plan.number,
        region=plan.region,
        ends_on=plan.ends_on,
        until=row.until,
        reason=row.reason,
        admitted_on=row.admitted_on,
    )


def lateness_told(data: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a batch's event says of its timeliness; nothing where its job is of the time before limits."""
    if data is None:
        return {}
    came = Timeliness.from_data(data)
    admission = came.admission
    return {
        "received_on": came.received_on,
        "workdays_allowed": came.workdays_allowed,
        "last_day": came.last_day,
        "late": came.days_late > 0,
        "days_late": came.days_late,
        "admitted_late": None
        if admission is None
        else LateResults(
            admission_id=decode_id("admission", admission.id),
            reason=admission.reason,
            admitted_by=decode_id("account", admission.admitted_by),
            admitted_on=admission.admitted_on,
        ),
    }
