"""Nobody decides on a body that he also acts for, and that somebody tried is kept (Art. 22)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import Bilingual
from common.events.filing import PlanDecisionRefused
from common.platform import Platform
from common.unit_of_work import UnitOfWork
from filing.people.domain import ConflictOfInterest
from filing.people.holding import acts_for
from filing.plans.models import Plan


async def check_interest(session: AsyncSession, plan: Plan, caller: Caller) -> None:
    """Raises ConflictOfInterest where the person also holds an account of the body, or of who entrusted it."""
    bodies = {body for body in (plan.organisation_id, plan.employer_id) if body is not None}
    if await acts_for(session, caller, bodies):
        raise ConflictOfInterest(
            Bilingual(
                "您同时持有该机构的账户,不能对其方案作出决定;已记录。",
                "You also hold an account of this body: somebody else decides; this was put on record.",
            )
        )


@asynccontextmanager
async def conflicts_on_record(platform: Platform, plan_id: UUID, caller: Caller) -> AsyncIterator[None]:
    """Keep that somebody tried; in a transaction of its own, for the decision came to nothing."""
    try:
        yield
    except ConflictOfInterest:
        async with UnitOfWork(platform.sessions, platform.clock) as uow:
            uow.say(
                PlanDecisionRefused(
                    plan_id=plan_id,
                    account_id=caller.account_id,
                    reason="conflict-of-interest",
                    refused_at=uow.clock.now(),
                )
            )
            await uow.commit()
        raise
