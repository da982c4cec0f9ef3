"""Jobs that print a whole batch: a chunk of certificates a step, in one transaction with their sheets in the ledger.

Typst lets other threads run while it works, so requests are answered meanwhile (decision record 57).
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.certificates.models import Certificate
from certificate.corrections.standing import StandingCertificate
from certificate.prints import bundle, ledger
from certificate.prints.domain import Print
from certificate.prints.ledger import Printing
from certificate.prints.printer import PAGES, Printer
from certificate.prints.schemas import BatchPrintIn
from certificate.prints.service import NotPrintable, Press, prints_of, withheld
from common.auth import Caller
from common.errors import Bilingual, FieldError, NotFound, StateConflict
from common.ids import encode_id
from common.jobs import queue
from common.jobs.models import JobRow
from common.jobs.runner import Task
from common.jobs.schemas import JobOut
from common.person_keys import person_keys
from common.sealed import Keyring
from common.tabular.columns import Column
from common.unit_of_work import UnitOfWork

KIND: Final = "batch_print"
SINGLES: Final = 25  # of one step: about half a second
PDF, ZIP = "application/pdf", "application/zip"
Form = Literal["single", "pages"]


class NotYetPrinted(StateConflict):
    """The job has not ended, or ended without files."""

    code = "print-not-ready"
    title = Bilingual("打印文件尚未就绪", "Nothing to fetch yet")


@dataclass(slots=True)
class Progress:
    """A job's checkpoint. `after`: the last number gone through."""

    after: str = ""
    piece: int = 0
    files: int = 0
    pages: int = 0
    skipped: int = 0


class BatchPrint:
    """The kind of job that prints a batch."""

    columns: Sequence[Column] = ()

    def __init__(self, press: Press) -> None:
        self._press = press

    async def step(self, task: Task) -> None:
        progress = Progress(**task.job.checkpoint)
        form: Form = task.job.parameters["form"]
        rows = await _next(task, progress.after, PAGES if form == "pages" else SINGLES)
        if not rows:
            figures = {name: getattr(progress, name) for name in ("files", "pages", "skipped")}
            await task.end("completed", figures)
            return
        printable = await self._printable(task, rows)
        await task.tell([_skipped(row.number) for row in rows if row.number not in printable])
        if printable:
            await self._print(task, progress, form, list(printable.values()))
        progress.after = rows[-1].number
        progress.skipped += len(rows) - len(printable)
        task.job.checkpoint = asdict(progress)
        task.job.done += len(rows)

    async def abandon(self, task: Task) -> None:
        """The files go; sheets that were given a serial stay in the ledger, for it is never given again."""
        await bundle.drop_files(task.session, task.job.id)

    async def _printable(
        self, task: Task, rows: Sequence[StandingCertificate]
    ) -> Mapping[str, StandingCertificate]:
        numbers = [row.number for row in rows]
        held = await withheld(task.session, numbers)
        known = await person_keys(task.session, task.platform.keyring, [row.person_id for row in rows])
        return {row.number: row for row in rows if row.number not in held and row.person_id in known}

    async def _print(
        self, task: Task, progress: Progress, form: Form, rows: Sequence[StandingCertificate]
    ) -> None:
        printing = Printing("body", task.job.account_id, task.job.id)
        afresh = bool(task.job.parameters["afresh"])
        sheets = await ledger.sheets_of(task.uow, rows, printing, afresh=afresh)
        wanted = await prints_of(task.session, sheets, rows, task.platform, self._press)
        prints = [print_ for print_ in wanted if print_ is not None]
        files = await asyncio.to_thread(_files, self._press.batch_printer, form, prints)
        for name, content in files:
            progress.piece = await bundle.keep_file(
                task.session, task.key, piece=progress.piece, name=name, content=content
            )
        progress.files += len(files)
        progress.pages += len(prints)


def _files(printer: Printer, form: Form, prints: Sequence[Print]) -> list[tuple[str, bytes]]:
    if form == "single":
        return [(f"{print_.number}.pdf", printer.pdf(print_)) for print_ in prints]
    return [(f"{prints[0].number}-{prints[-1].number}.pdf", printer.pdf(*prints))]


async def _next(task: Task, after: str, count: int) -> Sequence[StandingCertificate]:
    rows = await task.session.scalars(
        select(StandingCertificate)
        .where(
            StandingCertificate.batch_id == UUID(task.job.parameters["batch_id"]),
            StandingCertificate.organisation_id == task.job.organisation_id,
            StandingCertificate.number > after,
        )
        .order_by(StandingCertificate.number)
        .limit(count)
    )
    return rows.all()


def _skipped(number: str) -> FieldError:
    refusal = NotPrintable()
    return FieldError(
        code=refusal.code,
        detail=Bilingual(f"{number}：{refusal.detail.zh}", f"{number}: {refusal.detail.en}"),
        remedy=Bilingual(
            "其余证书已照常打印；如有异议请向核发部门提出。",
            "All others were printed; objections go to the office that decided.",
        ),
        article=refusal.article,
    )


async def print_batch(
    uow: UnitOfWork, batch_id: UUID, body: BatchPrintIn, *, caller: Caller, keyring: Keyring
) -> JobOut:
    """Have all certificates of the caller's own batch printed. Raises NotFound, Forbidden."""
    async with uow:
        total = await uow.session.scalar(
            select(func.count()).where(
                Certificate.batch_id == batch_id, Certificate.organisation_id == caller.organisation_id
            )
        )
        if not total:
            raise NotFound.of("batch")
        job = await queue.enqueue(
            uow,
            keyring,
            kind=KIND,
            subject=f"print:{encode_id('batch', batch_id)}",
            caller=caller,
            parameters={"batch_id": str(batch_id), **body.model_dump()},
            media_type=PDF if body.form == "pages" and total <= PAGES else ZIP,
            total=total,
        )
        answer = JobOut.of(job)
        await uow.commit(answer)
        return answer


async def made_by(session: AsyncSession, job_id: UUID, caller: Caller) -> JobRow:
    """A job of the caller's organisation that has files. Raises NotFound, NotYetPrinted."""
    job = await queue.own_job(session, job_id, caller)
    if job.kind != KIND:
        raise NotFound.of("job")
    if job.state != "completed" or not (job.result or {}).get("files"):
        raise NotYetPrinted(
            Bilingual(
                "打印任务尚未完成或没有可打印的证书；请查看任务进度后再下载。",
                "The job has not completed, or nothing was printable; see its progress, then fetch.",
            ),
            state=job.state,
        )
    return job
