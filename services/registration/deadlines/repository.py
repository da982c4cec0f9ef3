"""Queries over late entries."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from common.ids import encode_id
from common.pagination import Page
from registration.deadlines.domain import LateEntry
from registration.deadlines.models import LateEntryRow
from registration.plans.models import PlanFact


async def admission_on(session: AsyncSession, plan_id: UUID, day: date) -> LateEntry | None:
    """The newest admission of a plan that reaches to this day."""
    row = await session.scalar(
        select(LateEntryRow)
        .where(LateEntryRow.plan_id == plan_id, LateEntryRow.until >= day)
        .order_by(LateEntryRow.id.desc())
        .limit(1)
    )
    if row is None:
        return None
    return LateEntry(
        id=encode_id("admission", row.id),
        reason=row.reason,
        admitted_by=encode_id("account", row.admitted_by),
        admitted_on=row.admitted_on,
    )


async def late_entries(session: AsyncSession, page: Page) -> list[tuple[LateEntryRow, PlanFact]]:
    """Every admission with its plan, newest first."""
    query = (
        select(LateEntryRow, PlanFact)
        .join(PlanFact, PlanFact.plan_id == LateEntryRow.plan_id)
        .order_by(LateEntryRow.id.desc())
        .limit(page.fetch)
    )
    if page.after:
        query = query.where(LateEntryRow.id < page.after[0])
    return [(row[0], row[1]) for row in await session.execute(query)]
