"""Queries over admissions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
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
    rows = await session.execute(
        select(Admission, PlanFact.sessions)
        .join(PlanFact, PlanFact.plan_id == Admission.plan_id)
        .where(Admission.candidate_id.in_(candidate_ids))
    )
    return {row.candidate_id: _admitted(row, sessions) for row, sessions in rows}


def _admitted(row: Admission, sessions: Sequence[dict[str, Any]]) -> Admitted:
    place = next((one for one in sessions if one["number"] == row.session_number), None)
    return Admitted(
        number=row.number,
        session_number=row.session_number,
        room=place["room"] if place else None,
        seat=row.seat if place else None,
        site=place["site_name"] if place else None,
        starts_at=datetime.fromisoformat(place["starts_at"]) if place else None,
        ends_at=datetime.fromisoformat(place["ends_at"]) if place else None,
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


async def approved(session: AsyncSession, plan_id: UUID) -> Sequence[Row[UUID, str, int]]:
    """Approved candidates of a plan in order of arrival: id, item, level."""
    rows = await session.execute(
        select(Candidate.id, Candidate.item_code, Candidate.level)
        .where(Candidate.plan_id == plan_id, Candidate.state == "approved")
        .order_by(Candidate.id)
    )
    return rows.all()


async def of_plan(session: AsyncSession, plan_id: UUID) -> Sequence[Admission]:
    rows = await session.scalars(select(Admission).where(Admission.plan_id == plan_id))
    return rows.all()
