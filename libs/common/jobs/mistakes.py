"""What is wrong with the rows of a job's file: kept as it will be told."""

from collections.abc import Iterable
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import Bilingual, FieldError
from common.jobs.models import JobErrorRow

_AT_ONCE = 1_000


async def store(session: AsyncSession, job_id: UUID, errors: Iterable[FieldError], *, first: int) -> int:
    """Keep mistakes, numbered from `first` on; returns how many."""
    rows = [_columns(job_id, number, error) for number, error in zip(count(first), errors, strict=False)]
    for start in range(0, len(rows), _AT_ONCE):
        await session.execute(insert(JobErrorRow), rows[start : start + _AT_ONCE])
    return len(rows)


def _columns(job_id: UUID, number: int, error: FieldError) -> dict[str, Any]:
    return {
        "job_id": job_id,
        "row_number": error.row or 0,
        "number": number,
        "column_name": error.column,
        "code": error.code,
        "detail_zh": error.detail.zh,
        "detail_en": error.detail.en,
        "remedy_zh": error.remedy.zh,
        "remedy_en": error.remedy.en,
        "article": error.article,
    }


async def read(
    session: AsyncSession, job_id: UUID, *, after: tuple[int, int] | None = None, limit: int | None = None
) -> list[JobErrorRow]:
    """Mistakes by row, then as they were found."""
    query = (
        select(JobErrorRow)
        .where(JobErrorRow.job_id == job_id)
        .order_by(JobErrorRow.row_number, JobErrorRow.number)
        .limit(limit)
    )
    if after:
        query = query.where(tuple_(JobErrorRow.row_number, JobErrorRow.number) > after)
    return list(await session.scalars(query))


async def by_row(session: AsyncSession, job_id: UUID) -> dict[int, list[FieldError]]:
    """Row as the user sees it → what is wrong with it."""
    found: dict[int, list[FieldError]] = {}
    for row in await read(session, job_id):
        found.setdefault(row.row_number, []).append(as_error(row))
    return found


def as_error(row: JobErrorRow) -> FieldError:
    return FieldError(
        code=row.code,
        detail=Bilingual(row.detail_zh, row.detail_en),
        remedy=Bilingual(row.remedy_zh, row.remedy_en),
        row=row.row_number or None,
        column=row.column_name,
        article=row.article,
    )
