"""Queries over candidates."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from common.pagination import Page
from registration.rosters.domain import CandidateState
from registration.rosters.models import Candidate


@dataclass(frozen=True, slots=True)
class Counts:
    """How far the review of a plan's candidates is."""

    approved: int = 0
    refused: int = 0
    pending: int = 0

    @property
    def is_finished(self) -> bool:
        return not self.pending and bool(self.approved or self.refused)


async def counts(session: AsyncSession, plan_id: UUID) -> Counts:
    rows = await session.execute(
        select(Candidate.state, func.count().label("people"))
        .where(Candidate.plan_id == plan_id)
        .group_by(Candidate.state)
    )
    found = {row.state: row.people for row in rows}
    return Counts(found.get("approved", 0), found.get("refused", 0), found.get("pending", 0))


async def pending(session: AsyncSession, plan_id: UUID) -> frozenset[UUID]:
    rows = await session.scalars(
        select(Candidate.id).where(Candidate.plan_id == plan_id, Candidate.state == "pending")
    )
    return frozenset(rows)


async def states(
    session: AsyncSession, plan_id: UUID, persons: Iterable[UUID]
) -> dict[tuple[UUID, str, int], CandidateState]:
    """(person, item, level) → state, for these persons' registrations under a plan."""
    rows = await session.execute(
        select(Candidate.person_id, Candidate.item_code, Candidate.level, Candidate.state).where(
            Candidate.plan_id == plan_id, Candidate.person_id.in_(set(persons))
        )
    )
    return {(person_id, item_code, level): state for person_id, item_code, level, state in rows}


async def page_of(
    session: AsyncSession, plan_id: UUID, page: Page, state: CandidateState | None
) -> list[Candidate]:
    """Candidates of a plan in order of arrival."""
    query = select(Candidate).where(Candidate.plan_id == plan_id).order_by(Candidate.id).limit(page.fetch)
    if state is not None:
        query = query.where(Candidate.state == state)
    if page.after:
        query = query.where(Candidate.id > page.after[0])
    return list(await session.scalars(query))
