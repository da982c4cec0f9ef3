"""Queries over reviews."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal_column, select, true, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.pagination import Page
from registration.plans.models import PlanFact
from registration.reviews.models import ReviewAct
from registration.rosters.models import Candidate


async def waiting(session: AsyncSession, plan_id: UUID) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """Candidates of a plan who wait, and those of whom evidence was asked."""
    rows = await session.execute(
        select(Candidate.id, Candidate.state).where(
            Candidate.plan_id == plan_id, Candidate.state.in_(("pending", "evidence_asked"))
        )
    )
    found = [(row.id, row.state) for row in rows]
    pending = frozenset(candidate_id for candidate_id, state in found if state == "pending")
    return pending, frozenset(candidate_id for candidate_id, _ in found) - pending


async def last_numbers(session: AsyncSession, plan_id: UUID) -> dict[UUID, int]:
    """Of each candidate of a plan, the number of the last act; none yet: left out.

    By the plan: a statement takes 32,767 values at most, and a plan may have more candidates.
    """
    rows = await session.execute(
        select(ReviewAct.candidate_id, func.max(ReviewAct.number).label("last"))
        .join(Candidate, Candidate.id == ReviewAct.candidate_id)
        .where(Candidate.plan_id == plan_id)
        .group_by(ReviewAct.candidate_id)
    )
    return {row.candidate_id: row.last for row in rows}


async def acts_of(session: AsyncSession, candidate_id: UUID) -> Sequence[ReviewAct]:
    """Everything done with a candidate, in its order."""
    rows = await session.scalars(
        select(ReviewAct).where(ReviewAct.candidate_id == candidate_id).order_by(ReviewAct.number)
    )
    return rows.all()


def in_charge(caller: Caller) -> ColumnElement[bool]:
    """Plans of the caller's region."""
    if caller.region is None:
        return true() if caller.role == "authority" else PlanFact.region.in_(())
    prefix = caller.region.removesuffix("00").removesuffix("00")
    return PlanFact.region.startswith(prefix, autoescape=True)


async def queue_page(session: AsyncSession, caller: Caller, page: Page) -> Sequence[Any]:
    """Plans of the caller's region with somebody who waits, or an appeal, the nearest first day first."""
    last = (
        select(ReviewAct.candidate_id, ReviewAct.act)
        .ext(distinct_on(ReviewAct.candidate_id))
        .order_by(ReviewAct.candidate_id, ReviewAct.number.desc())
        .subquery()
    )
    is_pending = Candidate.state == "pending"
    is_appeal = and_(Candidate.state == "refused", last.c.act == "appealed")
    waiting_count = func.count().filter(is_pending).label("waiting")
    asked = func.count().filter(Candidate.state == "evidence_asked").label("evidence_asked")
    appeals = func.count().filter(is_appeal).label("appeals")
    alarmed = func.count().filter(and_(is_pending, func.cardinality(Candidate.alarms) > 0)).label("alarmed")
    since = func.min(Candidate.submitted_at).filter(is_pending).label("waiting_since")
    query = (
        select(
            PlanFact.plan_id,
            PlanFact.number,
            PlanFact.name,
            PlanFact.organisation_id,
            PlanFact.region,
            PlanFact.starts_on,
            waiting_count,
            asked,
            appeals,
            alarmed,
            since,
        )
        .join(Candidate, Candidate.plan_id == PlanFact.plan_id)
        .outerjoin(last, last.c.candidate_id == Candidate.id)
        .where(in_charge(caller), PlanFact.cancelled_at.is_(None), PlanFact.kind != "employer")
        .group_by(PlanFact.plan_id)
        .having(waiting_count + asked + appeals > literal_column("0"))
        .order_by(PlanFact.starts_on, PlanFact.plan_id)
        .limit(page.fetch)
    )
    if page.after:
        query = query.where(tuple_(PlanFact.starts_on, PlanFact.plan_id) > tuple(page.after))
    return (await session.execute(query)).all()
