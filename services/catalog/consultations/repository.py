"""Queries over consultations and opinions."""

import hashlib
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.consultations.models import Answer, Consultation, Deadline, Opinion
from common.errors import NotFound
from common.pagination import Page

Answered = tuple[Opinion, Answer | None]


async def consultation(session: AsyncSession, consultation_id: UUID, *, lock: bool = False) -> Consultation:
    """Raises NotFound."""
    found = await session.get(Consultation, consultation_id, with_for_update=lock)
    if found is None:
        raise NotFound.of("consultation")
    return found


async def deadlines(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Deadline]:
    """The deadline that counts of each: the last one recorded."""
    rows = await session.scalars(
        select(Deadline).where(Deadline.consultation_id.in_(ids)).order_by(Deadline.number)
    )
    return {row.consultation_id: row for row in rows}


async def deadline_of(session: AsyncSession, consultation_id: UUID) -> date:
    return (await deadlines(session, [consultation_id]))[consultation_id].deadline


async def page_of(session: AsyncSession, page: Page) -> Sequence[Consultation]:
    """Consultations, the newest first."""
    query = select(Consultation).order_by(Consultation.id.desc()).limit(page.fetch)
    if page.after:
        query = query.where(Consultation.id < page.after[0])
    return (await session.scalars(query)).all()


async def by_receipt(session: AsyncSession, receipt: str, *, lock: bool = False) -> Answered:
    """The opinion that a receipt follows. Raises NotFound."""
    query = select(Opinion).where(Opinion.receipt_sha256 == hashlib.sha256(receipt.encode()).digest())
    opinion: Opinion | None = await session.scalar(query.with_for_update() if lock else query)
    if opinion is None:
        raise NotFound.of("opinion")
    return opinion, await session.get(Answer, opinion.id)


async def opinions(session: AsyncSession, consultation_id: UUID, page: Page | None = None) -> list[Answered]:
    """Opinions that were not withdrawn, with their answers, in order of arrival."""
    query = (
        select(Opinion, Answer)
        .outerjoin(Answer, Answer.opinion_id == Opinion.id)
        .where(Opinion.consultation_id == consultation_id, Opinion.withdrawn_at.is_(None))
        .order_by(Opinion.id)
    )
    if page is not None:
        query = query.limit(page.fetch)
        if page.after:
            query = query.where(Opinion.id > page.after[0])
    return [(row[0], row[1]) for row in await session.execute(query)]


async def waiting(session: AsyncSession, consultation_id: UUID) -> int:
    """Opinions without an answer."""
    query = (
        select(func.count())
        .select_from(Opinion)
        .outerjoin(Answer, Answer.opinion_id == Opinion.id)
        .where(
            Opinion.consultation_id == consultation_id,
            Opinion.withdrawn_at.is_(None),
            Answer.opinion_id.is_(None),
        )
    )
    return await session.scalar(query) or 0
