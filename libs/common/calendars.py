"""The working-day calendar of a running service: the packaged one, and the years that the authority loaded since.

The catalog tells each year (`CalendarPublished`); every service keeps it, so that all of them count alike.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Date, Text, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Shared
from common.events.catalog import CalendarPublished
from common.unit_of_work import UnitOfWork
from common.workdays import WorkCalendar, official_calendar


class CalendarYearRow(Shared):
    """A year of the State Council's calendar, in the newest edition that was told."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    edition: Mapped[int]
    days_off: Mapped[list[date]] = mapped_column(ARRAY(Date))
    makeup_days: Mapped[list[date]] = mapped_column(ARRAY(Date))
    notice: Mapped[str] = mapped_column(Text)
    document_number: Mapped[str] = mapped_column(Text)
    published_on: Mapped[date]


class Calendars:
    """Holds the calendar that counts now; replaced as a whole when a year is told."""

    def __init__(self) -> None:
        self.current = official_calendar()

    def take(self, years: Iterable[CalendarYearRow]) -> None:
        """Count by the packaged calendar with these years in place of its own."""
        self.current = with_years(years)


def with_years(years: Iterable[CalendarYearRow]) -> WorkCalendar:
    calendar = official_calendar()
    for row in years:
        calendar = calendar.with_year(row.year, days_off=row.days_off, makeup_days=row.makeup_days)
    return calendar


async def on_calendar_published(uow: UnitOfWork, event: CalendarPublished) -> None:
    """Keep a year. Safe twice, and an earlier edition that is told again changes nothing."""
    row = {
        "edition": event.edition,
        "days_off": list(event.days_off),
        "makeup_days": list(event.makeup_days),
        "notice": event.notice,
        "document_number": event.document_number,
        "published_on": event.published_on,
    }
    statement = insert(CalendarYearRow).values(year=event.year, **row)
    await uow.session.execute(
        statement.on_conflict_do_update(
            index_elements=["year"], set_=row, where=CalendarYearRow.edition < event.edition
        )
    )


async def stored_years(session: AsyncSession) -> list[CalendarYearRow]:
    query = select(CalendarYearRow).order_by(CalendarYearRow.year)
    return list(await session.scalars(query, execution_options={"populate_existing": True}))


async def stored_calendar(session: AsyncSession) -> WorkCalendar:
    """The calendar as this transaction knows it; what a running process holds may be a moment older."""
    return with_years(await stored_years(session))
