"""What a new edition of the national list changes on the province's list (Art. 3)."""

from dataclasses import replace
from datetime import date

import pytest

from catalog.editions.content import CodeBook, EditionItem, Entry
from catalog.editions.domain import compare
from catalog.items.domain import Item
from common.errors import Violations
from tests.unit.catalog.factories import (
    BAKER,
    BOOK,
    COOK,
    book,
    changed,
    edition,
    goes_on_as,
    national,
    skilled,
)

LISTED_BAKER, LISTED_COOK = national("面包师", code=BAKER), national("厨师", code=COOK)


def mistakes(listed: list[Item], new: object) -> list[tuple[str | None, str]]:
    with pytest.raises(Violations) as refused:
        compare(new, listed, BOOK)  # type: ignore[arg-type]
    return [(error.pointer, error.code) for error in refused.value.errors]


def test_an_occupation_that_the_new_edition_names_stays_national() -> None:
    assert changed([LISTED_BAKER], edition("面包师")) == {BAKER: ("kept", "面包师")}


def test_an_occupation_that_the_new_edition_does_not_name_becomes_a_skill_level_item() -> None:
    diff = compare(edition("厨师"), [LISTED_BAKER, LISTED_COOK], BOOK)
    (dropped,) = diff.of("dropped")
    assert dropped.item == skilled("面包师", code=BAKER)
    assert dropped.changes_track


def test_what_left_the_national_list_is_not_tied_to_admission_any_more() -> None:
    (dropped,) = compare(edition("厨师"), [LISTED_BAKER], BOOK).of("dropped")
    assert (LISTED_BAKER.admission_linked, dropped.item.admission_linked) == (True, False)
    assert dropped.item.national_item is None


def test_lineage_keeps_an_occupation_with_its_code_under_its_new_name() -> None:
    new = edition("糕点师", lineage=(goes_on_as("面包师", "糕点师"),))
    assert changed([LISTED_BAKER], new) == {BAKER: ("renamed", "糕点师")}


def test_without_lineage_a_new_name_is_another_occupation() -> None:
    assert changed([LISTED_BAKER], edition("糕点师")) == {
        "0-00-00-01": ("added", "糕点师"),
        BAKER: ("dropped", "面包师"),
    }


def test_an_item_of_an_occupations_name_keeps_it_though_its_entries_are_named_otherwise() -> None:
    new = edition("核安全设备焊工", under="面包师")
    assert changed([LISTED_BAKER], new) == {
        "0-00-00-01": ("added", "核安全设备焊工"),
        BAKER: ("kept", "面包师"),
    }


def test_an_item_of_its_name_does_not_bring_a_dropped_occupation_back() -> None:
    new = edition("核安全设备焊工", under="面包师")
    assert BAKER not in changed([skilled("面包师", code=BAKER)], new)


def test_an_entry_brings_a_dropped_occupation_back_to_the_national_list() -> None:
    diff = compare(edition("面包师"), [skilled("面包师", code=BAKER)], BOOK)
    (restored,) = diff.of("restored")
    assert (restored.item.track, restored.item.admission_linked) == ("national_qualification", True)


def test_a_skill_level_item_that_no_edition_names_stays_untouched() -> None:
    assert changed([skilled("面包师", code=BAKER)], edition("厨师")) == {COOK: ("added", "厨师")}


def test_width_and_spaces_do_not_make_another_occupation() -> None:
    listed = national("\uff08粮油\uff09保管员", code=BAKER)
    assert changed([listed], edition("(粮油) 保管员"))[BAKER][0] == "kept"


def test_a_kept_occupation_without_any_difference_gets_no_new_version() -> None:
    (kept,) = compare(edition("面包师"), [national("面包师", code=BAKER, under="食品人员")], BOOK).changes
    assert not kept.makes_a_version


def test_a_kept_occupation_whose_licence_changes_gets_a_new_version() -> None:
    before = replace(national("面包师", code=BAKER, under="食品人员"), admission_linked=False)
    (kept,) = compare(edition("面包师"), [before], BOOK).changes
    assert kept.makes_a_version
    assert not kept.changes_track


def test_a_new_occupation_gets_the_code_of_its_name_in_the_classification() -> None:
    assert changed([], edition("面包师", "不在大典者")) == {
        BAKER: ("added", "面包师"),
        "0-00-00-01": ("added", "不在大典者"),
    }


def test_the_code_that_an_edition_gives_goes_before_that_of_the_name() -> None:
    assert changed([], edition(Entry("面包师", COOK))) == {COOK: ("added", "面包师")}


def test_a_code_in_use_under_another_name_is_not_given_again() -> None:
    """面包师 of the classification is on the list as 糕点师 since a rename: a new 面包师 is another occupation."""
    listed = national("糕点师", code=BAKER)
    assert changed([listed], edition("糕点师", "面包师"))["0-00-00-01"] == ("added", "面包师")


def test_local_codes_go_on_behind_the_last_one_given() -> None:
    listed = skilled("老行当", code="0-00-00-99")
    assert changed([listed], edition("新行当"))["0-00-01-00"] == ("added", "新行当")


def test_a_code_recognises_an_occupation_under_a_new_name() -> None:
    assert changed([LISTED_BAKER], edition(Entry("糕点师", BAKER))) == {BAKER: ("renamed", "糕点师")}


def test_every_mistake_of_an_edition_is_told_at_once() -> None:
    new = edition(
        Entry("面包师", "9-99-99-99"),
        "面点师",
        "面点师",
        lineage=(goes_on_as("无此职业", "面点师"), goes_on_as("厨师", "也无此职业")),
        published_on=date(2021, 12, 2),
        effective_on=date(2021, 12, 1),
    )
    assert mistakes([LISTED_COOK], new) == [
        ("/lineage/0/from_name", "predecessor-unknown"),
        ("/lineage/1/to_name", "successor-unknown"),
        ("/effective_on", "effective-before-published"),
        ("/items/0/entries/2", "name-repeated"),
        ("/items/0/entries/0/code", "code-unknown"),
    ]


def test_an_edition_may_take_effect_on_the_day_it_is_published() -> None:
    assert changed([], edition("面包师", published_on=date(2021, 12, 2), effective_on=date(2021, 12, 2)))


def test_two_occupations_cannot_go_on_under_one_name() -> None:
    new = edition("糕点师", lineage=(goes_on_as("面包师", "糕点师"), goes_on_as("厨师", "糕点师")))
    assert mistakes([LISTED_BAKER, LISTED_COOK], new) == [("/lineage/1/to_name", "successor-repeated")]


def test_one_occupation_cannot_go_on_under_two_names() -> None:
    new = edition("面包师", "糕点师", lineage=(goes_on_as("面包师", "糕点师"),))
    assert mistakes([LISTED_BAKER], new) == [("/items/0/entries/1", "continued-twice")]


def test_an_occupation_cannot_take_the_name_of_another_on_the_list() -> None:
    new = edition("厨师", lineage=(goes_on_as("面包师", "厨师"),))
    assert mistakes([LISTED_BAKER, LISTED_COOK], new) == [("/items/0/entries/0", "identity-disputed")]


def test_an_occupation_keeps_its_code_whatever_the_edition_says() -> None:
    assert mistakes([LISTED_BAKER], edition(Entry("面包师", COOK))) == [
        ("/items/0/entries/0", "identity-disputed")
    ]


def test_two_entries_cannot_bring_one_code() -> None:
    new = edition(Entry("甲", BAKER), Entry("乙", BAKER))
    assert mistakes([], new) == [("/items/0/entries/1/code", "code-repeated")]


def test_two_items_of_an_edition_cannot_have_one_name() -> None:
    one = edition("面包师")
    twice = replace(one, items=(*one.items, EditionItem("食品人员", "准入类", (Entry("厨师"),))))
    assert mistakes([], twice) == [("/items/1", "name-repeated")]


def test_no_local_code_is_made_beyond_the_last() -> None:
    with pytest.raises(OverflowError):
        compare(edition("新行当"), [skilled("老行当", code="0-99-99-99")], book())


def test_a_name_that_the_occupation_is_known_to_have_had_is_a_rename_without_lineage() -> None:
    known = CodeBook(by_name={}, known=frozenset(), same={"面点师": frozenset({"面包师"})})
    listed = [national("面包师", code=BAKER)]
    assert changed(listed, edition("面点师"), known) == {BAKER: ("renamed", "面点师")}
    assert changed(listed, edition("面点师")) == {
        "0-00-00-01": ("added", "面点师"),
        BAKER: ("dropped", "面包师"),
    }


def test_what_lineage_says_goes_before_what_is_known() -> None:
    known = CodeBook(by_name={}, known=frozenset(), same={"面点师": frozenset({"面包师"})})
    listed = [national("面包师", code=BAKER), national("厨师", code=COOK)]
    new = edition("面点师", lineage=(goes_on_as("厨师", "面点师"),))
    assert changed(listed, new, known) == {COOK: ("renamed", "面点师"), BAKER: ("dropped", "面包师")}
