"""Use cases: hand a list in to be verified, and fetch what was answered while it is kept."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.verification.lists.domain import (
    COLUMNS,
    MISSES_A_DAY,
    Asked,
    Ground,
    TooManyMisses,
    asked_of,
)
from certificate.verification.lists.models import ListAnswer, ListCheck
from certificate.verification.lists.schemas import ListAnswerOut
from common.auth import Caller
from common.errors import NotFound
from common.jobs import queue
from common.jobs.files import CHUNK_ROWS, JobKey, store_chunk, whole_file
from common.jobs.schemas import JobOut
from common.pagination import Page
from common.platform import Platform
from common.schemas import Listing
from common.sealed import Keyring
from common.tabular.faults import refused
from common.tabular.reading import CSV, read
from common.unit_of_work import UnitOfWork

KIND = "verification"
PURGE_SECONDS = 3_600.0


async def submit_list(
    uow: UnitOfWork,
    *,
    caller: Caller,
    keyring: Keyring,
    media_type: str,
    stream: AsyncIterator[bytes],
    ground: Ground,
    reference: str,
) -> JobOut:
    """Take a list in as a job; its rows lie sealed with the job's own key until it ends, and nothing else is kept.

    Raises FileRefused, Violations, NamesMissing, TooManyMisses, Forbidden.
    """
    content = b"".join([part async for part in stream])
    async with whole_file(len(content)):
        asked = await asyncio.to_thread(_read, content, media_type)
    async with uow:
        now = uow.clock.now()
        job = await queue.enqueue(
            uow,
            keyring,
            kind=KIND,
            subject=f"{KIND}:{caller.organisation_id}",
            caller=caller,
            parameters={},
            media_type=CSV,
            total=len(asked),
        )
        if await misses_since(uow.session, job.organisation_id, now - timedelta(days=1)) >= MISSES_A_DAY:
            raise TooManyMisses
        key = JobKey.of(keyring, job.id, job.wrapped_key)
        for number, rows in enumerate(_chunks(asked)):
            await store_chunk(uow.session, key, number, [row.kept() for row in rows])
        uow.session.add(
            ListCheck(
                job_id=job.id,
                organisation_id=job.organisation_id,
                account_id=job.account_id,
                ground=ground,
                reference=reference,
                rows=len(asked),
                valid=0,
                not_valid=0,
                unprovable=0,
                misses=0,
                asked_at=now,
                expires_at=None,
            )
        )
        answer = JobOut.of(job)
        await uow.commit(answer)
    return answer


def _read(content: bytes, media_type: str) -> list[Asked]:
    asked = asked_of(read(content, media_type, COLUMNS).rows)
    if not asked:
        raise refused("file-empty")
    return asked


def _chunks(asked: Sequence[Asked]) -> Iterator[Sequence[Asked]]:
    return (asked[start : start + CHUNK_ROWS] for start in range(0, len(asked), CHUNK_ROWS))


async def misses_since(session: AsyncSession, organisation_id: UUID, since: datetime) -> int:
    """Numbers with wrong names in an organisation's lists: on every replica the same."""
    total = select(func.sum(ListCheck.misses)).where(
        ListCheck.organisation_id == organisation_id, ListCheck.asked_at > since
    )
    return await session.scalar(total) or 0


async def read_check(session: AsyncSession, job_id: UUID, caller: Caller) -> ListCheck:
    """A list of the caller's organisation. Raises NotFound."""
    check = await session.get(ListCheck, job_id)
    if check is None or check.organisation_id != caller.organisation_id:
        raise NotFound.of("list")
    return check


async def page_of_answers(
    session: AsyncSession, job_id: UUID, page: Page, caller: Caller
) -> Listing[ListAnswerOut]:
    """Answers in order of rows, for as long as they are kept. Raises NotFound."""
    after = 0 if page.after is None else page.after[0]
    answers = [one for one in await all_answers(session, job_id, caller) if one.row > after]
    kept, cursor = page.cut(answers[: page.fetch], lambda answer: (answer.row,))
    return Listing[ListAnswerOut].of(list(kept), cursor)


async def all_answers(session: AsyncSession, job_id: UUID, caller: Caller) -> list[ListAnswerOut]:
    """Every answer of a list, by row. Raises NotFound."""
    await read_check(session, job_id, caller)
    chunks = await session.scalars(
        select(ListAnswer.answers).where(ListAnswer.job_id == job_id).order_by(ListAnswer.chunk)
    )
    return [ListAnswerOut.model_validate(one) for chunk in chunks for one in chunk]


async def purge_answers(platform: Platform) -> None:
    """A background worker."""
    while True:
        await forget_answers(platform)
        await asyncio.sleep(PURGE_SECONDS)


async def forget_answers(platform: Platform) -> None:
    """Forget answers whose time is over. The count and the ground stay."""
    async with platform.sessions() as session:
        over = select(ListCheck.job_id).where(ListCheck.expires_at < platform.clock.now())
        await session.execute(delete(ListAnswer).where(ListAnswer.job_id.in_(over)))
        await session.commit()
