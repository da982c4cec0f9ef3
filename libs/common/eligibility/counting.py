"""PURE: how long somebody has worked, to the day (decision record 26).

Days count once, however many jobs there were. `N` years are reached when the days worked are as many as the N years
before the last of them have: for work without a gap that is its anniversary, and a further day of work never takes
away what was reached.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from common.eligibility.claims import Period

ONE_DAY = timedelta(days=1)
LATEST = date(2199, 12, 31)


def worked(periods: Iterable[Period], day: date, *, since: date | None = None) -> list[tuple[date, date]]:
    """The days worked before a day, from `since` on: stretches [first, behind the last), none touching another."""
    stretches = sorted(
        (max(period.begin, since or period.begin), min(period.end + ONE_DAY if period.end else day, day))
        for period in periods
        if period.is_related
    )
    joined: list[tuple[date, date]] = []
    for begin, end in stretches:
        if begin >= end:
            continue
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def reached(stretches: list[tuple[date, date]], months: int) -> bool:
    """Whether so many months were worked."""
    if months == 0:
        return True
    if not stretches:
        return False
    end = stretches[-1][1]
    return total_days(stretches) >= (end - months_before(end, months)).days


def full_months(stretches: list[tuple[date, date]]) -> int:
    """The most months that were worked."""
    if not stretches:
        return 0
    days = total_days(stretches)
    return bisect_left(range(days // 28 + 2), 1, key=lambda months: not reached(stretches, months)) - 1


def total_days(stretches: list[tuple[date, date]]) -> int:
    return sum((end - begin).days for begin, end in stretches)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier; the last of a shorter month where there is none of that number."""
    return _moved(day, -months)


def months_after(day: date, months: int) -> date:
    """The day on which so many months are full: the first of the next month where there is none of that number."""
    moved = _moved(day, months)
    return moved if moved.day == day.day else moved + ONE_DAY


def _moved(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in (day.day, 30, 29, 28):
        if number <= day.day:
            try:
                return date(year, month + 1, number)
            except ValueError:
                continue
    raise ValueError("outside of the calendar")


def first_day(holds: Callable[[date], bool]) -> date | None:
    """The first day on which something holds that never stops holding; None when it never does."""
    if not holds(LATEST):
        return None
    ordinals = range(1, LATEST.toordinal() + 1)
    found = bisect_left(ordinals, 1, key=lambda ordinal: holds(date.fromordinal(ordinal)))
    return date.fromordinal(ordinals[found])
