"""Working days by the State Council's calendar; expected days counted by hand on the published announcements."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.workdays import official_calendar

CALENDAR = official_calendar()
VECTORS = json.loads((Path(__file__).parents[2] / "data" / "workday_vectors.json").read_text())
announced_days = st.dates(date(2017, 3, 1), date(2026, 10, 31))
any_days = st.dates(date(2017, 3, 1), date(2034, 10, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2025, 10, 1), False),  # National Day
        (date(2025, 10, 11), True),  # a Saturday worked to make up
        (date(2025, 10, 12), False),  # an ordinary Sunday
        (date(2025, 10, 9), True),
        (date(2025, 1, 26), True),  # a Sunday worked before Spring Festival
        (date(2025, 2, 4), False),  # last day off of Spring Festival
        (date(2025, 2, 5), True),
        (date(2020, 1, 31), False),  # Spring Festival, prolonged that year
    ],
)
def test_whether_people_work_on_a_day(day: date, works: bool) -> None:
    assert CALENDAR.is_workday(day) is works


@pytest.mark.parametrize(
    ("starts_on", "last_day"),
    [
        pytest.param(
            date(2025, 10, 25),
            date(2025, 9, 29),
            id="Saturday start, over National Day and a make-up Saturday",
        ),
        pytest.param(date(2025, 6, 23), date(2025, 5, 30), id="over Dragon Boat (Mon 2 June off)"),
        pytest.param(
            date(2025, 2, 24),
            date(2025, 1, 27),
            id="over Spring Festival with the make-up Saturday 8 February",
        ),
        pytest.param(date(2025, 7, 21), date(2025, 6, 30), id="fifteen plain weekdays"),
        *(
            pytest.param(
                date.fromisoformat(v["exam_date"]),
                date.fromisoformat(v["latest_filing_15wd"]),
                id=v["exam_date"],
            )
            for v in VECTORS
        ),
    ],
)
def test_fifteen_working_days_before_is_the_last_day_to_file(starts_on: date, last_day: date) -> None:
    assert CALENDAR.last_filing_day(starts_on).day == last_day


@pytest.mark.parametrize(
    ("filed_on", "earliest"),
    [
        pytest.param(date(2025, 9, 29), date(2025, 10, 25), id="may be a Saturday"),
        pytest.param(date(2025, 6, 30), date(2025, 7, 19), id="fifteen plain weekdays, then a Saturday"),
        pytest.param(date(2025, 6, 28), date(2025, 7, 19), id="filed on a Saturday counts as the Monday"),
        pytest.param(date(2025, 10, 1), date(2025, 10, 29), id="filed on a holiday: counted from 9 October"),
        pytest.param(date(2025, 10, 11), date(2025, 10, 31), id="filed on a make-up Saturday, which counts"),
        pytest.param(date(2025, 10, 12), date(2025, 11, 1), id="filed on the Sunday after it"),
        pytest.param(date(2025, 1, 27), date(2025, 2, 22), id="the last working day before Spring Festival"),
        pytest.param(date(2025, 1, 28), date(2025, 2, 25), id="its eve: counted from 5 February"),
    ],
)
def test_the_earliest_start_after_filing(filed_on: date, earliest: date) -> None:
    assert CALENDAR.earliest_start(filed_on).day == earliest


@given(any_days)
def test_the_earliest_start_is_the_inverse_of_the_last_filing_day(filed_on: date) -> None:
    start = CALENDAR.earliest_start(filed_on).day
    assert CALENDAR.last_filing_day(start).day >= filed_on
    assert CALENDAR.last_filing_day(start - timedelta(days=1)).day < filed_on


@given(any_days, st.integers(0, 60))
def test_a_later_start_never_has_an_earlier_last_day(starts_on: date, later: int) -> None:
    first = CALENDAR.last_filing_day(starts_on).day
    assert first <= CALENDAR.last_filing_day(starts_on + timedelta(days=later)).day


@given(announced_days, st.integers(0, 40))
def test_counting_between_agrees_with_walking(day: date, count: int) -> None:
    end = CALENDAR.workdays_ahead(day, count).day
    assert CALENDAR.workdays_between(day, end) == count
    assert CALENDAR.workdays_between(end, day) == 0 or count == 0


def test_a_year_that_was_not_announced_gives_a_provisional_answer() -> None:
    """2027-02-22 is a Monday; Spring Festival's eve is Friday 5 February, its statutory days end on Monday the 8th."""
    assert not CALENDAR.last_filing_day(date(2026, 12, 31)).provisional
    answer = CALENDAR.last_filing_day(date(2027, 2, 22))
    assert answer.provisional
    assert answer.day == date(2027, 1, 28)
    assert not CALENDAR.is_workday(date(2027, 2, 8))
    assert CALENDAR.is_workday(date(2027, 2, 9))


def test_an_answer_that_only_reaches_into_the_unannounced_year_is_provisional_too() -> None:
    assert CALENDAR.earliest_start(date(2026, 12, 21)).provisional
    assert CALENDAR.last_filing_day(date(2027, 1, 4)).provisional


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2028, 1, 25), False),  # a Tuesday, the eve of Spring Festival
        (date(2028, 1, 28), False),  # a Friday, its third day
        (date(2028, 1, 31), True),
        (date(2029, 4, 4), False),  # Qingming, a Wednesday
        (date(2027, 5, 3), True),  # Labour Day has two days, 1 and 2 May
        (date(2040, 10, 2), False),  # National Day stands still: known for every year
        (date(2040, 10, 4), True),
        (date(2036, 1, 1), False),
    ],
)
def test_a_year_not_announced_is_counted_by_weekends_and_statutory_days(day: date, works: bool) -> None:
    assert CALENDAR.is_workday(day) is works
    assert not CALENDAR.is_announced(day)


def test_the_years_announced_are_told() -> None:
    assert CALENDAR.edition == "2017–2026"
    assert "国务院" in CALENDAR.source


@given(any_days, st.integers(1, 30))
def test_any_other_notice_has_its_inverse_too(filed_on: date, notice: int) -> None:
    start = CALENDAR.earliest_start(filed_on, notice=notice).day
    assert CALENDAR.last_filing_day(start, notice=notice).day >= filed_on
    assert CALENDAR.last_filing_day(start - timedelta(days=1), notice=notice).day < filed_on
