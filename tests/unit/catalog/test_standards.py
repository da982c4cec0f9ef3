"""What a national standard prescribes (Art. 4)."""

from datetime import date

from catalog.standards.domain import components, national_standard
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
