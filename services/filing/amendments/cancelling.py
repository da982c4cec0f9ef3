"""Use case: cancel a plan, by its organisation before the first day, or by the centre."""

from datetime import date
from typing import Literal
from uuid import UUID

from common.auth import Caller
from common.errors import Bilingual
from common.events.filing import PlanCancelled
from common.permissions import ORGANISATION_ROLES
from common.unit_of_work import UnitOfWork
from filing.amendments.models import PlanCancellation
from filing.amendments.schemas import CancellationIn
from filing.bookings.repository import release
from filing.plans.recording import EvaluationUnderWay, advance
from filing.plans.repository import plan_in_sight
from filing.plans.schemas import PlanContent, PlanOut
from filing.plans.showing import shown

Side = Literal["organisation", "centre"]


async def cancel_plan(
    uow: UnitOfWork, plan_id: UUID, body: CancellationIn, *, caller: Caller, today: date
) -> PlanOut:
    """End a plan with a reason. What was recorded under it stays; nothing more is taken in (decision record 41).

    Raises NotFound, WrongState, EvaluationUnderWay: an organisation cancels before the first day, a centre until
    the last.
    """
    side: Side = "organisation" if caller.role in ORGANISATION_ROLES else "centre"
    async with uow:
        plan = await plan_in_sight(uow.session, plan_id, caller, lock=True)
        advance(plan, "cancel")
        content = PlanContent.model_validate(plan.content)
        is_late = today >= plan.starts_on if side == "organisation" else today > content.ends_on
        if is_late:
            raise EvaluationUnderWay(
                Bilingual(
                    "评价已开始或已结束,不能再取消方案。",
                    "The evaluation has begun, or ended: the plan is not cancelled any more.",
                ),
                starts_on=plan.starts_on,
            )
        row = PlanCancellation(
            plan_id=plan.id,
            side=side,
            reason=body.reason,
            cancelled_at=uow.clock.now(),
            cancelled_by=caller.account_id,
        )
        uow.session.add(row)
        await release(uow.session, plan.id)
        uow.say(
            PlanCancelled(
                plan_id=plan.id,
                organisation_id=plan.organisation_id,
                side=side,
                reason=body.reason,
                cancelled_at=row.cancelled_at,
            )
        )
        await uow.session.flush()
        answer = await shown(uow.session, plan)
        await uow.commit(answer)
    return answer
