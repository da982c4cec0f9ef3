"""Queries over what is before the public, and over objections."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from common.auth import Caller
from common.errors import NotFound
from common.pagination import Page
from registration.corrections.models import ResultVersion
from registration.plans.models import PlanFact
from registration.plans.repository import plan_in_charge
from registration.publicity.domain import WAITING
from registration.publicity.models import Objection
from registration.results.models import Batch, Result


async def published(session: AsyncSession, batch_id: UUID, *, lock: bool = False) -> tuple[Batch, date]:
    """A batch that is or was before the public, and until when. Raises NotFound."""
    batch = await session.get(Batch, batch_id, with_for_update=lock)
    if batch is None or batch.state != "recorded" or batch.public_until is None:
        raise NotFound.of("batch")
    return batch, batch.public_until


async def published_on(session: AsyncSession, day: date, page: Page) -> list[tuple[Batch, PlanFact]]:
    """Batches before the public on a day, newest first."""
    query = (
        select(Batch, PlanFact)
        .join(PlanFact, PlanFact.plan_id == Batch.plan_id)
        .where(Batch.public_until >= day)
        .order_by(Batch.id.desc())
        .limit(page.fetch)
    )
    if page.after:
        query = query.where(Batch.id < page.after[0])
    return [(row[0], row[1]) for row in await session.execute(query)]


async def passed(
    session: AsyncSession, batch_id: UUID, page: Page
) -> list[tuple[Result, ResultVersion | None]]:
    """A batch's results that are passed as they stand, with their newest version."""
    newest = (
        select(func.max(ResultVersion.version))
        .where(ResultVersion.result_id == Result.id)
        .correlate(Result)
        .scalar_subquery()
    )
    query = (
        select(Result, ResultVersion)
        .outerjoin(ResultVersion, (ResultVersion.result_id == Result.id) & (ResultVersion.version == newest))
        .where(Result.batch_id == batch_id, func.coalesce(ResultVersion.outcome, Result.outcome) == "passed")
        .order_by(Result.id)
        .limit(page.fetch)
    )
    if page.after:
        query = query.where(Result.id > page.after[0])
    return [(row[0], row[1]) for row in await session.execute(query)]


async def waiting(session: AsyncSession, batch_id: UUID) -> int:
    """How many objections of a batch have no decision."""
    query = select(func.count()).where(Objection.batch_id == batch_id, Objection.state.in_(WAITING))
    return await session.scalar(query) or 0


async def outcomes(session: AsyncSession, batch_id: UUID) -> dict[str, int]:
    """How many objections of a batch came to what."""
    rows = await session.execute(
        select(Objection.state, func.count().label("number"))
        .where(Objection.batch_id == batch_id)
        .group_by(Objection.state)
    )
    return {row.state: row.number for row in rows}


async def objections_of(session: AsyncSession, batch_id: UUID, page: Page) -> list[Objection]:
    """A batch's objections in the order in which they came."""
    query = select(Objection).where(Objection.batch_id == batch_id).order_by(Objection.id).limit(page.fetch)
    if page.after:
        query = query.where(Objection.id > page.after[0])
    return list(await session.scalars(query))


async def objection(session: AsyncSession, objection_id: UUID) -> Objection:
    """Raises NotFound."""
    row = await session.get(Objection, objection_id)
    if row is None:
        raise NotFound.of("objection")
    return row


async def objection_in_charge(session: AsyncSession, objection_id: UUID, caller: Caller) -> Objection:
    """An objection, held, against results of a plan in the caller's region. Raises NotFound."""
    row = await session.get(Objection, objection_id, with_for_update=True)
    if row is None:
        raise NotFound.of("objection")
    batch = await session.get_one(Batch, row.batch_id)
    try:
        await plan_in_charge(session, batch.plan_id, caller)
    except NotFound:
        raise NotFound.of("objection") from None
    return row


async def next_to_close(session: AsyncSession, today: date) -> Batch | None:
    """A batch whose days before the public are over and against which no objection waits, held."""
    open_ones = select(Objection.id).where(Objection.batch_id == Batch.id, Objection.state.in_(WAITING))
    found: Batch | None = await session.scalar(
        select(Batch)
        .where(Batch.public_until < today, Batch.publicity_ended_at.is_(None), ~open_ones.exists())
        .order_by(Batch.public_until, Batch.id)
        .limit(1)
        .with_for_update(of=Batch, skip_locked=True)
    )
    return found
