"""Queries over batches and results."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import NotFound
from common.pagination import Page
from registration.plans.repository import plan_in_sight
from registration.results.models import Batch, Result

Key = tuple[UUID, str, int]  # person, item, level: with the plan, what a result is known by


async def recorded(session: AsyncSession, plan_id: UUID, persons: Iterable[UUID]) -> dict[Key, Result]:
    """The results of these persons under a plan."""
    rows = await session.scalars(
        select(Result).where(Result.plan_id == plan_id, Result.person_id.in_(set(persons)))
    )
    return {(row.person_id, row.item_code, row.level): row for row in rows}


async def batch_of_job(session: AsyncSession, job_id: UUID) -> Batch | None:
    found: Batch | None = await session.scalar(select(Batch).where(Batch.job_id == job_id).with_for_update())
    return found


async def next_number(session: AsyncSession, plan_id: UUID) -> int:
    """The number of a plan's next batch; the caller holds the plan's row."""
    last = await session.scalar(select(func.max(Batch.number)).where(Batch.plan_id == plan_id))
    return (last or 0) + 1


async def batches_of(session: AsyncSession, plan_id: UUID, page: Page) -> list[Batch]:
    query = select(Batch).where(Batch.plan_id == plan_id).order_by(Batch.number).limit(page.fetch)
    if page.after:
        query = query.where(Batch.number > page.after[0])
    return list(await session.scalars(query))


async def batch_in_sight(session: AsyncSession, batch_id: UUID, caller: Caller) -> Batch:
    """A batch of a plan that the caller may read. Raises NotFound."""
    batch = await session.get(Batch, batch_id)
    if batch is None:
        raise NotFound.of("batch")
    try:
        await plan_in_sight(session, batch.plan_id, caller)
    except NotFound:
        raise NotFound.of("batch") from None
    return batch


async def results_of(session: AsyncSession, batch_id: UUID, page: Page) -> list[Result]:
    """A batch's results in the order of its sheet."""
    query = select(Result).where(Result.batch_id == batch_id).order_by(Result.id).limit(page.fetch)
    if page.after:
        query = query.where(Result.id > page.after[0])
    return list(await session.scalars(query))
