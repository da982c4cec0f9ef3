"""What an entrustment covers and on which days (Art. 12)."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from filing.entrustments.domain import Entrusted, Entrustment, check_end, check_terms, entrusted, sides
from tests.unit.filing.factories import WELDER, part, scope

EMPLOYER, AGENCY = UUID(int=1), UUID(int=2)
TODAY = date(2025, 9, 29)
WELDING = Entrusted(frozenset({WELDER}), frozenset({5, 4}))


def agreed(**changes: Any) -> Entrustment:
    """Welding at levels 5 and 4, for October, agreed on 2 October."""
    row: dict[str, Any] = {
        "id": UUID(int=3),
        "employer_id": EMPLOYER,
        "agency_id": AGENCY,
        "parts": (WELDING,),
        "valid_from": date(2025, 10, 1),
        "valid_to": date(2025, 10, 31),
        "confirmed_on": date(2025, 10, 2),
        "last_day": None,
    }
    return Entrustment(**row | changes)


@pytest.mark.parametrize(
    ("found", "day", "expected"),
    [
        (agreed(), 1, False),  # agreed later: it does not reach back
        (agreed(), 2, True),
        (agreed(), 31, True),
        (agreed(last_day=date(2025, 10, 20)), 20, True),
        (agreed(last_day=date(2025, 10, 20)), 21, False),
        (agreed(confirmed_on=None), 10, False),
    ],
)
def test_it_counts_from_both_sides_word_through_its_last_day(
    found: Entrustment, day: int, expected: bool
) -> None:
    assert found.valid_on(date(2025, 10, day)) is expected


def test_items_and_levels_are_covered_together() -> None:
    day = date(2025, 10, 10)
    assert entrusted([agreed()], WELDER, 4, day) == agreed()
    assert entrusted([agreed()], WELDER, 3, day) is None
    assert entrusted([agreed()], "6-31-01-03", 4, day) is None
    assert entrusted([agreed(parts=(Entrusted(frozenset(), frozenset({4})),))], "6-31-01-03", 4, day)


def test_one_side_is_an_employer_and_the_other_is_none() -> None:
    assert sides(EMPLOYER, "employer", AGENCY, "third_party_agency") == (EMPLOYER, AGENCY)
    assert sides(AGENCY, "school", EMPLOYER, "employer") == (EMPLOYER, AGENCY)
    assert sides(EMPLOYER, "employer", AGENCY, "employer") is None
    assert sides(EMPLOYER, "school", AGENCY, "industry_body") is None


def problems(**changes: Any) -> list[tuple[str | None, str]]:
    terms: dict[str, Any] = {
        "parts": [WELDING],
        "valid_from": TODAY,
        "valid_to": date(2026, 9, 28),
        "today": TODAY,
        "listed": {WELDER},
        "acting_scope": scope(part(levels=(5, 4, 3), modes=["social"])),
    }
    found = check_terms(**terms | changes)
    return [(problem.pointer, problem.code) for problem in found]


def test_terms_within_the_agencys_scope_may_begin_today() -> None:
    assert problems() == []


def test_all_mistakes_of_terms_are_told_at_once() -> None:
    found = problems(
        parts=[Entrusted(frozenset({"9-99-99-99"}), frozenset({5})), Entrusted(frozenset(), frozenset({5}))],
        valid_from=date(2025, 9, 28),
        valid_to=date(2025, 9, 27),
    )
    assert found == [
        ("/valid_from", "retroactive"),
        ("/valid_to", "end-out-of-range"),
        ("/scope/0/item_codes", "item-not-listed"),
        ("/scope/1", "beyond-agency-scope"),
    ]


@pytest.mark.parametrize("acting_scope", [None, scope(part(levels=(5,)))])
def test_an_agency_is_entrusted_with_what_it_is_approved_for(acting_scope: Any) -> None:
    assert problems(acting_scope=acting_scope) == [("/scope/0", "beyond-agency-scope")]


@pytest.mark.parametrize(
    ("last_day", "expected"),
    [
        (date(2025, 9, 28), ["retroactive"]),
        (TODAY, []),
        (date(2025, 10, 31), []),
        (date(2025, 11, 1), ["end-out-of-range"]),
    ],
)
def test_an_entrustment_is_not_ended_backwards(last_day: date, expected: list[str]) -> None:
    found = check_end(last_day, today=TODAY, valid_to=date(2025, 10, 31))
    assert [problem.code for problem in found] == expected
