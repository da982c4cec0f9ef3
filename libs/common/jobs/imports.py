"""Jobs that take in a sheet: read and checked row by row, then recorded in chunks, all of it or the valid rows.

Steps: the file is read once, its rows judged by pure rules and kept in chunks; each chunk is held against the database
(`check`) and recorded (`record`); at the end the whole takes effect (`finish`). `reject_all` and `dry_run` go through
all chunks before anything is recorded, by the same checks.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Literal, Protocol

from common.errors import Bilingual, FieldError
from common.jobs.files import CHUNK_ROWS, Row, read_chunk, read_upload, store_chunk, whole_file
from common.jobs.models import JobRow
from common.jobs.runner import Task
from common.tabular.columns import Column
from common.tabular.reading import read
from common.tabular.rows import RawRow, Sheet

OnInvalid = Literal["reject_all", "accept_valid"]
Judge = Callable[[RawRow], tuple[Row | None, Sequence[FieldError]]]
"""A row of the file → what is kept of it (must hold `row`, its number), or why not. May remember earlier rows."""

WhyDropped = Callable[[str], Bilingual]
"""The heading of a column that nobody takes → why."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a chunk: how many rows were new, how many were there already; who came too late to be either."""

    accepted: int
    unchanged: int = 0
    errors: Sequence[FieldError] = ()


class Subject(Protocol):
    """What is taken in: rosters, results."""

    columns: Sequence[Column]

    async def judge(self, task: Task) -> Judge:
        """The pure rules for this job's rows, with what they need to know."""

    async def check(self, task: Task, rows: Sequence[Row]) -> Sequence[FieldError]:
        """What is wrong with rows, as far as only the database knows."""

    async def record(self, task: Task, rows: Sequence[Row]) -> Recorded:
        """Keep valid rows in the task's transaction."""

    async def finish(self, task: Task) -> Mapping[str, Any]:
        """Let what was recorded take effect; returns what the job's result tells besides the counts."""

    async def abandon(self, task: Task) -> None:
        """Take back what was recorded."""


@dataclass(slots=True)
class Progress:
    """A job's checkpoint: which pass it is in, and what it has counted.

    `spoilt`: rows refused as they were read; `gone`: rows gone through since, over all passes; `labels`: field → what
    the file calls its column.
    """

    phase: Literal["read", "check", "record", "finish"] = "read"
    next_chunk: int = 0
    chunks: int = 0
    spoilt: int = 0
    gone: int = 0
    accepted: int = 0
    unchanged: int = 0
    rejected: int = 0
    dropped_columns: list[str] = field(default_factory=list)
    encoding: str | None = None
    hidden_rows: int = 0
    hidden_columns: int = 0
    labels: dict[str, str] = field(default_factory=dict)


class SheetImport:
    """The kind of job that takes in sheets of one subject."""

    def __init__(
        self, subject: Subject, *, why_dropped: WhyDropped | None = None, notices: Collection[str] = ()
    ) -> None:
        """`why_dropped`: what is told of columns that nobody takes, besides their headings; `notices`: codes of checks
        that are told of a row and do not refuse it.
        """
        self.subject = subject
        self.columns = subject.columns
        self._why_dropped = why_dropped
        self._notices = frozenset(notices)

    async def step(self, task: Task) -> None:
        progress = Progress(**task.job.checkpoint)
        match progress.phase:
            case "read":
                await self._read(task, progress)
            case "check":
                await self._check(task, progress)
            case "record":
                await self._record(task, progress)
            case "finish":
                await self._finish(task, progress)
        task.job.checkpoint = {name: getattr(progress, name) for name in Progress.__slots__}
        task.job.done = _done(task.job, progress)

    async def abandon(self, task: Task) -> None:
        await self.subject.abandon(task)

    # ── steps ────────────────────────────────────────────────────────────────────────────────
    async def _read(self, task: Task, progress: Progress) -> None:
        content = await read_upload(task.session, task.key)
        judge = await self.subject.judge(task)
        async with whole_file(len(content)):
            sheet = await asyncio.to_thread(read, content, task.job.media_type, self.columns)
            await self._keep(task, progress, sheet, judge)
        progress.dropped_columns, progress.encoding = list(sheet.dropped), sheet.encoding
        progress.hidden_rows, progress.hidden_columns = sheet.hidden_rows, sheet.hidden_columns
        progress.labels = dict(sheet.labels)
        progress.phase = "check" if _checks_all(task.job) else "record"
        await self._after_chunks(task, progress)

    async def _keep(self, task: Task, progress: Progress, sheet: Sheet, judge: Judge) -> None:
        """Judge all rows and keep the valid ones. Reading and judging run beside the event loop."""
        rows, total, waiting = iter(sheet.rows), 0, list[Row]()
        while portion := await asyncio.to_thread(_judge_portion, rows, judge, sheet.labels):
            total += len(portion)
            errors = [error for _, found in portion for error in found]
            progress.spoilt += sum(1 for _, found in portion if found)
            waiting += [row for row, found in portion if row is not None and not found]
            await task.tell(errors)
            while len(waiting) >= CHUNK_ROWS:
                await self._keep_chunk(task, progress, waiting[:CHUNK_ROWS])
                del waiting[:CHUNK_ROWS]
        if waiting:
            await self._keep_chunk(task, progress, waiting)
        task.job.total, progress.rejected = total, progress.spoilt

    async def _keep_chunk(self, task: Task, progress: Progress, rows: list[Row]) -> None:
        await store_chunk(task.session, task.key, progress.chunks, rows)
        progress.chunks += 1

    async def _check(self, task: Task, progress: Progress) -> None:
        rows = await read_chunk(task.session, task.key, progress.next_chunk)
        errors = _named(await self.subject.check(task, rows), progress.labels)
        progress.rejected += len(self._refused(errors))
        await task.tell(errors)
        progress.next_chunk += 1
        progress.gone += len(rows)
        await self._after_chunks(task, progress)

    async def _record(self, task: Task, progress: Progress) -> None:
        rows = await read_chunk(task.session, task.key, progress.next_chunk)
        errors = _named(await self.subject.check(task, rows), progress.labels)
        bad = self._refused(errors)
        was_told = _checks_all(task.job)  # notices were, when it was checked
        await task.tell([error for error in errors if not was_told or error.code not in self._notices])
        progress.rejected += len(bad)
        if bad and _checks_all(task.job):  # it was right when it was checked, and is not any more
            await self.subject.abandon(task)
            await self._reject(task, progress)
            return
        recorded = await self.subject.record(task, [row for row in rows if row["row"] not in bad])
        if recorded.errors:  # another was quicker, since the check
            late = _named(recorded.errors, progress.labels)
            await task.tell(late)
            progress.rejected += len({error.row for error in late})
            if _checks_all(task.job):
                await self.subject.abandon(task)
                await self._reject(task, progress)
                return
        progress.accepted += recorded.accepted
        progress.unchanged += recorded.unchanged
        progress.next_chunk += 1
        progress.gone += len(rows)
        await self._after_chunks(task, progress)

    async def _finish(self, task: Task, progress: Progress) -> None:
        told = await self.subject.finish(task)
        await task.end("completed", self._result(task, progress) | dict(told))

    def _refused(self, errors: Iterable[FieldError]) -> set[int | None]:
        """Rows that something is wrong with."""
        return {error.row for error in errors if error.code not in self._notices}

    # ── between them ─────────────────────────────────────────────────────────────────────────
    async def _after_chunks(self, task: Task, progress: Progress) -> None:
        """When a pass has ended: what comes next."""
        if progress.next_chunk < progress.chunks:
            return
        job = task.job
        if progress.phase == "record":
            progress.phase = "finish"
        elif job.parameters["dry_run"]:
            valid = (job.total or 0) - progress.rejected
            await task.end("completed", self._result(task, progress) | {"dry_run": True, "valid": valid})
        elif progress.rejected:
            await self._reject(task, progress)
        else:
            progress.phase, progress.next_chunk = ("record", 0) if progress.chunks else ("finish", 0)

    async def _reject(self, task: Task, progress: Progress) -> None:
        progress.accepted = progress.unchanged = 0
        await task.end("rejected", self._result(task, progress))

    def _result(self, task: Task, progress: Progress) -> dict[str, Any]:
        return {
            "rows": task.job.total,
            "accepted": progress.accepted,
            "unchanged": progress.unchanged,
            "rejected": progress.rejected,
            "dropped_columns": progress.dropped_columns,
            **self._dropped(progress),
            "encoding": progress.encoding,
            "hidden_rows": progress.hidden_rows,
            "hidden_columns": progress.hidden_columns,
        }

    def _dropped(self, progress: Progress) -> dict[str, Any]:
        """Why each column was dropped, where somebody can tell."""
        if self._why_dropped is None:
            return {}
        reasons = [(heading, self._why_dropped(heading)) for heading in progress.dropped_columns]
        return {"dropped": [{"column": heading, "zh": why.zh, "en": why.en} for heading, why in reasons]}


def _judge_portion(
    rows: Iterator[RawRow], judge: Judge, labels: Mapping[str, str]
) -> list[tuple[Row | None, list[FieldError]]]:
    """The next rows, judged."""
    return [(row, _named(errors, labels)) for row, errors in map(judge, islice(rows, CHUNK_ROWS))]


def _named(errors: Iterable[FieldError], labels: Mapping[str, str]) -> list[FieldError]:
    """Mistakes that name their columns as the file does."""
    return [replace(one, column=labels.get(one.column or "", one.column)) for one in errors]


def _checks_all(job: JobRow) -> bool:
    return bool(job.parameters["dry_run"] or job.parameters["on_invalid"] == "reject_all")


def _done(job: JobRow, progress: Progress) -> int:
    """Rows done; where they are gone through twice, each time counts half."""
    if job.state == "completed":
        return job.total or 0
    passes = 1 if job.parameters["dry_run"] or not _checks_all(job) else 2
    return progress.spoilt + progress.gone // passes
