"""How a candidate proves to be the one: numbers that messages reach, whose number counts, what a code comes to."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from registration.candidate_view.domain import Asked, Contact, Verdict, contact_of, normal_phone, verdict

NOW = datetime(2025, 10, 1, 9, 0, tzinfo=UTC)
FIRST, SECOND = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("13800138000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("0086 13800138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("+852 9123 4567", "+85291234567"),
        ("00886 912 345 678", "+886912345678"),
        ("+1 (212) 555-0100", "+12125550100"),
        ("12800138000", None),
        ("1380013800", None),
        ("138001380000", None),
        ("025-8765432", None),
        ("+86", None),
        ("无", None),
    ],
)
def test_a_telephone_number_is_read_as_people_write_it(text: str, phone: str | None) -> None:
    assert normal_phone(text) == phone


@pytest.mark.parametrize(
    ("recorded", "used"),
    [
        ([], None),
        ([(FIRST, "a")], "a"),
        ([(FIRST, "a"), (FIRST, "b")], "b"),
        ([(FIRST, "a"), (SECOND, "c")], "a"),
        ([(FIRST, "a"), (SECOND, "c"), (FIRST, "b")], "b"),
    ],
)
def test_the_body_that_gave_a_number_first_may_correct_it_and_no_other(
    recorded: list[tuple[UUID, str]], used: str | None
) -> None:
    found = contact_of(Contact(*one) for one in recorded)
    assert (found and found.phone) == used


@pytest.mark.parametrize(
    ("changes", "is_anothers", "expected"),
    [
        ({}, False, "opened"),
        ({}, True, "opened"),
        ({"code_index": b"other"}, False, "unknown"),
        ({"code_index": b"other"}, True, "anothers"),
        ({"tries": 4}, False, "opened"),
        ({"tries": 5}, False, "unknown"),
        ({"expires_at": NOW}, False, "unknown"),
        ({"is_open": True}, False, "unknown"),
        ({"is_known": False}, False, "unknown"),
        ({"is_known": False}, True, "anothers"),
    ],
)
def test_what_a_code_comes_to(changes: dict[str, object], is_anothers: bool, expected: Verdict) -> None:
    standing: dict[str, object] = {
        "code_index": b"right",
        "tries": 0,
        "expires_at": NOW + timedelta(minutes=1),
        "is_open": False,
        "is_known": True,
    }
    asked = Asked(**(standing | changes))  # type: ignore[arg-type]
    assert verdict(asked, b"right", is_anothers=is_anothers, now=NOW) == expected


@pytest.mark.parametrize(("is_anothers", "expected"), [(False, "unknown"), (True, "anothers")])
def test_a_session_that_never_was_is_like_one_of_a_stranger(is_anothers: bool, expected: Verdict) -> None:
    assert verdict(None, b"right", is_anothers=is_anothers, now=NOW) == expected
