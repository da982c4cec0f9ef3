"""Sums of cells: live, or as each month was last published."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, func, literal_column, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from audit.statistics.answer import Sums
from audit.statistics.contributions import ALL
from audit.statistics.dimensions import Count, Dimension
from audit.statistics.models import LIVE, CellRow, MonthChanged, OccupationName, PlanCounted, Publication
from audit.statistics.question import Question
from common.regions import regions

PATIENCE: Final = "SET LOCAL statement_timeout = '2s'"
STREAMED: Final = 1_000
_COUNTRY: Final = [code for code, region in regions().items() if not region.is_town]


def _expression(dimension: Dimension) -> ColumnElement[str]:
    """A dimension in SQL. Constants stand in the text: a parameter would make two expressions of one."""
    match dimension:
        case "month":
            return literal_column("to_char(statistics_cell.month, 'YYYY-MM')", Text)
        case "city":
            return literal_column("left(statistics_cell.region, 4) || '00'", Text)
        case "town":
            counties = ", ".join(f"'{code}'" for code in _COUNTRY)
            return literal_column(
                f"CASE WHEN statistics_cell.region IN ({counties}) THEN 'country' ELSE 'town' END", Text
            )
        case "class":
            return literal_column(
                "CASE WHEN statistics_cell.item ~ '^[0-9]-' THEN left(statistics_cell.item, 1) ELSE '-' END",
                Text,
            )
    column: ColumnElement[str] = CellRow.__table__.c[dimension]
    return column


async def table_of(
    session: AsyncSession, question: Question, *, within: Sequence[str] | None, published: bool
) -> Sums:
    """The sums of every combination of the question's dimensions, filtered by months and place of the caller only."""
    await session.execute(text(PATIENCE))
    rows = await session.execute(_sums(question, question.table, within=within, published=published))
    width = len(question.table)
    return {tuple(row[:width]): dict(zip(question.counts, row[width:], strict=True)) for row in rows}


async def streamed(
    session: AsyncSession, question: Question, *, within: Sequence[str] | None
) -> AsyncIterator[tuple[tuple[str, ...], dict[Count, int]]]:
    """The same as a stream in the order of the keys, filters applied: for files of any size."""
    statement = _sums(question, question.by, within=within, published=False)
    for dimension, values in question.where.items():
        statement = statement.where(_expression(dimension).in_(sorted(values)))
    statement = statement.order_by(*(_expression(dimension) for dimension in question.by))
    result = await session.stream(statement.execution_options(yield_per=STREAMED))
    width = len(question.by)
    async for row in result:
        yield tuple(row[:width]), dict(zip(question.counts, row[width:], strict=True))


def _sums(
    question: Question, by: Sequence[Dimension], *, within: Sequence[str] | None, published: bool
) -> Select[Any]:
    keys = [_expression(dimension) for dimension in by]
    sums = [func.coalesce(func.sum(CellRow.__table__.c[count]), 0) for count in question.counts]
    columns: list[Any] = [*keys, *sums]
    statement: Select[Any] = select(*columns).where(CellRow.month.between(question.first, question.last))
    if published:
        newest = select(Publication.month, func.max(Publication.edition)).group_by(Publication.month)
        statement = statement.where(tuple_(CellRow.month, CellRow.edition).in_(newest))
    else:
        statement = statement.where(CellRow.edition == LIVE)
    is_of_bodies = "organisation" in question.table
    statement = statement.where(CellRow.organisation != ALL if is_of_bodies else CellRow.organisation == ALL)
    if within is not None:
        statement = statement.where(CellRow.region.in_(within))
    if not keys:
        return statement
    # A cell whose facts were all taken back is as if it had never been.
    some = [func.bool_or(CellRow.__table__.c[count] != 0) for count in question.counts]
    return statement.group_by(*keys).having(or_(*some))


async def last_publications(session: AsyncSession) -> dict[date, Publication]:
    """The newest edition of every month that was published."""
    rows = await session.scalars(select(Publication).order_by(Publication.month, Publication.edition))
    return {row.month: row for row in rows}


async def changes_of(session: AsyncSession) -> dict[date, Any]:
    """When each month's live figures last changed."""
    rows = await session.execute(select(MonthChanged.month, MonthChanged.changed_at))
    return {row[0]: row[1] for row in rows}


async def occupations(session: AsyncSession, codes: Sequence[str]) -> dict[str, OccupationName]:
    rows = await session.scalars(select(OccupationName).where(OccupationName.code.in_(codes)))
    return {row.code: row for row in rows}


async def organisations(session: AsyncSession, ids: Sequence[str]) -> dict[str, str]:
    rows = await session.execute(
        select(PlanCounted.organisation, func.max(PlanCounted.organisation_name))
        .where(PlanCounted.organisation.in_(ids))
        .group_by(PlanCounted.organisation)
    )
    return {row[0]: row[1] for row in rows}
