"""Days in queries and on the calendar."""

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from catalog.calendar.domain import kind_of
from catalog.day import Day
from common.workdays import official_calendar

DAY: TypeAdapter[date] = TypeAdapter(Day)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021-12-02", date(2021, 12, 2)),
        ("2024-02-29", date(2024, 2, 29)),
        ("2021-12-01T15:59:59Z", date(2021, 12, 1)),
        ("2021-12-01T16:00:00Z", date(2021, 12, 2)),
        ("2021-12-02T00:00:00+08:00", date(2021, 12, 2)),
    ],
)
def test_an_instant_is_its_day_in_china(text: str, day: date) -> None:
    assert DAY.validate_python(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "29/02/2024",
        "2023-02-29",
        "20211202",
        "1638403200",
        "2021-12-02T00:00:00",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_what_is_not_a_day_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="date_text"):
        DAY.validate_python(text)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2025, 9, 26), "workday"),  # a Friday
        (date(2025, 9, 27), "weekend"),
        (date(2025, 9, 28), "makeup_workday"),  # the Sunday worked for National Day
        (date(2025, 10, 1), "holiday"),
        (date(2025, 10, 8), "holiday"),
        (date(2025, 10, 9), "workday"),
        (date(2027, 10, 1), "holiday"),  # not announced: a statutory day, a Friday
    ],
    ids=str,
)
def test_each_day_is_told_by_what_the_announcement_makes_of_it(day: date, kind: str) -> None:
    assert kind_of(day, official_calendar()) == kind
