"""Queries over candidates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from common.pagination import Page
from registration.claims.alarms import OUTSIDE, is_many_outside
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
    waiting = found.get("pending", 0) + found.get("evidence_asked", 0)
    return Counts(found.get("approved", 0), found.get("refused", 0), waiting)


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


async def renew(
    session: AsyncSession, plan_id: UUID, sent: Sequence[Mapping[str, Any]]
) -> frozenset[tuple[UUID, str, int]]:
    """Which of these stand on the plan. Who is not decided on by a person has the claims that were sent last."""
    rows = await session.execute(
        select(
            Candidate.id,
            Candidate.person_id,
            Candidate.item_code,
            Candidate.level,
            or_(
                Candidate.state.in_(("pending", "evidence_asked")),
                and_(Candidate.state == "approved", Candidate.reviewed_by.is_(None)),
            ).label("is_open"),
        ).where(Candidate.plan_id == plan_id, Candidate.person_id.in_({one["person_id"] for one in sent}))
    )
    here = {(row.person_id, row.item_code, row.level): row for row in rows}
    changes = [
        {"id": row.id, **{name: one[name] for name in ("claims", "finding", "eligible", "alarms")}}
        for one in sent
        if one["claims"]
        and (row := here.get((one["person_id"], one["item_code"], one["level"])))
        and row.is_open
    ]
    if changes:
        await session.execute(update(Candidate), changes)
    return frozenset(here)


async def outside(session: AsyncSession, plan_id: UUID) -> tuple[int, int]:
    """How many candidates of a plan have a document of another province, and how many there are."""
    is_outside = Candidate.alarms.contains([OUTSIDE])
    row = (
        await session.execute(
            select(func.count().filter(is_outside), func.count()).where(Candidate.plan_id == plan_id)
        )
    ).one()
    return row[0], row[1]


async def has_many_outside(session: AsyncSession, plan_id: UUID) -> bool:
    """Whether their share is an alarm."""
    return is_many_outside(*await outside(session, plan_id))
