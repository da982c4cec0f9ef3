"""The ledger: every sheet is a fact, told to the journal. What is fetched again is the same sheet with its serial."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Self
from uuid import UUID

from sqlalchemy import ARRAY, Text, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.corrections.standing import StandingCertificate
from certificate.prints.domain import Purpose
from certificate.prints.models import PrintedBy, Sheet
from common.auth import Caller
from common.events.certificate import CertificatesPrinted, PrintedSheet
from common.pagination import Page
from common.problems import Problem
from common.unit_of_work import UnitOfWork

MOST_A_DAY: Final = 5  # new sheets of one certificate that its holder may have within a day
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Printing:
    """Who prints: for a body, for an office (centre or authority), or the holder."""

    by: PrintedBy
    account_id: UUID | None = None
    job_id: UUID | None = None

    @classmethod
    def of(cls, caller: Caller) -> Self:
        return cls("office" if caller.organisation_id is None else "body", caller.account_id)


HOLDER: Final = Printing("holder")


async def sheet_of(uow: UnitOfWork, certificate: StandingCertificate, printing: Printing) -> Sheet:
    """The newest sheet of the certificate's version; its first, if there is none yet."""
    sheets = await sheets_of(uow, [certificate], printing)
    return sheets[certificate.number]


async def sheets_of(
    uow: UnitOfWork, certificates: Sequence[StandingCertificate], printing: Printing, *, afresh: bool = False
) -> Mapping[str, Sheet]:
    """Sheets by number, first ones where there are none; `afresh`: another sheet of each that has one."""
    numbers = [certificate.number for certificate in certificates]
    await _hold(uow.session, numbers)
    newest = await _newest(uow.session, numbers)
    sheets, added = {}, []
    for certificate in certificates:
        last = newest.get(certificate.number)
        is_first = last is None or last.version != certificate.version
        if last is None or is_first or afresh:
            purpose: Purpose = "first" if is_first else "reprint"
            sheet = _next(uow, certificate, last, purpose, printing)
            added.append(sheet)
        else:
            sheet = last
        sheets[certificate.number] = sheet
    await _keep(uow, added, printing)
    return sheets


async def another_sheet(
    uow: UnitOfWork, certificate: StandingCertificate, purpose: Purpose, printing: Printing
) -> Sheet:
    """A new sheet under the same number. Raises the problem `rate-limited` for holders who had many today."""
    await _hold(uow.session, [certificate.number])
    if printing.by == "holder":
        await _check_day(uow, certificate.number)
    last = (await _newest(uow.session, [certificate.number])).get(certificate.number)
    if last is None or last.version != certificate.version:
        purpose = "first"
    sheet = _next(uow, certificate, last, purpose, printing)
    await _keep(uow, [sheet], printing)
    return sheet


async def page_of(session: AsyncSession, number: str, page: Page) -> Sequence[Sheet]:
    """The sheets of a certificate, in order of serials."""
    statement = select(Sheet).where(Sheet.number == number).order_by(Sheet.serial).limit(page.fetch)
    if page.after is not None:
        statement = statement.where(Sheet.serial > page.after[0])
    return (await session.scalars(statement)).all()


async def _hold(session: AsyncSession, numbers: Collection[str]) -> None:
    """Until the transaction ends nobody else gives serials of these numbers; always taken in one order."""
    wanted = func.unnest(literal(sorted(numbers), ARRAY(Text))).column_valued("wanted")
    lock = func.pg_advisory_xact_lock(func.hashtextextended(literal("sheet:") + wanted, 0))
    await session.execute(select(func.count(lock)))


async def _newest(session: AsyncSession, numbers: Collection[str]) -> dict[str, Sheet]:
    last = (
        select(Sheet.number, func.max(Sheet.serial).label("serial"))
        .where(Sheet.number.in_(numbers))
        .group_by(Sheet.number)
        .subquery()
    )
    rows = await session.scalars(
        select(Sheet).join(last, (last.c.number == Sheet.number) & (last.c.serial == Sheet.serial))
    )
    return {sheet.number: sheet for sheet in rows}


async def _check_day(uow: UnitOfWork, number: str) -> None:
    since = uow.clock.now() - DAY
    oldest = await uow.session.scalars(
        select(Sheet.printed_at)
        .where(Sheet.number == number, Sheet.printed_by == "holder", Sheet.printed_at > since)
        .order_by(Sheet.printed_at.desc())
        .limit(MOST_A_DAY)
    )
    times = oldest.all()
    if len(times) == MOST_A_DAY:
        seconds = max(1, round((times[-1] - since).total_seconds()))
        raise Problem("rate-limited", headers={"Retry-After": str(seconds)})


def _next(
    uow: UnitOfWork,
    certificate: StandingCertificate,
    last: Sheet | None,
    purpose: Purpose,
    printing: Printing,
) -> Sheet:
    return Sheet(
        number=certificate.number,
        serial=1 if last is None else last.serial + 1,
        version=certificate.version,
        purpose=purpose,
        printed_at=uow.clock.now(),
        printed_by=printing.by,
        account_id=printing.account_id,
        job_id=printing.job_id,
    )


async def _keep(uow: UnitOfWork, sheets: Sequence[Sheet], printing: Printing) -> None:
    if not sheets:
        return
    columns = [column.name for column in Sheet.__table__.columns]
    rows = [{name: getattr(sheet, name) for name in columns} for sheet in sheets]
    await uow.session.execute(insert(Sheet), rows)
    uow.say(
        CertificatesPrinted(
            sheets=tuple(PrintedSheet.model_validate(sheet, from_attributes=True) for sheet in sheets),
            printed_by=printing.by,
            account_id=printing.account_id,
            job_id=printing.job_id,
            printed_at=sheets[0].printed_at,
        )
    )
