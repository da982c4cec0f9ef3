"""An amended plan may have other sessions: seats follow it, numbers stay. Safe twice."""

from common.events.filing import PlanAmended
from common.inbox import Handlers
from common.unit_of_work import UnitOfWork
from registration.sessions.service import seat_candidates


async def on_plan_amended(uow: UnitOfWork, event: PlanAmended) -> None:
    await uow.session.flush()
    await seat_candidates(uow, event.plan_id)


HANDLERS: Handlers = {PlanAmended: on_plan_amended}
