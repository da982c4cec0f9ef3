"""Queries over plans in sight, supervisors and supervisions."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from audit.plans.models import PlanFact
from audit.supervision.domain import Card
from audit.supervision.models import Supervision, Supervisor
from common.auth import Caller
from common.errors import NotFound
from common.ids import encode_id
from common.pagination import Page


async def plan_in_sight(session: AsyncSession, plan_id: UUID, caller: Caller) -> PlanFact:
    """The plan, if the caller's organisation filed it or the caller's region covers it; else NotFound."""
    plan = await session.get(PlanFact, plan_id)
    if plan is None or not may_see(plan.organisation_id, plan.region, caller):
        raise NotFound.of("plan")
    return plan


def may_see(organisation_id: UUID, region: str, caller: Caller) -> bool:
    """Own organisation's data, or data of the caller's region, and nothing else."""
    if caller.organisation_id is not None:
        return caller.organisation_id == organisation_id
    return caller.sees_region(region)


def in_region_of(caller: Caller) -> ColumnElement[bool]:
    """Supervisors whose office lies in the caller's charge; every one for the authority."""
    if caller.region is None:
        return true() if caller.role == "authority" else false()
    significant = caller.region.removesuffix("00").removesuffix("00")
    return Supervisor.region.startswith(significant)


def after(column: InstrumentedAttribute[UUID], page: Page) -> list[ColumnElement[bool]]:
    """The condition that continues a list behind its last page."""
    return [] if page.after is None else [column > page.after[0]]


async def supervision_of(session: AsyncSession, plan_id: UUID) -> Supervision | None:
    return await session.scalar(select(Supervision).where(Supervision.plan_id == plan_id).with_for_update())


async def cards(session: AsyncSession) -> list[Card]:
    """Every supervisor with the days already taken."""
    taken = defaultdict[UUID, set[date]](set)
    assigned = select(Supervision.supervisor_id, Supervision.on).where(Supervision.supervisor_id.is_not(None))
    for supervisor, day in await session.execute(assigned):
        if supervisor is not None:
            taken[supervisor].add(day)
    found = await session.execute(select(Supervisor.id, Supervisor.region, Supervisor.valid_to))
    return [
        Card(encode_id("supervisor", row.id), row.region, row.valid_to, frozenset(taken[row.id]))
        for row in found
    ]
