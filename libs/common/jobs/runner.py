"""The worker that carries jobs on, a step at a time: one transaction keeps a step's effects and where to go on."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from common import context
from common.clock import Clock
from common.errors import Bilingual, FieldError
from common.failures import will_pass
from common.ids import encode_id
from common.jobs import mistakes, queue
from common.jobs.files import JobKey, drop_chunks
from common.jobs.models import JobRow, State
from common.platform import Platform
from common.tabular.columns import Column
from common.unit_of_work import UnitOfWork

log = structlog.get_logger("jobs")
IDLE_SECONDS = 0.1
LANES = 2  # while one reads a large file, small ones go on
KEPT = timedelta(days=30)
PURGE_SECONDS = 3_600.0


@dataclass(frozen=True)
class Task:
    """A job in the hands of a worker, for the length of one step."""

    platform: Platform
    uow: UnitOfWork
    job: JobRow

    @property
    def session(self) -> AsyncSession:
        return self.uow.session

    @cached_property
    def key(self) -> JobKey:
        return JobKey.of(self.platform.keyring, self.job.id, self.job.wrapped_key)

    async def tell(self, errors: Sequence[FieldError]) -> None:
        """Add to what is wrong with the file."""
        self.job.errors += await mistakes.store(self.session, self.job.id, errors, first=self.job.errors)

    async def end(self, state: State, result: dict[str, Any]) -> None:
        """Nothing more is to be done."""
        self.job.state, self.job.result = state, result
        self.job.ended_at = self.uow.clock.now()
        await drop_chunks(self.session, self.job.id)


class Kind(Protocol):
    """What one kind of job does."""

    columns: Sequence[Column]

    async def step(self, task: Task) -> None:
        """Do a piece of the work in the task's transaction and move the checkpoint, or `task.end(…)`."""

    async def abandon(self, task: Task) -> None:
        """Take back what earlier steps did, in the task's transaction."""


def worker(kinds: Mapping[str, Kind]) -> Callable[[Platform], Awaitable[None]]:
    """A background worker for these kinds of job. Several may run, here and in other processes."""

    async def work_off_jobs(platform: Platform) -> None:
        async with asyncio.TaskGroup() as lanes:
            for _ in range(LANES):
                lanes.create_task(_work_off(platform, kinds))

    return work_off_jobs


async def _work_off(platform: Platform, kinds: Mapping[str, Kind]) -> None:
    while True:
        try:
            is_busy = await do_step(platform, kinds)
        except Exception as error:  # a loop that must survive: whatever was not committed is done again
            if not will_pass(error):
                raise
            log.warning("job interrupted", kind=type(error).__name__)
            is_busy = False
        await asyncio.sleep(0 if is_busy else IDLE_SECONDS)


async def purge_jobs(platform: Platform) -> None:
    """A background worker: forget jobs thirty days after their end."""
    while True:
        async with platform.sessions() as session:
            await queue.purge(session, ended_before=platform.clock.now() - KEPT)
            await session.commit()
        await asyncio.sleep(PURGE_SECONDS)


async def do_step(platform: Platform, kinds: Mapping[str, Kind]) -> bool:
    """One step of the job whose turn it is; False when there is none. Raises failures that pass by themselves."""
    async with UnitOfWork(platform.sessions, platform.clock) as uow:
        job = await queue.next_job(uow.session)
        if job is None:
            return False
        task = Task(platform, uow, job)
        with _on_behalf_of(job):
            try:
                await _step(task, kinds[job.kind])
                job.worked_at = Clock.real_now()
                await uow.commit()
            except Exception as error:  # a loop that must survive: the job fails, the others go on
                if will_pass(error):
                    raise
                log.exception("job failed", job=str(job.id), kind=job.kind)
                broken = job.id
            else:
                return True
    await _give_up(platform, kinds, broken)
    return True


async def _step(task: Task, kind: Kind) -> None:
    if await queue.is_asked_to_cancel(task.session, task.job.id):
        await kind.abandon(task)
        await task.end("cancelled", {})
        return
    task.job.state = "running"
    await kind.step(task)


async def _give_up(platform: Platform, kinds: Mapping[str, Kind], job_id: Any) -> None:
    """End a job whose step cannot be done, with everything that it did taken back."""
    async with UnitOfWork(platform.sessions, platform.clock) as uow:
        job = await uow.session.get(JobRow, job_id, with_for_update=True)
        if job is None:
            return
        task = Task(platform, uow, job)
        with _on_behalf_of(job):
            await kinds[job.kind].abandon(task)
            await task.tell([_INTERNAL])
            await task.end("failed", {"reason": "internal"})
            await uow.commit()


_INTERNAL = FieldError(
    code="internal",
    detail=Bilingual(
        "平台内部出错,已记录;没有保存任何内容。", "The platform failed and noted it; nothing was kept."
    ),
    remedy=Bilingual("请重新上传;仍失败时请联系平台。", "Send it again; if it fails again, tell us."),
)


@contextmanager
def _on_behalf_of(job: JobRow) -> Iterator[None]:
    """While a step runs, what is said names the account that sent the file, and its trace."""
    tokens = [
        (context.actor, context.actor.set(encode_id("account", job.account_id))),
        (context.traceparent, context.traceparent.set(job.traceparent)),
    ]
    try:
        yield
    finally:
        for variable, token in tokens:
            variable.reset(token)
