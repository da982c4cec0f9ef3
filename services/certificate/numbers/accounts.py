"""What became of the numbers of each series: a certificate's, to be signed next, or unused with a reason (Art. 1)."""

from collections.abc import Sequence

from sqlalchemy import Row, Select, distinct, exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.certificates.models import Certificate
from certificate.issuance.models import ToBeSigned, UnusedNumber
from certificate.numbers.domain import Series
from certificate.numbers.models import SeriesRow
from certificate.numbers.schemas import SeriesOut, UnusedNumberOut
from common.certificate_code import Kind
from common.errors import NotFound
from common.pagination import Page
from common.schemas import Listing


async def list_series(session: AsyncSession, page: Page, *, register: str | None) -> Listing[SeriesOut]:
    """Every series, or those of one register, with the account of its numbers."""
    order = (SeriesRow.kind, SeriesRow.register, SeriesRow.year, SeriesRow.level)
    statement = select(SeriesRow).order_by(*order).limit(page.fetch)
    if register is not None:
        statement = statement.where(SeriesRow.register == register)
    if page.after is not None:
        statement = statement.where(tuple_(*order) > tuple_(*page.after))
    rows = (await session.scalars(statement)).all()
    kept, cursor = page.cut(rows, lambda row: (row.kind, row.register, row.year, row.level))
    return Listing[SeriesOut].of([await _account(session, row) for row in kept], cursor)


async def list_unused(
    session: AsyncSession, page: Page, kind: Kind, register: str, year: int, level: int
) -> Listing[UnusedNumberOut]:
    """The numbers of a series that will never be a certificate's, each with its reason. Raises NotFound."""
    row = await session.get(SeriesRow, (kind, register, year, level))
    if row is None:
        raise NotFound.of("series")
    statement = select(UnusedNumber).order_by(UnusedNumber.number).limit(page.fetch)
    if row.last_serial:
        statement = statement.where(UnusedNumber.number.between(*_ends(row)))
    else:
        statement = statement.where(UnusedNumber.number.is_(None))
    if page.after is not None:
        statement = statement.where(UnusedNumber.number > page.after[0])
    found: Sequence[UnusedNumber] = (await session.scalars(statement)).all()
    kept, cursor = page.cut(found, lambda one: (one.number,))
    return Listing[UnusedNumberOut].of([UnusedNumberOut.model_validate(one) for one in kept], cursor)


async def _account(session: AsyncSession, row: SeriesRow) -> SeriesOut:
    used, waiting, unused = 0, 0, 0
    if row.last_serial:
        counted = (await session.execute(_counts(*_ends(row)))).one()
        used, waiting, unused = _three(counted)
    series = Series(row.kind, row.register, row.year, row.level)
    return SeriesOut(
        kind=row.kind,
        register_code=row.register,
        year=row.year,
        level=row.level,
        given=row.last_serial,
        used=used,
        waiting=waiting,
        unused=unused,
        unexplained=row.last_serial - used - waiting - unused,
        left=series.last - row.last_serial,
        nearly_exhausted=series.is_nearly_exhausted(row.last_serial),
    )


def _three(counted: Row[int, int, int]) -> tuple[int, int, int]:
    return counted[0], counted[1], counted[2]


def _ends(row: SeriesRow) -> tuple[str, str]:
    """The first and the last number taken; all numbers of a series have one length, so text compares as they do."""
    series = Series(row.kind, row.register, row.year, row.level)
    return series.number(1), series.number(row.last_serial)


def _counts(first: str, last: str) -> Select[int, int, int]:
    used = select(func.count()).select_from(Certificate).where(Certificate.number.between(first, last))
    waiting = select(func.count(distinct(ToBeSigned.number))).where(
        ToBeSigned.number.between(first, last),
        ~exists().where(Certificate.number == ToBeSigned.number),
        ~exists().where(UnusedNumber.number == ToBeSigned.number),
    )
    unused = select(func.count()).select_from(UnusedNumber).where(UnusedNumber.number.between(first, last))
    return select(used.scalar_subquery(), waiting.scalar_subquery(), unused.scalar_subquery())
