"""A year of the calendar as it is announced, checked whole before it counts. The arrangement of 2027 is made up."""

from collections.abc import Iterable
from datetime import date

import pytest

from catalog.calendar.loading import Named, Turn, Year, read_year, turns
from common.errors import Violations
from common.workdays import official_calendar, years_in_words

TODAY = date(2026, 11, 23)
FESTIVALS = official_calendar().festivals
OFF = ("2027-01-01", "2027-02-05", "2027-02-08", "2027-02-09", "2027-10-01", "2027-05-01")
MADE_UP = ("2027-02-14", "2027-10-09")


MISSING = [day for day in FESTIVALS | {date(2027, 10, 1)} if day.year == 2027 and day.weekday() < 5]


def named(off: Iterable[str] = OFF, made_up: Iterable[str] = MADE_UP) -> list[Named]:
    days = [(day, False) for day in off] + [(day, True) for day in made_up]
    return [Named(place, date.fromisoformat(day), worked) for place, (day, worked) in enumerate(days)]


def mistakes(days: list[Named], *, year: int = 2027, today: date = TODAY) -> list[tuple[str | None, str]]:
    with pytest.raises(Violations) as refusal:
        read_year(year, days, published_on=date(2026, 11, 4), today=today, festivals=FESTIVALS)
    return [(error.pointer, error.code) for error in refusal.value.errors]


def test_weekdays_off_and_weekend_days_worked_are_kept() -> None:
    """2027-05-01 is a Saturday: it is off anyway."""
    year = read_year(2027, named(), published_on=date(2026, 11, 4), today=TODAY)
    assert year == Year(
        2027,
        tuple(date.fromisoformat(day) for day in OFF[:5]),
        (date(2027, 2, 14), date(2027, 10, 9)),
    )


def test_every_mistake_is_told_with_its_place() -> None:
    days = named(("2027-01-01", "2027-01-01", "2026-12-31"), ("2027-03-01",))
    assert mistakes(days) == [
        ("/days/1/day", "day-repeated"),
        ("/days/2/day", "day-of-another-year"),
        ("/days/3/is_workday", "workday-anyway"),
        # 2027: the eve of the Spring Festival and its first days, Qingming, Dragon Boat, Mid-Autumn, National Day
        *[("/days", "statutory-day-missing")] * len(MISSING),
    ]


def test_a_year_that_is_over_is_not_changed() -> None:
    assert ("/year", "year-over") in mistakes(named(), year=2027, today=date(2028, 1, 1))


def test_a_loaded_year_counts_and_no_other_changes() -> None:
    before, year = official_calendar(), read_year(2027, named(), published_on=date(2026, 11, 4), today=TODAY)
    after = before.with_year(2027, days_off=year.days_off, makeup_days=year.makeup_days)
    assert before.last_filing_day(date(2027, 2, 25)).provisional
    assert not after.last_filing_day(date(2027, 2, 25)).provisional
    assert after.is_workday(date(2027, 2, 14))
    assert after.last_filing_day(date(2025, 10, 25)) == before.last_filing_day(date(2025, 10, 25))
    assert after.edition == "2017–2027"
    again = after.with_year(2027, days_off=(), makeup_days=())
    assert again.is_workday(date(2027, 1, 1))


def test_the_days_that_turn_are_named() -> None:
    before = official_calendar()
    after = before.with_year(
        2027, days_off=[date(2027, 1, 1), date(2027, 3, 1)], makeup_days=[date(2027, 2, 14)]
    )
    changed = {turn.day: turn for turn in turns(before, after, 2027)}
    assert changed[date(2027, 3, 1)] == Turn(date(2027, 3, 1), was_workday=True, is_workday=False)
    assert changed[date(2027, 2, 14)] == Turn(date(2027, 2, 14), was_workday=False, is_workday=True)
    assert date(2027, 1, 1) not in changed


def test_years_are_told_in_spans() -> None:
    assert years_in_words([2017, 2018, 2019]) == "2017–2019"
    assert years_in_words([2017, 2019, 2020]) == "2017, 2019–2020"


def test_a_notice_is_not_of_a_day_to_come() -> None:
    with pytest.raises(Violations) as refusal:
        read_year(2027, named(), published_on=date(2028, 11, 4), today=TODAY)
    assert [error.code for error in refusal.value.errors] == ["not-published-yet"]
