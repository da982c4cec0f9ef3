"""Queries of the candidate's own view."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from common.pagination import Page
from registration.candidate_view.domain import MOST_TRIES, TOKEN_LIFE, WINDOW
from registration.candidate_view.models import (
    CandidateGuess,
    CandidateSession,
    CorrectionRequest,
    RequestState,
)
from registration.corrections.models import ResultVersion
from registration.corrections.repository import versions_of
from registration.holdings.models import Holding
from registration.persons.models import Person
from registration.plans.models import PlanFact
from registration.results.models import Batch, Result
from registration.rosters.models import Candidate


async def person_named(session: AsyncSession, id_index: bytes, name_index: bytes) -> UUID | None:
    """The person with this document and this name."""
    found: UUID | None = await session.scalar(
        select(Person.id).where(Person.id_index == id_index, Person.name_index == name_index)
    )
    return found


async def asked_lately(session: AsyncSession, target: bytes, now: datetime) -> Sequence[datetime]:
    """When codes about this document were asked for within the window, the oldest first."""
    rows = await session.scalars(
        select(CandidateSession.asked_at)
        .where(CandidateSession.target == target, CandidateSession.asked_at > now - WINDOW)
        .order_by(CandidateSession.asked_at)
    )
    return rows.all()


async def is_code_of_another(
    session: AsyncSession, code_index: bytes, session_id: UUID, now: datetime
) -> bool:
    """Whether this code would open another session."""
    query = exists().where(
        CandidateSession.code_index == code_index,
        CandidateSession.id != session_id,
        CandidateSession.person_id.is_not(None),
        CandidateSession.opened_at.is_(None),
        CandidateSession.tries < MOST_TRIES,
        CandidateSession.expires_at > now,
    )
    return bool(await session.scalar(select(query)))


async def session_of(session: AsyncSession, token_hash: bytes) -> CandidateSession | None:
    found: CandidateSession | None = await session.scalar(
        select(CandidateSession).where(CandidateSession.token_hash == token_hash)
    )
    return found


async def registrations(session: AsyncSession, person_id: UUID) -> list[tuple[Candidate, PlanFact]]:
    """A person's registrations with their plans, the newest first."""
    rows = await session.execute(
        select(Candidate, PlanFact)
        .join(PlanFact, PlanFact.plan_id == Candidate.plan_id)
        .where(Candidate.person_id == person_id)
        .order_by(Candidate.id.desc())
    )
    return [(candidate, plan) for candidate, plan in rows]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A result as recorded, with the batch and plan it belongs to; `versions`: what corrections left, oldest first."""

    result: Result
    batch: Batch
    plan: PlanFact
    versions: tuple[ResultVersion, ...]

    @property
    def history(self) -> tuple[Result | ResultVersion, ...]:
        """What it said, the oldest first."""
        return (self.result, *self.versions)

    @property
    def newest(self) -> Result | ResultVersion:
        return self.history[-1]


async def results(session: AsyncSession, person_id: UUID) -> list[Recorded]:
    """Results of batches that took effect and are, as they stand, this person's; the newest first."""
    corrected = select(ResultVersion.result_id).where(ResultVersion.person_id == person_id)
    rows = await session.execute(
        select(Result, Batch, PlanFact)
        .join(Batch, Batch.id == Result.batch_id)
        .join(PlanFact, PlanFact.plan_id == Result.plan_id)
        .where((Result.person_id == person_id) | Result.id.in_(corrected), Batch.state == "recorded")
        .order_by(Result.id.desc())
    )
    found = [(result, batch, plan) for result, batch, plan in rows]
    versions = await versions_of(session, [result.id for result, _, _ in found])
    recorded = [
        Recorded(result, batch, plan, tuple(versions.get(result.id, ()))) for result, batch, plan in found
    ]
    return [one for one in recorded if one.newest.person_id == person_id]


async def certificates(session: AsyncSession, result_ids: Collection[UUID]) -> Sequence[Holding]:
    """Certificates of these results, revoked ones too; the newest first."""
    rows = await session.scalars(
        select(Holding)
        .where(Holding.result_id.in_(result_ids))
        .order_by(Holding.issued_on.desc(), Holding.number)
    )
    return rows.all()


async def requests_of(session: AsyncSession, person_id: UUID) -> Sequence[CorrectionRequest]:
    rows = await session.scalars(
        select(CorrectionRequest)
        .where(CorrectionRequest.person_id == person_id)
        .order_by(CorrectionRequest.id.desc())
    )
    return rows.all()


async def open_requests(session: AsyncSession, person_id: UUID) -> int:
    return (
        await session.scalar(
            select(func.count()).where(
                CorrectionRequest.person_id == person_id, CorrectionRequest.state == "open"
            )
        )
        or 0
    )


async def purge(session: AsyncSession, now: datetime) -> None:
    """Forget sessions and counters that no longer matter."""
    await session.execute(delete(CandidateSession).where(CandidateSession.expires_at < now - TOKEN_LIFE))
    await session.execute(delete(CandidateGuess).where(CandidateGuess.since < now - WINDOW))


async def requests_about(
    session: AsyncSession, plans: ColumnElement[bool], page: Page, state: RequestState | None
) -> list[CorrectionRequest]:
    """Requests about the record of some plans, in order of arrival."""
    query = (
        select(CorrectionRequest)
        .join(PlanFact, PlanFact.plan_id == CorrectionRequest.plan_id)
        .where(plans)
        .order_by(CorrectionRequest.id)
        .limit(page.fetch)
    )
    if state is not None:
        query = query.where(CorrectionRequest.state == state)
    if page.after:
        query = query.where(CorrectionRequest.id > page.after[0])
    return list(await session.scalars(query))


async def identity_behind(session: AsyncSession, row: CorrectionRequest) -> str | None:
    """The sealed identity of the entry that a request is about."""
    table = Candidate if row.subject == "registration" else Result
    found: str | None = await session.scalar(select(table.identity).where(table.id == row.subject_id))
    return found
