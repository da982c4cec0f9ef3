"""Queries over corrections, and results as they stand."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import NotFound
from common.marks import Outcome, PartName
from common.pagination import Page
from registration.corrections.domain import Standing
from registration.corrections.models import Correction, ResultVersion
from registration.plans.domain import Plan
from registration.plans.repository import plan_in_sight
from registration.results.models import Batch, Result


async def versions_of(session: AsyncSession, result_ids: Iterable[UUID]) -> dict[UUID, list[ResultVersion]]:
    """The corrected versions of results, oldest first; results never corrected are missing."""
    rows = await session.scalars(
        select(ResultVersion)
        .where(ResultVersion.result_id.in_(set(result_ids)))
        .order_by(ResultVersion.version)
    )
    found: dict[UUID, list[ResultVersion]] = {}
    for row in rows:
        found.setdefault(row.result_id, []).append(row)
    return found


def standing_of(result: Result, versions: list[ResultVersion]) -> Standing:
    """A result as its newest version says."""
    newest = versions[-1] if versions else result
    return Standing(
        version=versions[-1].version if versions else 1,
        person_id=newest.person_id,
        identity=newest.identity,
        marks={part: getattr(newest, part.value) for part in PartName},
        ethics_passed=newest.ethics_passed,
        absent=newest.absent,
        misconduct=newest.misconduct,
        outcome=Outcome(newest.outcome),
        was_passed="passed" in {result.outcome, *(one.outcome for one in versions)},
    )


async def result_in_sight(
    session: AsyncSession, result_id: UUID, caller: Caller
) -> tuple[Result, Batch, Plan]:
    """A result of a plan that the caller may read. Raises NotFound."""
    result = await session.get(Result, result_id)
    if result is None:
        raise NotFound.of("result")
    try:
        plan = await plan_in_sight(session, result.plan_id, caller)
    except NotFound:
        raise NotFound.of("result") from None
    return result, await session.get_one(Batch, result.batch_id), plan


async def correction_in_sight(
    session: AsyncSession, correction_id: UUID, caller: Caller, *, lock: bool = False
) -> tuple[Correction, Plan]:
    """A correction of a plan that the caller may read. Raises NotFound."""
    row = await session.get(Correction, correction_id, with_for_update=lock)
    if row is None:
        raise NotFound.of("correction")
    try:
        return row, await plan_in_sight(session, row.plan_id, caller)
    except NotFound:
        raise NotFound.of("correction") from None


async def waits(session: AsyncSession, result_id: UUID) -> bool:
    """Whether a correction of this result waits for its decision."""
    query = select(Correction.id).where(Correction.result_id == result_id, Correction.state == "requested")
    return await session.scalar(query) is not None


async def corrections_of(session: AsyncSession, plan_id: UUID, page: Page) -> list[Correction]:
    """A plan's corrections in the order in which they were asked for."""
    query = select(Correction).where(Correction.plan_id == plan_id).order_by(Correction.id).limit(page.fetch)
    if page.after:
        query = query.where(Correction.id > page.after[0])
    return list(await session.scalars(query))
