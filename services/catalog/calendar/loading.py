"""PURE: a year of the calendar as the State Council announces it, checked before it counts (Art. 18)."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from common.errors import Bilingual, FieldError, Violations
from common.workdays import SATURDAY, SOLAR_DAYS_OFF, WorkCalendar

ARTICLE: Final = "18"
MOST_DAYS: Final = 120  # days that an announcement names


@dataclass(frozen=True, slots=True)
class Named:
    """A day that the announcement names. `place`: where it stands in what was sent."""

    place: int
    day: date
    is_workday: bool


@dataclass(frozen=True, slots=True)
class Year:
    """A year's weekdays off, and its weekend days worked to make up for them."""

    year: int
    days_off: tuple[date, ...]
    makeup_days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """A day that is another kind of day than it was."""

    day: date
    was_workday: bool
    is_workday: bool


def read_year(
    year: int, named: Iterable[Named], *, published_on: date, today: date, festivals: Collection[date] = ()
) -> Year:
    """The year that an announcement makes; `festivals`: statutory days that follow the moon, as far as they are known.

    Raises Violations with every mistake.
    """
    days = [*named]
    errors = [*_mistakes(year, days, today), *_missing(year, days, festivals)]
    if published_on > today:
        errors.append(_error("/published_on", "not-published-yet", *NOT_PUBLISHED))
    if errors:
        raise Violations(errors)
    return Year(
        year,
        days_off=tuple(
            sorted(one.day for one in days if not one.is_workday and one.day.weekday() < SATURDAY)
        ),
        makeup_days=tuple(sorted(one.day for one in days if one.is_workday)),
    )


def turns(before: WorkCalendar, after: WorkCalendar, year: int) -> Iterator[Turn]:
    """Every day of a year that changes."""
    day = date(year, 1, 1)
    while day.year == year:
        was, now = before.is_workday(day), after.is_workday(day)
        if was != now:
            yield Turn(day, was, now)
        day += timedelta(1)


def _mistakes(year: int, days: list[Named], today: date) -> Iterator[FieldError]:
    if year < today.year:
        yield _error("/year", "year-over", *YEAR_OVER)
    seen: Counter[date] = Counter()
    for one in days:
        pointer = f"/days/{one.place}"
        seen[one.day] += 1
        if one.day.year != year:
            yield _error(f"{pointer}/day", "day-of-another-year", *OTHER_YEAR)
        if seen[one.day] > 1:
            yield _error(f"{pointer}/day", "day-repeated", *REPEATED)
        if one.is_workday and one.day.weekday() < SATURDAY:
            yield _error(f"{pointer}/is_workday", "workday-anyway", *WORKDAY_ANYWAY)


def _missing(year: int, days: list[Named], festivals: Collection[date]) -> Iterator[FieldError]:
    """Statutory days that the announcement forgets: it may move working days, never these."""
    off = {one.day for one in days if not one.is_workday}
    solar = {date(year, month, number) for month, number in SOLAR_DAYS_OFF}
    for day in sorted(solar | {day for day in festivals if day.year == year}):
        if day.weekday() < SATURDAY and day not in off:
            yield _error("/days", "statutory-day-missing", *statutory(day))


def _error(pointer: str, code: str, detail: Bilingual, remedy: Bilingual) -> FieldError:
    return FieldError(code=code, detail=detail, remedy=remedy, pointer=pointer, article=ARTICLE)


def statutory(day: date) -> tuple[Bilingual, Bilingual]:
    return (
        Bilingual(
            f"{day.month} 月 {day.day} 日为法定节假日,安排中未列为休息日。",
            f"{day:%d %B} is a statutory day off and is not among the days off.",
        ),
        Bilingual("请核对通知,将该日列入。", "Check the notice and put the day in."),
    )


YEAR_OVER: Final = (
    Bilingual(
        "该年度已过去,其工作日不再变更。", "That year is over; its working days do not change any more."
    ),
    Bilingual("请核对年度。", "Check the year."),
)
NOT_PUBLISHED: Final = (
    Bilingual("公布日期在今天之后。", "It is said to be published on a day to come."),
    Bilingual("请核对公布日期。", "Check the day of publication."),
)
OTHER_YEAR: Final = (
    Bilingual("该日不属于本年度。", "The day is not of this year."),
    Bilingual(
        "跨年假期请分别收录到各年度。", "Load days around New Year with the year that each belongs to."
    ),
)
REPEATED: Final = (
    Bilingual("该日重复。", "The day is named twice."),
    Bilingual("请删去重复的一行。", "Take one of them out."),
)
WORKDAY_ANYWAY: Final = (
    Bilingual("该日本来就是工作日,不是调休上班。", "It is a working day anyway, none made up for."),
    Bilingual("只需列出周末上班和周一至周五休息的日子。", "Name weekend days worked and weekdays off alone."),
)
