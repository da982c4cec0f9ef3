"""The search of occupations, held to queries made from the list by the rule of tests/makers/search_queries.py."""

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.former_names import former_names
from catalog.occupations.domain import Occupation, classification
from catalog.occupations.pinyin import readings, sounds_alike
from catalog.occupations.searching import Entry, search

QUERIES = Path(__file__).parents[2] / "data" / "search_queries.csv"
ENTRIES = [
    *(Entry(occupation.code, occupation.name) for occupation in classification().occupations),
    *(Entry(former.code, former.name, is_former=True) for former in former_names()),
]


def first(typed: str, count: int = 3) -> list[str]:
    return [hit.code for hit in search(ENTRIES, typed, limit=count)]


def test_the_occupation_meant_is_among_the_first_three_for_95_of_100_queries(
    record_property: Callable[[str, object], None],
) -> None:
    rows = list(csv.DictReader(QUERIES.read_text(encoding="utf-8").splitlines()))
    missed = [row for row in rows if row["code"] not in first(row["query"])]
    found = f"{len(rows) - len(missed)} of {len(rows)}, missed: {Counter(row['kind'] for row in missed)}"
    record_property("found", found)
    assert len(rows) >= 100
    assert len(missed) <= len(rows) * 0.05


@pytest.mark.parametrize(
    ("typed", "code", "match"),
    [
        ("焊工", "6-18-02-04", "name"),
        (" 焊 工 ", "6-18-02-04", "name"),
        ("保育员", "4-10-01-03", "former_name"),
        ("6-18-02-04", "6-18-02-04", "code"),
        ("6180204", "6-18-02-04", "code"),
        ("６－１８－０２－０４", "6-18-02-04", "code"),
        ("hangong", "6-18-02-04", "pinyin"),
        ("HG", "6-18-02-04", "pinyin"),
        ("焊gong", "6-18-02-04", "pinyin"),
        ("tiaojiushi", "4-03-02-09", "pinyin"),
        ("汉工", "6-18-02-04", "similar"),
    ],
)
def test_the_best_hit_says_how_it_was_found(typed: str, code: str, match: str) -> None:
    best = search(ENTRIES, typed, limit=1)[0]
    assert (best.code, best.match) == (code, match)


def test_a_code_may_be_typed_in_part() -> None:
    assert first("6-18-02", 10) == [
        code for code in sorted(classification().codes) if code.startswith("6-18-02")
    ]


@pytest.mark.parametrize("typed", ["%" * 50, "_____", "焊%", "\U0002cb69", "((((", "[焊]*?"])
def test_wildcards_and_patterns_are_characters_like_any_other(typed: str) -> None:
    assert search(ENTRIES, typed, limit=50) == []


def test_a_compatibility_ideograph_is_the_character_it_stands_for() -> None:
    assert first("\uf9e1") == first("李")  # U+F9E1 is U+674E


def test_a_guess_is_not_told_beside_what_was_meant() -> None:
    assert {hit.match for hit in search(ENTRIES, "焊工", limit=50)} == {"name", "part_of_name"}


def test_characters_have_the_readings_that_occupations_give_them() -> None:
    assert readings()["调"] >= {"tiao", "diao"}
    assert sounds_alike("焊", "汉")
    assert not sounds_alike("焊", "工")


@given(st.text(max_size=64))
def test_any_text_is_answered_with_distinct_occupations(typed: str) -> None:
    codes = first(typed, 20)
    assert len(codes) == len(set(codes)) <= 20


@given(st.sampled_from(classification().occupations))
def test_every_occupation_is_found_first_by_its_name_and_by_its_code(occupation: Occupation) -> None:
    assert first(occupation.name, 1) == [occupation.code]
    assert first(occupation.code, 1) == [occupation.code]
