"""Evidence of plans: found by its hash."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from common.errors import NotFound
from common.pagination import Page
from registration.evidence.models import Evidence


async def kept(session: AsyncSession, plan_id: UUID, sha256: bytes) -> Evidence | None:
    found: Evidence | None = await session.scalar(
        select(Evidence).where(Evidence.plan_id == plan_id, Evidence.sha256 == sha256)
    )
    return found


async def with_content(session: AsyncSession, plan_id: UUID, sha256: bytes) -> Evidence:
    """Raises NotFound."""
    query = select(Evidence).where(Evidence.plan_id == plan_id, Evidence.sha256 == sha256)
    found: Evidence | None = await session.scalar(query.options(undefer(Evidence.sealed)))
    if found is None:
        raise NotFound.of("evidence")
    return found


async def page_of(session: AsyncSession, plan_id: UUID, page: Page) -> list[Evidence]:
    """A plan's evidence in order of arrival."""
    query = select(Evidence).where(Evidence.plan_id == plan_id).order_by(Evidence.id).limit(page.fetch)
    if page.after:
        query = query.where(Evidence.id > page.after[0])
    return list(await session.scalars(query))


async def missing(session: AsyncSession, plan_id: UUID, cited: Collection[str]) -> set[str]:
    """Of these hashes (hexadecimal), those that a plan has no file for."""
    wanted = {bytes.fromhex(sha256) for sha256 in cited}
    found = await session.scalars(
        select(Evidence.sha256).where(Evidence.plan_id == plan_id, Evidence.sha256.in_(wanted))
    )
    return {sha256.hex() for sha256 in wanted - set(found)}
