"""Use cases: tables of any size as CSV files, made in the background, kept for a day for the account that asked."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from audit.statistics import repository, sheet
from audit.statistics.answer import measured
from audit.statistics.models import Export, ExportPart
from audit.statistics.question import Question
from audit.statistics.schemas import ExportOut
from common.auth import Caller
from common.errors import Bilingual, Gone, NotFound
from common.failures import will_pass
from common.ids import encode_id, uuid7
from common.platform import Platform
from common.tabular.sheets import csv_rows, csv_sheet
from common.unit_of_work import UnitOfWork

KEPT: Final = timedelta(hours=24)
PART_ROWS: Final = 5_000
PAUSE_SECONDS: Final = 1.0


class ExportExpired(Gone):
    """The file was kept for a day."""

    article = "19"

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                "导出文件保存 24 小时，现已删除；请重新导出。",
                "The file was kept for 24 hours and is deleted; ask for it again.",
            )
        )


async def ask_for_file(
    uow: UnitOfWork, question: Question, *, within: Sequence[str] | None, caller: Caller
) -> ExportOut:
    """Put a table in the queue for a file."""
    async with uow:
        row = Export(
            id=uuid7(),
            account_id=caller.account_id,
            state="waiting",
            question=_written(question),
            regions=None if within is None else list(within),
            rows=0,
            asked_at=uow.clock.now(),
        )
        uow.session.add(row)
        answer = shown(row)
        await uow.commit(answer)
    return answer


async def read_export(session: AsyncSession, export_id: UUID, *, caller: Caller, now: datetime) -> ExportOut:
    """How far the file is. Raises NotFound (another account's too), ExportExpired."""
    return shown(await _own(session, export_id, caller, now))


async def file_parts(session: AsyncSession, export_id: UUID, *, caller: Caller, now: datetime) -> list[int]:
    """The numbers of the file's parts. Raises NotFound, ExportExpired."""
    export = await _own(session, export_id, caller, now)
    if export.state != "ready":
        raise NotFound.of("file")
    numbers = await session.scalars(
        select(ExportPart.number).where(ExportPart.export_id == export_id).order_by(ExportPart.number)
    )
    return list(numbers)


async def read_parts(platform: Platform, export_id: UUID, numbers: Sequence[int]) -> AsyncIterator[bytes]:
    """The file, a part at a time."""
    for number in numbers:
        async with platform.sessions() as session:
            yield (await session.get_one(ExportPart, (export_id, number))).content


async def _own(session: AsyncSession, export_id: UUID, caller: Caller, now: datetime) -> Export:
    export = await session.get(Export, export_id)
    if export is None or export.account_id != caller.account_id:
        raise NotFound.of("export")
    if now - export.asked_at > KEPT:
        raise ExportExpired
    return export


def shown(row: Export) -> ExportOut:
    place = f"/audit/v1/statistics/exports/{encode_id('export', row.id)}/file"
    return ExportOut.model_validate(
        {
            "id": row.id,
            "state": row.state,
            "rows": row.rows,
            "asked_at": row.asked_at,
            "expires_at": row.asked_at + KEPT,
            "file": place if row.state == "ready" else None,
        }
    )


async def make_files(platform: Platform) -> None:
    """For ever: one file after another; files of yesterday are deleted."""
    while True:
        try:
            await delete_expired(platform)
            while await make_next(platform):
                pass
        except Exception as error:
            if not will_pass(error):
                raise
        await asyncio.sleep(PAUSE_SECONDS)


async def delete_expired(platform: Platform) -> None:
    """Parts go; the row stays for another day of the same length, so that its link says that it has expired."""
    now = platform.clock.now()
    async with platform.sessions() as session:
        expired = select(Export.id).where(Export.asked_at < now - KEPT)
        await session.execute(delete(ExportPart).where(ExportPart.export_id.in_(expired)))
        await session.commit()


async def make_next(platform: Platform) -> bool:
    """Make the file that has waited longest; False when none waits. Killed in between, it is made anew."""
    async with platform.sessions() as session:
        export = await session.scalar(
            select(Export)
            .where(Export.state == "waiting")
            .order_by(Export.asked_at, Export.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if export is None:
            return False
        question = _read(export.question)
        async with platform.sessions() as reading:
            async for number, part, count in _parts(reading, question, export.regions):
                session.add(ExportPart(export_id=export.id, number=number, content=part))
                export.rows += count
                await session.flush()
        export.state = "ready"
        await session.commit()
    return True


async def _parts(
    session: AsyncSession, question: Question, within: Sequence[str] | None
) -> AsyncIterator[tuple[int, bytes, int]]:
    number, lines = 0, list[list[str]]()
    yield number, csv_sheet(sheet.headings(question.by, question.measures), ()), 0
    async for key, sums in repository.streamed(session, question, within=within):
        values = [measured(measure, sums) for measure in question.measures]
        lines.append([*key, *("" if value is None else str(value) for value in values)])
        if len(lines) == PART_ROWS:
            number += 1
            yield number, csv_rows(lines), len(lines)
            lines = []
    if lines:
        yield number + 1, csv_rows(lines), len(lines)


def _written(question: Question) -> dict[str, Any]:
    plain = asdict(question)
    plain["where"] = {name: sorted(values) for name, values in question.where.items()}
    return plain | {"first": question.first.isoformat(), "last": question.last.isoformat()}


def _read(plain: dict[str, Any]) -> Question:
    return Question(
        measures=tuple(plain["measures"]),
        by=tuple(plain["by"]),
        first=date.fromisoformat(plain["first"]),
        last=date.fromisoformat(plain["last"]),
        where={name: frozenset(values) for name, values in plain["where"].items()},
    )
