"""Questions about plans."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, false, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import NotFound
from common.permissions import ORGANISATION_ROLES
from filing.accounts.models import Account
from filing.organisations.models import Organisation
from filing.plans.models import Plan, PlanCounter, PlanDecision
from filing.territory import in_charge

RECORDERS = ("result_recorder", "organisation_administrator")  # roles that carry results:record


def visible_to(caller: Caller) -> ColumnElement[bool]:
    """An organisation sees its own plans and those filed for it, a centre those of its region, the authority all."""
    if caller.role in ORGANISATION_ROLES:
        own = caller.organisation_id
        return false() if own is None else or_(Plan.organisation_id == own, Plan.employer_id == own)
    return in_charge(Plan.region, caller)


async def plan_in_sight(session: AsyncSession, plan_id: UUID, caller: Caller, *, lock: bool = False) -> Plan:
    """A plan that the caller may see. Raises NotFound, for a foreign plan as for one that does not exist.

    `lock`: to change it, which of its organisations only the one may that filed it.
    """
    query = select(Plan).where(Plan.id == plan_id, visible_to(caller))
    found = await session.scalar(query.with_for_update() if lock else query)
    is_others = (
        lock
        and caller.role in ORGANISATION_ROLES
        and found
        and found.organisation_id != caller.organisation_id
    )
    if found is None or is_others:
        raise NotFound.of("plan")
    return found


async def plans_page(
    session: AsyncSession, caller: Caller, *, state: str | None, before: UUID | None, limit: int
) -> Sequence[Row[Plan, str]]:
    """Plans that the caller may see with their organisation's name, newest first."""
    query = (
        select(Plan, Organisation.name)
        .join(Organisation, Organisation.id == Plan.organisation_id)
        .where(visible_to(caller))
        .order_by(Plan.id.desc())
        .limit(limit)
    )
    if state is not None:
        query = query.where(Plan.state == state)
    if before is not None:
        query = query.where(Plan.id < before)
    return (await session.execute(query)).all()


async def admission_is_free(session: AsyncSession, admission_id: UUID, *, plan_id: UUID | None) -> bool:
    """Whether no other plan was filed under an admission. `plan_id`: the plan that may have it already."""
    holder = await session.scalar(select(Plan.id).where(Plan.late_admission_id == admission_id))
    return holder is None or holder == plan_id


async def insert_plan(session: AsyncSession, row: dict[str, Any]) -> Plan | None:
    """A new plan; none when the organisation has one of that name and first day already."""
    statement = insert(Plan).values(row)
    return await session.scalar(
        statement.on_conflict_do_nothing(index_elements=["organisation_id", "name", "starts_on"]).returning(
            Plan
        )
    )


async def next_serial(session: AsyncSession, region: str, year: int) -> int:
    """The next serial of a county's plans in a year; whoever takes one holds the counter until commit."""
    statement = insert(PlanCounter).values(region=region, year=year, last=1)
    taken = await session.execute(
        statement.on_conflict_do_update(
            index_elements=["region", "year"], set_={"last": PlanCounter.last + 1}
        ).returning(PlanCounter.last)
    )
    return taken.scalar_one()


async def recorders_of(session: AsyncSession, organisation_id: UUID) -> frozenset[UUID]:
    """Accounts of an organisation that may enter results now (Art. 18(3))."""
    rows = await session.scalars(
        select(Account.id).where(
            Account.organisation_id == organisation_id,
            Account.role.in_(RECORDERS),
            Account.revoked_at.is_(None),
        )
    )
    return frozenset(rows)


async def last_decision(session: AsyncSession, plan: Plan) -> PlanDecision | None:
    """The decision on the present filing of a plan."""
    return await session.get(PlanDecision, (plan.id, plan.filing))
