"""The province's own part of the list: what its editions change, and who goes on as whom (Art. 1, 3)."""

from datetime import date
from typing import Any

import pytest

from catalog.editions.content import CodeBook
from catalog.editions.provincial import (
    NationalListOnly,
    ProvincialDiff,
    ProvincialRow,
    compare_provincial,
)
from catalog.items.domain import Item
from catalog.items.lineage import Lineage
from common.errors import Violations
from tests.unit.catalog.factories import BAKER, BOOK, COOK, DAY, national, skilled

A, B, C = "0-00-00-01", "0-00-00-02", "0-00-00-03"
LISTED = (skilled("甲", code=A), skilled("乙", code=B), skilled("丙", code=C), national("厨师", code=COOK))


def compared(*rows: ProvincialRow, known: tuple[Item, ...] = LISTED, **others: Any) -> ProvincialDiff:
    days: dict[str, Any] = {"published_on": DAY, "effective_on": DAY}
    return compare_provincial(rows, known=known, **({"codes": BOOK} | days | others))


def refused(*rows: ProvincialRow, **others: Any) -> list[tuple[str, int | None]]:
    with pytest.raises(Violations) as refusal:
        compared(*rows, **others)
    return [(error.code, error.row) for error in refusal.value.errors]


def test_a_new_item_takes_the_code_of_its_name_or_the_next_local_one() -> None:
    diff = compared(ProvincialRow(1, "面包师"), ProvincialRow(2, "新业"))
    assert [(change.kind, change.item.code) for change in diff.changes] == [
        ("added", BAKER),
        ("added", "0-00-00-04"),
    ]


def test_a_name_that_the_occupation_is_known_to_have_had_keeps_the_item() -> None:
    known = CodeBook(by_name={"甲师": BAKER}, known=frozenset({BAKER}), same={"甲师": frozenset({"甲"})})
    (change,) = compared(ProvincialRow(1, "甲师"), codes=known).changes
    assert (change.kind, change.item.code, change.item.name) == ("changed", A, "甲师")


def test_a_name_of_one_item_with_the_code_of_another_is_refused() -> None:
    assert refused(ProvincialRow(1, "甲", code=B)) == [("identity-disputed", 1)]
    (change,) = compared(ProvincialRow(1, "甲甲", code=A)).changes
    assert (change.kind, change.item.name) == ("changed", "甲甲")


def test_an_item_that_reads_as_before_is_kept_and_one_that_does_not_is_changed() -> None:
    diff = compared(ProvincialRow(1, "甲"), ProvincialRow(2, "乙", levels=(5, 4)))
    assert [change.kind for change in diff.changes] == ["kept", "changed"]


def test_merged_items_go_on_as_one() -> None:
    diff = compared(
        ProvincialRow(1, "甲", successors=("丙",)), ProvincialRow(2, "乙", successors=("丙",), reason="合并")
    )
    assert [(row.from_code, row.to_code, row.kind) for row in diff.successions] == [
        (A, C, "merged"),
        (B, C, "merged"),
    ]
    assert [change.item.is_listed for change in diff.changes] == [False, False]


def test_a_split_item_goes_on_as_several_also_new_ones() -> None:
    diff = compared(ProvincialRow(1, "甲", successors=("乙", "新业")), ProvincialRow(2, "新业"))
    assert [(row.to_code, row.kind) for row in diff.successions] == [(B, "split"), ("0-00-00-04", "split")]


def test_a_successor_has_to_be_on_the_list() -> None:
    assert refused(ProvincialRow(1, "甲", successors=("无此业",))) == [("successor-unknown", 1)]


def test_what_leaves_has_to_be_on_the_list() -> None:
    assert refused(ProvincialRow(1, "无此业", is_withdrawn=True)) == [("item-unknown", 1)]


@pytest.mark.parametrize("successors", [("甲",), ("乙",)], ids=["itself", "one that leaves too"])
def test_nothing_goes_on_as_what_leaves(successors: tuple[str, ...]) -> None:
    rows = (ProvincialRow(1, "甲", successors=successors), ProvincialRow(2, "乙", is_withdrawn=True))
    assert refused(*rows) == [("succession-cycle", 1)]


def test_nothing_goes_on_as_what_it_comes_from() -> None:
    past = Lineage([(A, B), (B, C)])
    assert refused(ProvincialRow(1, "丙", successors=("甲",)), ancestors=past.ancestors) == [
        ("succession-cycle", 1)
    ]


def test_an_item_stands_in_an_edition_once() -> None:
    assert refused(ProvincialRow(1, "甲"), ProvincialRow(2, "甲", levels=(5,))) == [("name-repeated", 2)]


@pytest.mark.parametrize(
    "row",
    [
        ProvincialRow(1, "新业", track="national_qualification"),
        ProvincialRow(1, "厨师"),
        ProvincialRow(1, "厨师", is_withdrawn=True),
    ],
    ids=["added", "changed", "withdrawn"],
)
def test_the_province_neither_adds_nor_changes_nor_ends_national_items(row: ProvincialRow) -> None:
    with pytest.raises(NationalListOnly):
        compared(row)


def test_items_are_not_merged_across_tracks() -> None:
    special = Item(code=C, name="丙", track="special_ability")
    with pytest.raises(NationalListOnly):
        compared(
            ProvincialRow(1, "甲", successors=("乙",)),
            ProvincialRow(2, "丙", track="special_ability", successors=("乙",)),
            known=(*LISTED[:2], special),
        )


def test_an_edition_does_not_take_effect_before_it_is_published() -> None:
    assert refused(ProvincialRow(1, "新业"), effective_on=date(2021, 12, 1)) == [
        ("effective-before-published", None)
    ]


def test_a_certificate_of_an_item_long_gone_leads_to_what_it_became() -> None:
    line = Lineage([("a", "b"), ("b", "c"), ("b", "d")])
    assert line.present("a") == {"c", "d"}
    assert line.ancestors("d") == {"a", "b"}
    assert line.present("d") == {"d"}
