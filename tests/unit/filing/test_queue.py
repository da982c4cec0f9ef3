"""How long a plan may wait, by the calendar of October 2025 (1–8 days off, the 11th worked)."""

from datetime import date

import pytest

from common.workdays import official_calendar
from filing.decisions.domain import Target, target_on, waiting

CITY, PROVINCE = "320100", "320000"


@pytest.mark.parametrize(
    ("today", "workdays", "urgency", "escalated_to"),
    [
        ("2025-09-29", 0, "in_time", ()),
        ("2025-10-08", 1, "in_time", ()),
        ("2025-10-10", 3, "in_time", ()),
        ("2025-10-11", 4, "warned", ()),  # a Saturday worked to make up
        ("2025-10-12", 4, "warned", ()),
        ("2025-10-13", 5, "warned", ()),
        ("2025-10-14", 6, "overdue", (CITY,)),
        ("2025-10-20", 10, "overdue", (CITY,)),
        ("2025-10-21", 11, "overdue", (CITY, PROVINCE)),
        ("2025-12-31", 62, "overdue", (CITY, PROVINCE)),
    ],
)
def test_silence_past_the_target_goes_a_level_up_at_a_time(
    today: str, workdays: int, urgency: str, escalated_to: tuple[str, ...]
) -> None:
    found = waiting(
        "320104",
        filed=date(2025, 9, 29),
        today=date.fromisoformat(today),
        calendar=official_calendar(),
    )
    assert (found.workdays, found.urgency, found.escalated_to) == (workdays, urgency, escalated_to)
    assert found.due_on == date(2025, 10, 13)


def test_a_new_target_counts_for_plans_filed_from_its_first_day_on() -> None:
    five, three = Target(date(2000, 1, 1), 5, 4), Target(date(2026, 1, 1), 3, 2)
    assert target_on(date(2025, 12, 31), (three, five)) == five
    assert target_on(date(2026, 1, 1), (three, five)) == three
