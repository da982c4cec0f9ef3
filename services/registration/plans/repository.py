"""Plans as their callers may see them, and the pass rules of their items."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import Bilingual, NotFound, StateConflict
from common.ids import decode_id
from common.marks import PassRule
from registration.claims.rules import Rules, rules_of
from registration.plans.domain import Item, Plan, pass_rule
from registration.plans.models import PlanFact, StandardFact
from registration.registrations.domain import Place, spans


class StandardNotKnown(StateConflict):
    """The catalog's word on a standard that filing has checked has not arrived here yet."""

    code = "standard-not-known-yet"
    article = "4"
    title = Bilingual("职业标准尚未同步", "The standard has not arrived yet")


async def plan_of(session: AsyncSession, plan_id: UUID, *, lock: bool = False) -> Plan:
    """An accepted plan. Raises NotFound."""
    row = await session.get(PlanFact, plan_id, with_for_update=lock)
    if row is None:
        raise NotFound.of("plan")
    return Plan(
        id=row.plan_id,
        organisation_id=row.organisation_id,
        kind=row.kind,
        region=row.region,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        items=tuple(
            Item(
                code=item["item_code"],
                name=item["item_name"],
                track=item["track"],
                level=item["level"],
                standard_id=decode_id("standard", item["standard_id"]),
            )
            for item in row.items
        ),
        recorder_account_id=row.recorder_account_id,
        examiners=frozenset(row.examiners),
        is_cancelled=row.cancelled_at is not None,
        spans=spans(
            row.starts_on,
            row.ends_on,
            [(item["item_code"], item["level"]) for item in row.items],
            row.sessions,
        ),
        waives_seniority=row.waives_seniority,
    )


async def own_plan(session: AsyncSession, plan_id: UUID, caller: Caller) -> Plan:
    """A plan of the caller's organisation. Raises NotFound: a foreign plan is an unknown one."""
    plan = await plan_of(session, plan_id)
    if caller.organisation_id is None or caller.organisation_id != plan.organisation_id:
        raise NotFound.of("plan")
    return plan


async def plan_in_charge(session: AsyncSession, plan_id: UUID, caller: Caller, *, lock: bool = False) -> Plan:
    """A plan in the region of the caller's centre. Raises NotFound."""
    plan = await plan_of(session, plan_id, lock=lock)
    if not caller.sees_region(plan.region):
        raise NotFound.of("plan")
    return plan


async def plan_in_sight(session: AsyncSession, plan_id: UUID, caller: Caller) -> Plan:
    """A plan that the caller may read: of the own organisation, or of the own region. Raises NotFound."""
    plan = await plan_of(session, plan_id)
    is_own = caller.organisation_id is not None and caller.organisation_id == plan.organisation_id
    if not is_own and not caller.sees_region(plan.region):
        raise NotFound.of("plan")
    return plan


async def pass_rules(session: AsyncSession, plan: Plan) -> dict[tuple[str, int], PassRule]:
    """(item, level) → its pass rule. Raises StandardNotKnown."""
    wanted = {item.standard_id for item in plan.items}
    components = {row.standard_id: row.components for row in await _standards(session, plan)}
    if wanted - components.keys():
        raise StandardNotKnown(
            Bilingual(
                "该方案所用的职业标准尚未同步到本服务,请稍后重试。",
                "The standard that the plan names has not arrived here yet; try again in a moment.",
            )
        )
    return {
        (item.code, item.level): pass_rule(components[item.standard_id], item.level) for item in plan.items
    }


async def eligibility_rules(session: AsyncSession, plan: Plan) -> dict[Place, Rules]:
    """Item and level → the conditions of its standard; the general ones while the catalog's word is not here."""
    known = {
        row.standard_id: rules_of(row.regulation, row.eligibility) for row in await _standards(session, plan)
    }
    return {(item.code, item.level): known.get(item.standard_id) or rules_of() for item in plan.items}


async def _standards(session: AsyncSession, plan: Plan) -> list[StandardFact]:
    wanted = {item.standard_id for item in plan.items}
    return list(await session.scalars(select(StandardFact).where(StandardFact.standard_id.in_(wanted))))
