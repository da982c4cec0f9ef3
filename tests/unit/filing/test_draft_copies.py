"""A new plan made of an earlier one: the same in everything but its days."""

from datetime import date
from typing import Any

from filing.drafts.domain import copied

EARLIER: dict[str, Any] = {
    "name": "第3批",
    "starts_on": "2025-10-25",
    "ends_on": "2025-10-27",
    "sessions": [
        {
            "room": "一号考场",
            "starts_at": "2025-10-26T09:00:00+08:00",
            "ends_at": "2025-10-26T11:30:00+08:00",
        }
    ],
    "roster": {"sha256": "9f" * 32, "candidates": 40},
    "late_admission_id": None,
    "fee_cents": 100,
}


def test_days_and_sessions_move_along_with_the_first_day() -> None:
    assert copied(EARLIER, date(2026, 3, 1)) == {
        "name": "第3批",
        "starts_on": "2026-03-01",
        "ends_on": "2026-03-03",
        "sessions": [
            {
                "room": "一号考场",
                "starts_at": "2026-03-02T09:00:00+08:00",
                "ends_at": "2026-03-02T11:30:00+08:00",
            }
        ],
        "fee_cents": 100,
    }


def test_without_a_first_day_the_days_are_left_open() -> None:
    assert copied(EARLIER, None) == {"name": "第3批", "sessions": [{"room": "一号考场"}], "fee_cents": 100}
