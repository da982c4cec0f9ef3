"""The lists of 2017 and 2021 as packaged: what the program computes, beside what the ministry's notices say."""

import json
from pathlib import Path

import pytest

from catalog.editions.content import CodeBook
from catalog.editions.domain import Diff, compare
from catalog.editions.reference import reference_edition
from catalog.items.domain import ALL_LEVELS
from catalog.occupations.domain import classification
from common.errors import NotFound

EXPECTED = json.loads(
    (Path(__file__).parents[2] / "data" / "catalogue_expected.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def codes() -> CodeBook:
    return CodeBook(by_name=classification().code_by_name, known=classification().codes)


@pytest.fixture(scope="module")
def of_2017(codes: CodeBook) -> Diff:
    return compare(reference_edition(2017).content(), [], codes)


@pytest.fixture(scope="module")
def of_2021(codes: CodeBook, of_2017: Diff) -> Diff:
    return compare(reference_edition(2021).content(), [change.item for change in of_2017.changes], codes)


def test_the_list_of_2017_has_81_items_and_198_occupations(of_2017: Diff) -> None:
    assert len(reference_edition(2017).items) == 81
    assert len(of_2017.of("added")) == len(of_2017.changes) == 198


def test_five_items_of_2017_are_licences_and_76_are_level_evaluations() -> None:
    categories = [item.category for item in reference_edition(2017).items]
    assert (categories.count("准入类"), categories.count("水平评价类")) == (5, 76)


def test_the_list_of_2021_has_13_items_with_24_entries_all_of_them_licences() -> None:
    items = reference_edition(2021).items
    assert (len(items), sum(len(item.entries) for item in items)) == (13, 24)
    assert {item.category for item in items} == {"准入类"}


def test_exactly_the_expected_185_occupations_become_skill_level_items(of_2021: Diff) -> None:
    dropped = [change.item.name for change in of_2021.of("dropped")]
    assert len(dropped) == 185
    assert sorted(dropped) == sorted(EXPECTED["skill_level"])


def test_the_other_13_stay_national(of_2021: Diff) -> None:
    stayed = {
        change.before.name
        for change in of_2021.entries
        if change.before is not None and not change.changes_track
    }
    assert stayed == set(EXPECTED["national_qualification"])


def test_two_of_them_go_on_under_other_names(of_2021: Diff) -> None:
    renamed = {
        (change.before.name, change.item.name, change.item.code)
        for change in of_2021.of("renamed")
        if change.before is not None
    }
    assert renamed == {
        ("安检员", "民航安全检查员", "4-07-05-02"),
        ("社会体育指导员", "社会体育指导员(游泳/滑雪/潜水/攀岩)", "4-14-05-01"),
    }


def test_welding_stays_by_its_item_and_its_three_new_entries_are_items_of_their_own(of_2021: Diff) -> None:
    welding = {
        change.item.name: change.kind for change in of_2021.entries if change.item.national_item == "焊工"
    }
    assert welding == {
        "焊工": "kept",
        "民用核安全设备焊工": "added",
        "民用核安全设备焊接操作工": "added",
        "国防科技工业军用核安全设备焊接人员": "added",
    }


def test_the_12_entries_that_were_never_listed_are_new_national_items(of_2021: Diff) -> None:
    assert len(of_2021.of("added")) == 12  # 24 entries, of which 10 kept their name and 2 changed it
    assert all(change.item.track == "national_qualification" for change in of_2021.of("added"))


def test_seven_level_evaluations_became_licences(of_2021: Diff) -> None:
    became = {
        change.item.name
        for change in of_2021.entries
        if change.before is not None and not change.before.admission_linked and change.item.admission_linked
    }
    assert became == {
        "保安员",
        "民航安全检查员",
        "消防员",
        "森林消防员",
        "应急救援员",
        "民航乘务员",
        "机场运行指挥员",
    }


def test_187_occupations_of_2017_have_a_code_of_the_classification_and_11_a_local_one(of_2017: Diff) -> None:
    local = [change.item.code for change in of_2017.changes if change.item.code.startswith("0-")]
    assert local == [f"0-00-00-{serial:02}" for serial in range(1, 12)]
    assert len({change.item.code for change in of_2017.changes}) == 198


def test_every_item_has_all_five_levels(of_2021: Diff) -> None:
    assert {change.item.levels for change in of_2021.changes} == {ALL_LEVELS} == {(5, 4, 3, 2, 1)}


def test_there_is_no_reference_edition_of_another_year() -> None:
    with pytest.raises(NotFound):
        reference_edition(2019)
