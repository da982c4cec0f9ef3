"""PURE: working days of the official State Council calendar, and the deadlines counted with them (Art. 18).

A year that has not been announced is computed from weekends and the statutory days, and every answer that touches it
says `provisional`: it is never a silent guess (decision record 2). Days are those of Asia/Shanghai.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources

NOTICE_WORKDAYS = 15  # Art. 18(1): 评价开展前15个工作日
ONE_DAY = timedelta(days=1)
SATURDAY = 5  # date.weekday()
# Statutory days off that stand still in the solar calendar, by 《全国年节及纪念日放假办法》 as in force since 2025:
# New Year's Day, two days of Labour Day, three of National Day.
SOLAR_DAYS_OFF = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day worked out on the calendar; `provisional` when a year it depends on has not been announced."""

    day: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """China's public calendar: weekdays off, weekend days worked to make up for them, and the years announced.

    `festivals`: statutory days off of years to come that follow the moon or the sun's terms, as far as they are known.
    """

    days_off: frozenset[date]
    makeup_days: frozenset[date]
    announced: frozenset[int]
    festivals: frozenset[date] = frozenset()
    source: str = "国务院办公厅关于部分节假日安排的通知"
    edition: str = ""

    def is_announced(self, day: date) -> bool:
        return day.year in self.announced

    def with_year(
        self, year: int, *, days_off: Iterable[date], makeup_days: Iterable[date]
    ) -> "WorkCalendar":
        """The calendar with a year as it was announced, in place of whatever it said of that year before."""
        announced = self.announced | {year}
        return replace(
            self,
            days_off=frozenset(day for day in self.days_off if day.year != year) | frozenset(days_off),
            makeup_days=frozenset(day for day in self.makeup_days if day.year != year)
            | frozenset(makeup_days),
            announced=announced,
            edition=years_in_words(announced),
        )

    def is_workday(self, day: date) -> bool:
        """Whether people work on that day: by the announcement, or provisionally by weekends and statutory days."""
        is_weekday = day.weekday() < SATURDAY
        if self.is_announced(day):
            return day in self.makeup_days or (is_weekday and day not in self.days_off)
        return is_weekday and day not in self.festivals and (day.month, day.day) not in SOLAR_DAYS_OFF

    def workdays_back(self, day: date, count: int) -> Deadline:
        """The count-th working day before `day`, which is not counted itself."""
        return self._walk(day, count, -ONE_DAY)

    def workdays_ahead(self, day: date, count: int) -> Deadline:
        """The count-th working day after `day`, which is not counted itself."""
        return self._walk(day, count, ONE_DAY)

    def _walk(self, day: date, count: int, step: timedelta) -> Deadline:
        provisional = not self.is_announced(day)
        while count > 0:
            day += step
            count -= self.is_workday(day)
            provisional |= not self.is_announced(day)
        return Deadline(day, provisional)

    def workdays_between(self, after: date, until: date) -> int:
        """How many working days lie after `after` and not after `until`; 0 when `until` is not later."""
        return sum(self.is_workday(after + ONE_DAY * number) for number in range(1, (until - after).days + 1))

    def last_filing_day(self, starts_on: date, *, notice: int = NOTICE_WORKDAYS) -> Deadline:
        """The last day (until 24:00) to file a plan whose evaluation starts on `starts_on` (Art. 18(1)).

        The working days are counted back from the first day of evaluation, which is not counted.
        """
        return self.workdays_back(starts_on, notice)

    def earliest_start(self, filed_on: date, *, notice: int = NOTICE_WORKDAYS) -> Deadline:
        """The first day on which an evaluation filed on `filed_on` may start; it may be a day off.

        The inverse of `last_filing_day`: the day after the `notice`-th working day from `filed_on` on, `filed_on`
        itself being the first when it is a working day.
        """
        counted = self.workdays_ahead(filed_on, notice - self.is_workday(filed_on))
        start = counted.day + ONE_DAY
        return Deadline(start, counted.provisional or not self.is_announced(start))


def years_in_words(years: Iterable[int]) -> str:
    """`2017–2026, 2028`."""
    spans: list[list[int]] = []
    for year in sorted(years):
        if spans and year == spans[-1][-1] + 1:
            spans[-1] = [spans[-1][0], year]
        else:
            spans.append([year])
    return ", ".join("–".join(map(str, dict.fromkeys(span))) for span in spans)


@lru_cache(maxsize=1)
def official_calendar() -> WorkCalendar:
    """The calendar packaged with the platform: the State Council's announcements of 2017–2026."""
    rows = _read("work_calendar.csv")
    days = {
        kind: frozenset(date.fromisoformat(row["date"]) for row in rows if row["type"] == kind)
        for kind in ("holiday", "makeup_workday")
    }
    announced = frozenset(date.fromisoformat(row["date"]).year for row in rows)
    return WorkCalendar(
        days_off=days["holiday"],
        makeup_days=days["makeup_workday"],
        announced=announced,
        festivals=frozenset(_festival_days(_read("festivals.csv"))),
        edition=years_in_words(announced),
    )


def _festival_days(rows: Iterable[dict[str, str]]) -> Iterable[date]:
    """Spring Festival with its eve (4 days since 2025), Qingming, Dragon Boat and Mid-Autumn, year by year."""
    for row in rows:
        first = date.fromisoformat(row["spring_festival"])
        yield from (first + ONE_DAY * offset for offset in (-1, 0, 1, 2))
        yield from (date.fromisoformat(row[name]) for name in ("qingming", "dragon_boat", "mid_autumn"))


def _read(name: str) -> list[dict[str, str]]:
    text = resources.files("common").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
