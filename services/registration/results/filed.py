"""Plans that were filed and are not accepted: so that whoever sends results too soon hears why."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from common.auth import Caller
from common.errors import Bilingual, NotFound, StateConflict
from common.events.filing import PlanFiled
from common.inbox import Handlers
from common.unit_of_work import UnitOfWork
from registration.base import Base
from registration.plans.domain import Plan
from registration.plans.repository import own_plan


class PlanNotAccepted(StateConflict):
    """Results are entered under an accepted plan (Art. 18(1), 18(2))."""

    code = "state-conflict"
    article = "18"
    title = Bilingual("方案尚未备案通过", "The plan is not accepted")


class FiledPlan(Base):
    """A plan that was filed, whatever became of it since."""

    __tablename__ = "filed_plan"

    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]


async def on_plan_filed(uow: UnitOfWork, event: PlanFiled) -> None:
    """Keep whose it is. Safe twice."""
    row = {"plan_id": event.plan_id, "organisation_id": event.organisation_id}
    await uow.session.execute(insert(FiledPlan).values(row).on_conflict_do_nothing())


async def accepted_plan(session: AsyncSession, plan_id: UUID, caller: Caller) -> Plan:
    """An accepted plan of the caller's organisation. Raises NotFound, PlanNotAccepted."""
    try:
        return await own_plan(session, plan_id, caller)
    except NotFound:
        filed = await session.get(FiledPlan, plan_id)
        if filed is None or filed.organisation_id != caller.organisation_id:
            raise
        raise PlanNotAccepted(
            Bilingual(
                "方案已提交,尚未备案通过,不能登记结果;请先查看方案的处理状态。",
                "The plan is filed and not accepted, so no results are taken in; see first how it stands.",
            )
        ) from None


HANDLERS: Handlers = {PlanFiled: on_plan_filed}
