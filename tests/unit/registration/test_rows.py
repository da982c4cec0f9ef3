"""Who a row is about: names, documents, ages, items and levels, and repeats inside a file."""

import pytest

from common.tabular.faults import fault
from common.tabular.rows import RawRow
from registration.persons.domain import Applicant, read_day
from registration.results.domain import results_judge
from registration.rosters.domain import roster_judge
from tests.unit.registration.factories import ELECTRICIAN, RULES, SENIOR, TODAY, WELDER, plan, raw, resident


def judged(row: RawRow, of: object = None) -> tuple[Applicant | None, list[tuple[str | None, str]]]:
    entrant, errors = roster_judge(of or plan(), today=TODAY)(row)  # type: ignore[arg-type]
    return entrant and entrant.applicant, [(error.column, error.code) for error in errors]


def codes(**values: str | None) -> list[tuple[str | None, str]]:
    return judged(raw(**values))[1]


def test_a_good_row_tells_person_item_and_level() -> None:
    applicant, errors = judged(raw())
    assert errors == []
    assert applicant is not None
    assert (applicant.name, applicant.document.number, applicant.item) == ("王伟", resident(), ELECTRICIAN)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽‧买买提", "阿依古丽·买买提"),
        ("𠮷田", "𠮷田"),
        ("王 伟", "王伟"),
        ("Anna Maria Lopez", "Anna Maria Lopez"),
    ],
)
def test_names_are_stored_in_one_form(written: str, stored: str) -> None:
    applicant, errors = judged(raw(name=written))
    assert errors == []
    assert applicant is not None
    assert applicant.name == stored


@pytest.mark.parametrize("name", ["王?", "<script>", "王\u200d伟", "=1+1", "王", "ÍõÎ°1"])
def test_what_is_no_name_is_refused(name: str) -> None:
    assert codes(name=name) == [("name", "name-characters")]


def test_fifty_characters_are_a_name_and_fifty_one_are_not() -> None:
    assert codes(name="王" * 50) == []
    assert codes(name="王" * 51) == [("name", "too-long")]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (resident()[:17] + ("0" if resident()[17] != "0" else "1"), "id-checksum"),
        ("320106900307101", "id-old-form"),
        ("32010619900230101X", "id-birth-date"),
        ("12345", "id-length"),
        (None, "missing"),
    ],
)
def test_numbers_that_cannot_be_are_told_why(number: str | None, code: str) -> None:
    assert codes(id_number=number) == [("id_number", code)]


def test_numbers_are_taken_as_people_write_them() -> None:
    number = resident(sequence="004")
    applicant, errors = judged(raw(id_number=f"'{number[:6]} {number[6:14]} {number[14:].lower()}"))
    assert errors == []
    assert applicant is not None
    assert applicant.document.number == number


def test_an_unknown_kind_of_document_is_told() -> None:
    assert codes(id_type="驾驶证") == [("id_type", "id-type-unknown")]


def test_sixteen_on_the_first_day_is_old_enough_and_a_day_less_gets_no_result() -> None:
    """The plan's evaluation begins on 2025-10-25. Rosters raise an alarm instead."""
    for born, told in (("20091025", []), ("20091026", ["under-16"])):
        row = raw(id_number=resident(born))
        _, errors = results_judge(plan(), RULES, today=TODAY)(row)
        assert [error.code for error in errors] == told
        assert judged(row)[1] == []


def test_sex_and_birth_date_must_be_those_of_the_number() -> None:
    assert codes(sex="男", birth_date="1990年3月7日") == []
    assert codes(sex="女", birth_date="1991-03-07") == [("sex", "id-sex"), ("birth_date", "id-birth-date")]


@pytest.mark.parametrize("level", ["4", "四级", "中级工", "四级/中级工"])
def test_levels_are_read_in_every_form(level: str) -> None:
    assert codes(level=level) == []


def test_items_and_levels_outside_the_plan_are_told_apart() -> None:
    assert codes(level="3") == [("level", "level-not-in-plan")]
    assert codes(level="六级") == [("level", "level-unknown")]
    assert codes(item="焊工") == [("item", "item-not-in-plan")]
    assert codes(level=None) == [("level", "missing")]


def test_a_plan_with_several_items_asks_for_the_item() -> None:
    both = plan(ELECTRICIAN, WELDER)
    assert judged(raw(), both)[1] == [("item", "item-not-in-plan")]
    for item in ("焊工", "6-18-02-04"):
        applicant, _ = judged(raw(item=item), both)
        assert applicant is not None
        assert applicant.item == WELDER


def test_one_item_at_two_levels_needs_no_item() -> None:
    applicant, _ = judged(raw(level="2"), plan(ELECTRICIAN, SENIOR))
    assert applicant is not None
    assert applicant.item == SENIOR


def test_all_mistakes_of_a_row_are_told_at_once() -> None:
    assert codes(name=None, id_number="1", level="9") == [
        ("name", "missing"),
        ("id_number", "id-length"),
        ("level", "level-unknown"),
    ]


def test_a_cell_that_could_not_be_read_is_told_once() -> None:
    row = raw(id_number=None)
    spoilt = RawRow(row.number, row.values, (fault("id-became-number", row=2, column="id_number"),))
    assert judged(spoilt)[1] == [("id_number", "id-became-number")]


def test_a_repeated_person_is_told_with_the_first_row() -> None:
    judge = roster_judge(plan(ELECTRICIAN, SENIOR), today=TODAY)
    judge(raw(2))
    _, other_level = judge(raw(3, level="2"))
    _, same = judge(raw(4))
    assert list(other_level) == []
    assert [(error.row, error.code) for error in same] == [(4, "duplicate-row")]
    assert "第 2 行" in same[0].detail.zh


def test_a_number_with_two_names_is_told() -> None:
    judge = roster_judge(plan(ELECTRICIAN, SENIOR), today=TODAY)
    judge(raw(2))
    _, errors = judge(raw(3, name="王炜", level="2"))
    assert [(error.row, error.column, error.code) for error in errors] == [(3, "name", "id-two-names")]


@pytest.mark.parametrize(
    "text", ["2025-10-25", "2025/10/25", "2025.10.25", "2025年10月25日", "20251025", "2025年 10月 25日"]
)
def test_days_are_read_as_sheets_write_them(text: str) -> None:
    day = read_day(text)
    assert day is not None
    assert day.isoformat() == "2025-10-25"


@pytest.mark.parametrize("text", ["2025-02-29", "25.10.2025", "yesterday", "2025-13-01"])
def test_days_that_are_none_are_none(text: str) -> None:
    assert read_day(text) is None
