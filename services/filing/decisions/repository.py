"""Questions about plans that wait for their decision."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from filing.decisions.models import AutomaticAcceptance, PlanEscalation
from filing.organisations.models import Organisation
from filing.plans.models import Plan
from filing.plans.repository import visible_to

BATCH = 500  # plans looked at in one turn of a worker


async def queue_page(
    session: AsyncSession, caller: Caller, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Row[Plan, str]]:
    """Filed plans of the caller's region with their organisation's name, the longest waiting first."""
    query = (
        select(Plan, Organisation.name)
        .join(Organisation, Organisation.id == Plan.organisation_id)
        .where(visible_to(caller), Plan.state == "filed")
        .order_by(Plan.filed_at, Plan.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(Plan.filed_at, Plan.id) > after)
    return (await session.execute(query)).all()


async def filed_before(session: AsyncSession, moment: datetime, *, after: UUID | None) -> Sequence[Plan]:
    """The next filed plans that have waited since before a moment, by id."""
    query = select(Plan).where(Plan.state == "filed", Plan.filed_at < moment).order_by(Plan.id).limit(BATCH)
    if after is not None:
        query = query.where(Plan.id > after)
    return (await session.scalars(query)).all()


async def keep_escalation(session: AsyncSession, plan: Plan, region: str, now: datetime) -> bool:
    """Keep that a filing was put before a region's centre; false when it had been."""
    statement = insert(PlanEscalation).values(
        plan_id=plan.id, filing=plan.filing, region=region, escalated_at=now
    )
    kept = await session.execute(statement.on_conflict_do_nothing().returning(PlanEscalation.plan_id))
    return kept.first() is not None


async def rule_of(session: AsyncSession, organisation_id: UUID) -> AutomaticAcceptance | None:
    """How acceptance by rule was last set for an organisation."""
    return await session.scalar(
        select(AutomaticAcceptance)
        .where(AutomaticAcceptance.organisation_id == organisation_id)
        .order_by(AutomaticAcceptance.id.desc())
        .limit(1)
    )


async def plans_for_the_rule(session: AsyncSession) -> Sequence[UUID]:
    """Filed plans of organisations for which acceptance by rule was ever switched on."""
    ever = select(AutomaticAcceptance.organisation_id).where(AutomaticAcceptance.enabled)
    query = (
        select(Plan.id)
        .where(Plan.state == "filed", Plan.organisation_id.in_(ever))
        .order_by(Plan.id)
        .limit(BATCH)
    )
    return (await session.scalars(query)).all()
