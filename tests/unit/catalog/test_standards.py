"""What a national standard prescribes (Art. 4)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from catalog.development_plans.domain import is_late, year_problems
from catalog.standards.domain import components, content_problems, item_problems, national_standard
from common.errors import FieldError
from common.events.catalog import Component
from tests.unit.catalog.factories import BAKER, skilled


def test_a_national_standard_covers_its_items_levels_without_an_end() -> None:
    standard = national_standard(skilled("面包师", code=BAKER), valid_from=date(2017, 9, 12))
    assert standard.name == "国家职业技能标准·面包师"
    assert (standard.item_code, standard.levels) == (BAKER, (5, 4, 3, 2, 1))
    assert (standard.valid_from, standard.valid_to) == (date(2017, 9, 12), None)


def test_levels_five_to_three_are_theory_and_skill_and_two_and_one_have_a_review_as_well() -> None:
    parts = {level: [part.part for part in found] for level, found in components((5, 4, 3, 2, 1)).items()}
    assert parts == {
        "5": ["theory", "skill"],
        "4": ["theory", "skill"],
        "3": ["theory", "skill"],
        "2": ["theory", "skill", "review"],
        "1": ["theory", "skill", "review"],
    }


def test_every_part_is_passed_with_sixty_of_a_hundred() -> None:
    assert {part.pass_mark for found in components((5, 1)).values() for part in found} == {60}


def mistakes(problems: Iterable[FieldError]) -> list[tuple[str | None, str]]:
    return [(problem.pointer, problem.code) for problem in problems]


def parts(*weights: int, pass_mark: int = 60, full_marks: int = 100) -> tuple[Component, ...]:
    theory, skill = weights
    return (
        Component(part="theory", weight=theory, pass_mark=pass_mark, full_marks=full_marks),
        Component(part="skill", weight=skill),
    )


@pytest.mark.parametrize(("skill", "found"), [(59, ["weights-sum"]), (60, []), (61, ["weights-sum"])])
def test_the_weights_of_a_level_sum_to_a_hundred(skill: int, found: list[str]) -> None:
    assert [problem.code for problem in content_problems([4], {"4": parts(40, skill)})] == found


def test_a_part_can_be_passed_and_its_pass_mark_may_be_the_full_marks() -> None:
    assert mistakes(content_problems([4], {"4": parts(40, 60, pass_mark=50, full_marks=50)})) == []
    assert mistakes(content_problems([4], {"4": parts(40, 60, pass_mark=51, full_marks=50)})) == [
        ("/components/4/0/pass_mark", "pass-above-full")
    ]


def test_every_level_is_described_once_and_no_other() -> None:
    twice = (Component(part="skill", weight=50), Component(part="skill", weight=50))
    assert mistakes(content_problems([5, 4], {"4": parts(40, 60), "3": twice})) == [
        ("/components/3", "levels-differ"),
        ("/components/5", "levels-differ"),
        ("/components/3", "part-repeated"),
    ]


def test_a_provincial_standard_serves_items_off_the_national_list_at_levels_that_they_have() -> None:
    item = replace(skilled("面包师", code=BAKER), levels=(5, 4))
    assert mistakes(item_problems("provincial", [5, 4], item)) == []
    assert mistakes(item_problems("provincial", [3], item)) == [("/levels", "level-not-of-item")]
    licensed = replace(item, track="national_qualification")
    assert mistakes(item_problems("national", [5], licensed)) == []
    assert mistakes(item_problems("enterprise_norm", [5], licensed)) == [("/item_code", "track-not-served")]
    assert mistakes(item_problems("national", [5], None)) == [("/item_code", "item-unknown")]


def test_a_years_plan_is_late_from_february_on() -> None:
    assert not is_late(2027, date(2026, 12, 1))
    assert not is_late(2027, date(2027, 1, 31))
    assert is_late(2027, date(2027, 2, 1))


def test_a_plan_is_of_this_year_or_the_next() -> None:
    found = {year: mistakes(year_problems(year, date(2026, 11, 23))) for year in (2025, 2026, 2027, 2028)}
    closed = [("/year", "year-not-open")]
    assert found == {2025: closed, 2026: [], 2027: [], 2028: closed}
