"""Names of people: what is borne is taken, what cannot be seen is refused, what looks alike is one."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.identifiers.names import is_name, mask_name, name_key, normalise_name


@pytest.mark.parametrize(
    "name",
    [
        "张三",
        "王𬭩",
        "𠮷田",
        "㐖某",
        "\U00031350某",
        "佐々木",
        "〇一",
        "欧阳文博",
        "买买提·艾力",
        "阿依古丽・热合曼",
        "古丽·A·艾力",
        "李 明",
        "某" * 50,
        "John Smith",
        "ＪＯＨＮ　ＳＭＩＴＨ",
        "O'Neil",
        "Anne-Marie",
        "J. R. Smith",
        "Smith, John Jr.",
        "Nguyễn Văn Ánh",
        "Zoë",
    ],
)
def test_names_that_people_bear_are_taken(name: str) -> None:
    assert is_name(normalise_name(name))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "张",
        "某" * 51,
        "张3",
        "张３",
        "王?",
        "王？",
        "张三;",
        "=1+1",
        "\uff1d1",
        "<b>",
        "··",
        "张·",
        "·张三",
        "买买提··艾力",
        "John--Smith",
        "ÍõÎ°",
        "王\ufffd",
        "⻓江",  # radicals, not characters
        "\ue000某",  # private use: what an old system shows here, no other does
        "\u0301\u0301",
        "a\u0301\u0301\u0301\u0301b",
        "Ивaн",
        "عادل",
        "ab\u01c3",
    ],
)
def test_what_is_no_name_is_refused(name: str) -> None:
    assert not is_name(normalise_name(name))


@pytest.mark.parametrize(
    "hidden",
    [
        "\x00",
        "\x1f",
        "\x7f",
        "\x85",
        "\t",
        "\n",
        "\u00ad",
        "\u034f",
        "\u115f",
        "\u200b",
        "\u200d",
        "\u202e",
        "\u2028",
        "\u2066",
        "\u2800",
        "\u3164",
        "\ufe0f",
        "\ufeff",
        "\uffa0",
        "\U000e0100",
        "\U000e0041",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("around", ["王{}伟", "Ab{}cd"])
def test_what_nobody_sees_in_a_name_is_refused_and_never_taken_off(around: str, hidden: str) -> None:
    assert not is_name(normalise_name(around.format(hidden)))


def test_two_names_in_one_cell_do_not_become_one() -> None:
    assert not is_name(normalise_name("张三\n李四"))


@pytest.mark.parametrize("dot", "•．‧・∙⋅·･", ids=ascii)
def test_the_look_alike_dots_are_one(dot: str) -> None:
    assert normalise_name(f"买买提{dot}艾力") == "买买提·艾力"


def test_spaces_around_and_decomposed_letters_make_no_other_name() -> None:
    assert normalise_name(" 李\u3000\u00a0明\t") == "李明"
    assert normalise_name("  John \u2003 Smith\r\n") == "John Smith"
    assert normalise_name("Zoe\u0308") == "Zoë"
    assert normalise_name("\uf9ca某") == "\u6d41某"  # a compatibility ideograph


def test_a_key_is_what_two_spellings_share() -> None:
    assert name_key("买买提·艾力") == name_key("买买提艾力")
    assert name_key("JOHN  Smith") == name_key("john smith")
    assert name_key("张三") != name_key("张山")


@pytest.mark.parametrize(("name", "masked"), [("张三", "张*"), ("欧阳文博", "欧***"), ("John Smith", "J***")])
def test_masked_names_show_one_character(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@given(st.text(max_size=60))
def test_what_is_stored_is_stored_the_same_again(text: str) -> None:
    once = normalise_name(text)
    assert normalise_name(once) == once


# Ideographs that this Python's tables do not know yet are taken; so the categories are named, not `isprintable()`.
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@given(st.text(st.sampled_from("王伟A·Az") | st.characters(), min_size=2, max_size=6))
def test_whatever_is_taken_can_be_seen_and_searched(text: str) -> None:
    name = normalise_name(text)
    if is_name(name):
        assert not UNSEEN & set(map(unicodedata.category, name))
        assert name_key(name)
