"""The five levels: names both ways, promotion, correspondence; and no way to compare them the wrong way round."""

import operator
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.grades import Grade, QualificationLevel

LEVELS = [
    (Grade.FIVE, "五级", "初级工", "初级"),
    (Grade.FOUR, "四级", "中级工", "中级"),
    (Grade.THREE, "三级", "高级工", "高级"),
    (Grade.TWO, "二级", "技师", "技师"),
    (Grade.ONE, "一级", "高级技师", "高级技师"),
]


@pytest.mark.parametrize(("grade", "numeral", "title", "qualification"), LEVELS)
def test_each_level_has_both_names_and_its_qualification(
    grade: Grade, numeral: str, title: str, qualification: str
) -> None:
    assert (grade.numeral, grade.title, grade.zh) == (numeral, title, f"{numeral}/{title}")
    assert grade.qualification.zh == qualification
    assert grade.qualification.grade is grade


@pytest.mark.parametrize("grade", Grade)
def test_every_form_met_in_sheets_is_read(grade: Grade) -> None:
    forms = [
        grade.value,
        str(grade.value),
        f" {grade.value} ",
        grade.numeral,
        grade.title,
        grade.zh,
        f"{grade.numeral}（{grade.title}）",
        f"{grade.numeral}({grade.title})",
        f"职业技能{grade.numeral}",
        f"{grade.value}级",
        f"L{grade.value}",
        chr(ord("０") + grade.value),
        f"{grade.title}（国家职业资格{grade.numeral}）",
        f"{grade.numeral} ／ {grade.title}",
        grade.qualification.zh,
    ]
    assert {Grade.parse(form) for form in forms} == {grade}


@pytest.mark.parametrize("text", ["", "六级", "0", "6", "三级/技师", "学徒工", "特级技师", "三", "级", "33"])
def test_what_is_no_level_or_two_at_once_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="skill level"):
        Grade.parse(text)


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.gt, operator.ge])
@pytest.mark.parametrize("kind", [Grade, QualificationLevel])
def test_ordering_operators_are_refused(compare: Callable[[object, object], bool], kind: type) -> None:
    with pytest.raises(TypeError, match="outranks"):
        compare(kind(5), kind(1))


def test_promotion_leads_from_five_to_one_and_ends_there() -> None:
    path = [Grade.FIVE]
    while (above := path[-1].next_above()) is not None:
        assert above.outranks(path[-1])
        assert above.next_below() is path[-1]
        path.append(above)
    assert [grade.value for grade in path] == [5, 4, 3, 2, 1]
    assert Grade.FIVE.next_below() is None


@given(st.sampled_from(Grade), st.sampled_from(Grade))
def test_of_two_different_levels_exactly_one_outranks(one: Grade, other: Grade) -> None:
    assert one.outranks(other) + other.outranks(one) == (one is not other)
