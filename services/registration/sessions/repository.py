"""Queries over admissions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from registration.plans.models import PlanFact
from registration.rosters.models import Candidate
from registration.sessions.models import Admission


@dataclass(frozen=True, slots=True)
class Admitted:
    """What a candidate is told: number and seat, and when and where that is (none without a seat)."""

    number: str
    session_number: int | None
    room: str | None
    seat: int | None
    site: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    version: int


async def admissions(session: AsyncSession, candidate_ids: Collection[UUID]) -> dict[UUID, Admitted]:
    """The admissions of these candidates; who has none is left out."""
    rows = await session.scalars(select(Admission).where(Admission.candidate_id.in_(candidate_ids)))
    return {row.candidate_id: _admitted(row) for row in rows}


def _admitted(row: Admission) -> Admitted:
    return Admitted(
        number=row.number,
        session_number=row.session_number,
        room=row.room,
        seat=row.seat,
        site=row.site,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        version=row.version,
    )


async def plans_to_seat(session: AsyncSession, limit: int) -> Sequence[UUID]:
    """Plans with sessions where somebody approved has no admission yet."""
    admitted = exists().where(Admission.candidate_id == Candidate.id)
    rows = await session.scalars(
        select(Candidate.plan_id)
        .join(PlanFact, PlanFact.plan_id == Candidate.plan_id)
        .where(
            Candidate.state == "approved",
            ~admitted,
            PlanFact.cancelled_at.is_(None),
            func.jsonb_array_length(PlanFact.sessions) > 0,
        )
        .distinct()
        .limit(limit)
    )
    return rows.all()


async def approved(session: AsyncSession, plan_id: UUID) -> Sequence[Row[UUID, UUID, str, int]]:
    """Approved candidates of a plan in order of arrival: id, person, item, level."""
    rows = await session.execute(
        select(Candidate.id, Candidate.person_id, Candidate.item_code, Candidate.level)
        .where(Candidate.plan_id == plan_id, Candidate.state == "approved")
        .order_by(Candidate.id)
    )
    return rows.all()


async def of_plan(session: AsyncSession, plan_id: UUID) -> Sequence[Admission]:
    """Admissions as they stand, also where the session has read them before they were changed."""
    query = select(Admission).where(Admission.plan_id == plan_id)
    rows = await session.scalars(query, execution_options={"populate_existing": True})
    return rows.all()
