"""Questions about published editions."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.editions.models import Correction, Edition
from common.errors import NotFound


async def edition(session: AsyncSession, edition_id: UUID) -> Edition:
    """Raises NotFound."""
    found = await session.get(Edition, edition_id)
    if found is None:
        raise NotFound.of("edition")
    return found


async def with_content(session: AsyncSession, content_sha256: bytes) -> Edition | None:
    """The edition of exactly this content."""
    found: Edition | None = await session.scalar(
        select(Edition).where(Edition.content_sha256 == content_sha256)
    )
    return found


async def with_name(session: AsyncSession, kind: str, name: str) -> Edition | None:
    found: Edition | None = await session.scalar(
        select(Edition).where(Edition.kind == kind, Edition.name == name)
    )
    return found


async def newest(session: AsyncSession, kind: str) -> Edition | None:
    """The edition that takes, or took, effect last."""
    found: Edition | None = await session.scalar(
        select(Edition).where(Edition.kind == kind).order_by(Edition.effective_on.desc()).limit(1)
    )
    return found


async def listed(session: AsyncSession, *, before: date | None, limit: int) -> Sequence[Edition]:
    """Editions, the newest first, behind the one that took effect on `before`."""
    query = select(Edition).order_by(Edition.effective_on.desc()).limit(limit)
    if before is not None:
        query = query.where(Edition.effective_on < before)
    return (await session.scalars(query)).all()


async def corrections(session: AsyncSession, edition_id: UUID) -> Sequence[Correction]:
    """Corrections of an edition, in the order of their recording."""
    query = select(Correction).where(Correction.edition_id == edition_id).order_by(Correction.recorded_at)
    return (await session.scalars(query)).all()
