"""Who is registered elsewhere at the same time; spans moved with their plan, and given up."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import and_, exists, func, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from registration.plans.domain import Plan
from registration.registrations.domain import Place, Span
from registration.rosters.models import Candidate

Key = tuple[UUID, str, int]
"""Person, item code, level."""
DOUBLE: Final = "double-registration"


def as_range(span: Span) -> Range[datetime]:
    return Range(span.begin, span.end, bounds="[)")


async def registered_elsewhere(session: AsyncSession, plan: Plan, wanted: Collection[Key]) -> set[Key]:
    """Those of the wanted that stand on another plan at the same time; who stands on this one already is none."""
    rows = (
        await session.execute(
            select(
                Candidate.plan_id,
                Candidate.person_id,
                Candidate.item_code,
                Candidate.level,
                Candidate.during,
                Candidate.state,
            ).where(Candidate.person_id.in_({person_id for person_id, _, _ in wanted}))
        )
    ).all()
    here = {(row.person_id, row.item_code, row.level) for row in rows if row.plan_id == plan.id}
    spans = {place: as_range(span) for place, span in plan.spans.items()}
    taken = {
        (row.person_id, row.item_code, row.level)
        for row in rows
        if row.plan_id != plan.id
        and row.state != "refused"
        and row.during is not None
        and _overlaps(spans, (row.item_code, row.level), row.during)
    }
    return (taken & set(wanted)) - here


async def occupations(
    session: AsyncSession, plan_id: UUID, persons: Collection[UUID]
) -> Mapping[UUID, set[str]]:
    """Person → the occupations that the person stands on the plan for, those refused not among them."""
    rows = await session.execute(
        select(Candidate.person_id, Candidate.item_code).where(
            Candidate.plan_id == plan_id, Candidate.person_id.in_(persons), Candidate.state != "refused"
        )
    )
    found: dict[UUID, set[str]] = {}
    for person_id, item_code in rows:
        found.setdefault(person_id, set()).add(item_code)
    return found


def _overlaps(spans: Mapping[Place, Range[datetime]], place: Place, during: Range[datetime]) -> bool:
    return place in spans and spans[place].overlaps(during)


async def release(session: AsyncSession, plan_id: UUID) -> None:
    """Nobody is taken up by a plan that is not carried out."""
    await session.execute(update(Candidate).where(Candidate.plan_id == plan_id).values(during=None))


async def move(session: AsyncSession, plan: Plan) -> None:
    """Candidates of an amended plan are taken up by its new days.

    Whoever is registered elsewhere on them takes up no time here, and the reviewers are told.
    """
    other = aliased(Candidate)
    for (item_code, level), span in plan.spans.items():
        new = as_range(span)
        here = and_(
            Candidate.plan_id == plan.id,
            Candidate.item_code == item_code,
            Candidate.level == level,
            Candidate.state != "refused",
            Candidate.during.is_distinct_from(new),
        )
        is_elsewhere = exists().where(
            other.plan_id != plan.id,
            other.person_id == Candidate.person_id,
            other.item_code == item_code,
            other.level == level,
            other.state != "refused",
            other.during.overlaps(new),
        )
        alarms = func.array_append(func.array_remove(Candidate.alarms, DOUBLE), DOUBLE)
        await session.execute(
            update(Candidate).where(here, is_elsewhere).values(during=None, alarms=alarms),
            execution_options={"synchronize_session": False},
        )
        await session.execute(
            update(Candidate)
            .where(here, ~is_elsewhere)
            .values(during=new, alarms=func.array_remove(Candidate.alarms, DOUBLE)),
            execution_options={"synchronize_session": False},
        )
