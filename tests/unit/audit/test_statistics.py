"""What figures are made of: suppression that subtraction does not undo, sums that no order changes, questions read."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.statistics.answer import exact, measured
from audit.statistics.contributions import ALL, Plan, Result, of_plan, of_result
from audit.statistics.dimensions import age_band, class_of, town_of
from audit.statistics.lineage import led_on
from audit.statistics.question import read_question
from audit.statistics.suppression import SMALLEST, hidden_cells
from common.errors import Violations

TODAY = date(2026, 11, 23)
TABLES = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from("12")),
    st.integers(0, 40),
    max_size=18,
)


@given(TABLES)
def test_no_cell_of_under_five_people_is_shown_or_found_by_subtraction(
    people: dict[tuple[str, ...], int],
) -> None:
    hidden = hidden_cells(people)
    for key, count in people.items():
        assert key in hidden or count == 0 or count >= SMALLEST
        for place in range(len(key)):
            line = [
                other
                for other in people
                if all(a == b for i, (a, b) in enumerate(zip(other, key, strict=True)) if i != place)
            ]
            left_out = [other for other in line if other in hidden]
            can_hide_more = any(people[other] > 0 for other in line if other not in hidden)
            if len(line) > 1 and left_out and can_hide_more:
                assert len(left_out) > 1
                assert sum(people[other] for other in left_out) >= SMALLEST


def test_a_table_of_large_cells_is_shown_whole() -> None:
    assert hidden_cells({("a",): 5, ("b",): 900, ("c",): 0}) == frozenset()


def test_one_small_cell_takes_the_next_smallest_of_its_line_with_it() -> None:
    assert hidden_cells({("a",): 2, ("b",): 900, ("c",): 7}) == {("a",), ("c",)}


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (2011, "0-15"),
        (2010, "16-24"),
        (2002, "16-24"),
        (2001, "25-34"),
        (1971, "55+"),
        (1972, "45-54"),
        (None, "-"),
    ],
)
def test_ages_are_those_reached_in_the_year_of_evaluation(born: int | None, band: str) -> None:
    assert age_band(born, date(2026, 3, 1)) == band


def test_places_and_occupations_fall_into_their_classes() -> None:
    assert [town_of(code) for code in ("320106", "320583", "320826", "110101")] == [
        "town",
        "town",
        "country",
        "-",
    ]
    assert [class_of(code) for code in ("6-31-01-03", "ZX-0001")] == ["6", "-"]


PLAN = Plan("320106", "social", "third_party_agency", "organisation_x", date(2026, 3, 1))
RESULT = Result("6-31-01-03", 4, "skill_level", "passed", date(2026, 3, 1), "female", 1990)


def test_a_result_adds_nothing_before_its_plan_is_known() -> None:
    assert not of_result(RESULT, None)
    told_apart = Counter(
        {count: by for (cell, count), by in of_result(RESULT, PLAN).items() if cell.level == "4"}
    )
    assert told_apart == {"candidates": 1, "passed": 1}


def test_a_certificate_issued_and_revoked_adds_to_the_months_of_both() -> None:
    days = {"issued_on": date(2026, 3, 20), "revoked_on": date(2026, 5, 2), "is_first": True}
    added = of_result(Result(**{name: getattr(RESULT, name) for name in RESULT.__slots__} | days), PLAN)
    by_month = Counter(
        {(cell.month.month, count): by for (cell, count), by in added.items() if cell.organisation == ALL}
    )
    assert by_month[3, "certificates"] == by_month[3, "persons"] == by_month[5, "revoked"] == 1
    assert by_month[3, "waiting_days"] == 19


@pytest.mark.parametrize(
    ("supervision", "counts"),
    [(None, {"plans"}), ("needed", {"plans", "plans_to_supervise"}),
     ("reported", {"plans", "plans_to_supervise", "plans_supervised"})],
)  # fmt: skip
def test_a_plan_counts_towards_coverage_once_it_is_to_be_supervised(
    supervision: str | None, counts: set[str]
) -> None:
    plan = Plan("320106", "social", "school", "o", date(2026, 3, 1), supervision=supervision)
    assert {count for _, count in of_plan(plan)} == counts
    assert not of_plan(Plan("320106", "social", "school", "o", date(2026, 3, 1), cancelled=True))


def test_quotients_have_four_places_rounded_half_up_or_are_null() -> None:
    assert measured("pass_rate", {"passed": 2, "candidates": 3}) == "0.6667"
    assert measured("pass_rate", {"passed": 1, "candidates": 32}) == "0.0313"  # 0.03125
    assert measured("pass_rate", {"passed": 0, "candidates": 0}) is None
    assert measured("valid", {"certificates": 7, "revoked": 9}) == -2
    assert (exact(2**53 - 1), exact(2**53)) == (9007199254740991, "9007199254740992")


@pytest.mark.parametrize(
    ("query", "pointers"),
    [
        ({"by": ["shoe size"]}, {"/by"}),
        ({"by": ["level,level"], "measure": ["salary"]}, {"/by", "/measure"}),
        ({"by": ["month,city,level,sex,age"]}, {"/by"}),
        ({"first": "2026-02-01", "last": "2026-01-01"}, {"/from"}),
        ({"first": "2025-02-29"}, {"/from"}),
        ({"last": "2026-13"}, {"/to"}),
        ({"measure": ["plans"], "by": ["sex"]}, {"/measure"}),
        ({"by": ["organisation", "level"]}, {"/by"}),
        ({"where": {"item": "a b"}}, {"/item"}),
        ({"where": {"item": ",".join("x" * 101)}}, {"/item"}),
    ],
)
def test_every_mistake_of_a_question_is_told(query: dict[str, object], pointers: set[str]) -> None:
    whole = {"measure": [], "by": [], "first": None, "last": None, "where": {}} | query
    with pytest.raises(Violations) as refused:
        read_question(**whole, today=TODAY)  # type: ignore[arg-type]
    assert {error.pointer for error in refused.value.errors} == pointers


def test_a_renamed_occupation_counts_as_what_it_goes_on_as_and_a_divided_one_as_itself() -> None:
    table = {
        ("old",): Counter(candidates=2),
        ("new",): Counter(candidates=3),
        ("cut",): Counter(candidates=4),
    }
    sums, moved = led_on(table, 0, {"old": ("new",), "cut": ("a", "b"), "new": ()})
    assert {key: counts["candidates"] for key, counts in sums.items()} == {("new",): 5, ("cut",): 4}
    assert moved == {"old": "new"}
