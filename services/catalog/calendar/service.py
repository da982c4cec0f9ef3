"""Use cases: load a year of the State Council's calendar, show what was loaded (Art. 18)."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.base import Turn as Lock
from catalog.base import take_turn
from catalog.calendar.loading import Year, read_year, turns
from catalog.calendar.models import CalendarNotice
from catalog.calendar.schemas import NoticeOut, TurnOut, YearIn, YearOut
from common.calendars import Calendars, on_calendar_published, stored_years, with_years
from common.events.catalog import CalendarPublished
from common.schemas import Listing
from common.unit_of_work import UnitOfWork
from common.workdays import official_calendar


async def load_year(
    uow: UnitOfWork, body: YearIn, *, calendars: Calendars, today: date, loaded_by: UUID, dry_run: bool
) -> tuple[YearOut, bool]:
    """Put a year on record and tell every service; whether this request did. Raises Violations.

    What is on record already changes nothing, and neither does a dry run; both tell the days that turn.
    """
    year = read_year(
        body.year,
        body.named(),
        published_on=body.published_on,
        today=today,
        festivals=official_calendar().festivals,
    )
    async with uow:
        await take_turn(uow.session, Lock.LOAD_CALENDAR)
        known = await _newest(uow.session, year.year)
        before = with_years(await stored_years(uow.session))
        after = before.with_year(year.year, days_off=year.days_off, makeup_days=year.makeup_days)
        changed = [TurnOut.of(one) for one in turns(before, after, year.year)]
        if known is not None and _says(known, year):
            return YearOut.of(known, []), False
        notice = CalendarNotice(
            year=year.year,
            edition=known.edition + 1 if known else 1,
            notice=body.notice,
            document_number=body.document_number,
            published_on=body.published_on,
            days_off=list(year.days_off),
            makeup_days=list(year.makeup_days),
            recorded_at=uow.clock.now(),
            recorded_by=loaded_by,
        )
        answer = YearOut.of(notice, changed)
        if dry_run:
            return answer, False
        uow.session.add(notice)
        published = _told(notice)
        await on_calendar_published(uow, published)
        uow.say(published)
        years = await stored_years(uow.session)
        await uow.commit(answer)
    calendars.take(years)
    return answer, True


def _says(notice: CalendarNotice, year: Year) -> bool:
    return (tuple(notice.days_off), tuple(notice.makeup_days)) == (year.days_off, year.makeup_days)


def _told(notice: CalendarNotice) -> CalendarPublished:
    return CalendarPublished(
        year=notice.year,
        edition=notice.edition,
        days_off=tuple(notice.days_off),
        makeup_days=tuple(notice.makeup_days),
        notice=notice.notice,
        document_number=notice.document_number,
        published_on=notice.published_on,
    )


async def _newest(session: AsyncSession, year: int) -> CalendarNotice | None:
    query = (
        select(CalendarNotice)
        .where(CalendarNotice.year == year)
        .order_by(CalendarNotice.edition.desc())
        .limit(1)
    )
    found: CalendarNotice | None = await session.scalar(query)
    return found


async def list_notices(session: AsyncSession) -> Listing[NoticeOut]:
    """Every announcement on record, the newest year and edition first."""
    order = (CalendarNotice.year.desc(), CalendarNotice.edition.desc())
    rows = await session.scalars(select(CalendarNotice).order_by(*order))
    return Listing.of([NoticeOut.model_validate(row) for row in rows], None)
