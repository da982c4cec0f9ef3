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
