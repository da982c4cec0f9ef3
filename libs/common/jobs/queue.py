"""The queue of jobs: taken in in order of arrival, ended by their callers, handed out fairly between organisations."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from common import context
from common.auth import Caller
from common.errors import Bilingual, Forbidden, NotFound, StateConflict
from common.ids import uuid7
from common.jobs.files import JobKey, read_upload, store_upload, whole_file
from common.jobs.models import UNFINISHED, JobCancellationRow, JobRow
from common.sealed import Keyring
from common.tabular.columns import Column
from common.tabular.reading import skim
from common.unit_of_work import UnitOfWork

_LOOKED_AT = 20


class JobEnded(StateConflict):
    """A job that has ended cannot be cancelled any more."""

    code = "job-ended"
    title = Bilingual("任务已结束", "The job has ended")


async def submit(
    uow: UnitOfWork,
    keyring: Keyring,
    *,
    kind: str,
    subject: str,
    caller: Caller,
    parameters: Mapping[str, Any],
    columns: Sequence[Column],
    media_type: str,
    stream: AsyncIterator[bytes],
) -> JobRow:
    """Take in a file as a job behind all earlier ones of its subject. The caller commits.

    A file that is no use as a whole is refused at once, with nothing kept; what is wrong with its rows, the job tells.
    Raises FileRefused.
    """
    if caller.organisation_id is None:
        raise Forbidden(
            Bilingual("文件由评价机构的账户上传。", "Files are sent with an account of an evaluating body.")
        )
    job = await enqueue(
        uow,
        keyring,
        kind=kind,
        subject=subject,
        caller=caller,
        parameters=parameters,
        media_type=media_type,
    )
    key = JobKey.of(keyring, job.id, job.wrapped_key)
    size = await store_upload(uow.session, key, stream)
    async with whole_file(size):
        content = await read_upload(uow.session, key)
        await asyncio.to_thread(skim, content, media_type, columns)
    return job


async def enqueue(
    uow: UnitOfWork,
    keyring: Keyring,
    *,
    kind: str,
    subject: str,
    caller: Caller,
    parameters: Mapping[str, Any],
    media_type: str,
    total: int | None = None,
) -> JobRow:
    """Take in a job behind all earlier ones of its subject; `media_type`: of the file that it takes or makes.

    The caller commits. Raises Forbidden for accounts of no body.
    """
    if caller.organisation_id is None:
        raise Forbidden(
            Bilingual(
                "此类任务由评价机构的账户提交。", "Such jobs are sent with an account of an evaluating body."
            )
        )
    key = JobKey.new(uuid7())
    job = JobRow(
        id=key.job_id,
        kind=kind,
        subject=subject,
        organisation_id=caller.organisation_id,
        account_id=caller.account_id,
        state="queued",
        parameters=dict(parameters),
        media_type=media_type,
        wrapped_key=key.wrapped(keyring),
        traceparent=context.traceparent.get(),
        created_at=uow.clock.now(),
        done=0,
        total=total,
        errors=0,
        checkpoint={},
    )
    # Numbers of one subject must become visible in their order: a later job is not to overtake an earlier one.
    await uow.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(subject, 0))))
    uow.session.add(job)
    await uow.session.flush()
    return job


async def own_job(session: AsyncSession, job_id: UUID, caller: Caller) -> JobRow:
    """A job of the caller's organisation. Raises NotFound."""
    job = await session.get(JobRow, job_id)
    if job is None or job.organisation_id != caller.organisation_id:
        raise NotFound.of("job")
    return job


async def ask_to_cancel(uow: UnitOfWork, job_id: UUID, caller: Caller) -> JobRow:
    """Let a job end before its next step; what it had begun is taken back. Raises NotFound, JobEnded."""
    job = await own_job(uow.session, job_id, caller)
    if job.state not in UNFINISHED:
        raise JobEnded(
            Bilingual(
                "任务已结束,不能取消;请查看其结果。",
                "The job has ended and cannot be cancelled; look at its result.",
            ),
            state=job.state,
        )
    wish = {"job_id": job_id, "asked_by": caller.account_id, "asked_at": uow.clock.now()}
    await uow.session.execute(insert(JobCancellationRow).values(wish).on_conflict_do_nothing())
    return job


async def is_asked_to_cancel(session: AsyncSession, job_id: UUID) -> bool:
    return await session.get(JobCancellationRow, job_id) is not None


async def next_job(session: AsyncSession) -> JobRow | None:
    """The job whose turn it is, locked until the transaction ends; None when there is nothing to do.

    The lock is the lease: the server lets go of it when the worker's connection dies, however it dies. The organisation
    that was served longest ago comes first, so that nobody's million rows stand before another's ten.
    """
    earlier, served = aliased(JobRow), aliased(JobRow)
    turn = (
        select(func.max(served.worked_at))
        .where(served.organisation_id == JobRow.organisation_id)
        .scalar_subquery()
    )
    waiting = await session.scalars(
        select(JobRow.id)
        .where(
            JobRow.state.in_(UNFINISHED),
            ~exists().where(
                earlier.subject == JobRow.subject,
                earlier.state.in_(UNFINISHED),
                earlier.number < JobRow.number,
            ),
        )
        .order_by(turn.nulls_first(), JobRow.number)
        .limit(_LOOKED_AT)
    )
    for job_id in waiting.all():
        job = await session.scalar(
            select(JobRow)
            .where(JobRow.id == job_id, JobRow.state.in_(UNFINISHED))
            .with_for_update(skip_locked=True)
        )
        if job is not None:
            return job
    return None


async def purge(session: AsyncSession, *, ended_before: Any) -> None:
    """Forget jobs that ended before an instant, with their files and keys."""
    await session.execute(delete(JobRow).where(JobRow.ended_at < ended_before))
