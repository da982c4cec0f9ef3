"""JSON as the platform takes it."""

import pytest

from common.strict_json import NotStrictJson, TooManyMembers, UncleanText, canonical, parse


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"a":NaN}', "not-json"),
        (b'{"a":-Infinity}', "not-json"),
        (b'{"a":1,}', "not-json"),
        (b"{'a':1}", "not-json"),
        (b"\xef\xbb\xbf{}", "not-json"),
        (b'"\x01"', "not-json"),
        (b'{"a":1,"a":2}', "duplicate-name"),
        (b'{"a":{"b":1,"\\u0062":2}}', "duplicate-name"),
        (bytes.fromhex("7b226e616d65223a22cdf5227d"), "not-utf-8"),
        (b'{"a":1e999}', "number-out-of-range"),
    ],
)
def test_what_is_not_strict_json_is_refused_with_its_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(NotStrictJson) as refused:
        parse(raw)
    assert refused.value.reason == reason


def test_position_counts_bytes_not_characters() -> None:
    with pytest.raises(NotStrictJson) as refused:
        parse('{"名":}'.encode())
    assert refused.value.position == 7


def test_bytes_that_are_not_utf_8_are_told_where_they_begin() -> None:
    with pytest.raises(NotStrictJson) as refused:
        parse(b'{"name":"\xcd\xf5"}')
    assert refused.value.position == 9


def test_sixty_four_levels_are_taken_and_sixty_five_are_not() -> None:
    assert parse(b"[" * 64 + b"]" * 64)
    with pytest.raises(NotStrictJson) as refused:
        parse(b"[" * 65 + b"]" * 65)
    assert refused.value.reason == "too-deep"


def test_brackets_inside_text_are_not_depth() -> None:
    assert parse(b'["' + b"[" * 500 + b'\\"[[["]') == ["[" * 500 + '"[[[']


def test_a_hundred_thousand_levels_end_without_recursion() -> None:
    with pytest.raises(NotStrictJson):
        parse(b"[" * 100_000)


def test_members_are_counted_over_all_objects() -> None:
    assert len(parse(_objects(50_000))) == 50_000
    with pytest.raises(TooManyMembers):
        parse(_objects(50_001))


def test_members_of_one_object_are_few() -> None:
    names = [f'"{number}":0' for number in range(10_001)]
    assert len(parse(("{" + ",".join(names[:-1]) + "}").encode())) == 10_000
    with pytest.raises(TooManyMembers):
        parse(("{" + ",".join(names) + "}").encode())


def _objects(count: int) -> bytes:
    return b"[" + b",".join([b'{"a":1,"b":2}'] * count) + b"]"


def test_a_number_of_five_thousand_digits_is_read_without_failing() -> None:
    assert parse(b"9" * 5_000) > 10**300


@pytest.mark.parametrize(
    "text",
    [
        "\\ud800",
        "a\\u0000b",
        "\\u001b[31m",
        "abc\\u202efdp.exe",
        "王\\u200b伟",
        "王\u200b伟",
        "\\u00ad",
        "\x7f",
    ],
)
def test_text_that_cannot_be_stored_or_seen_is_told_by_its_pointer(text: str) -> None:
    with pytest.raises(UncleanText) as refused:
        parse(f'{{"people":[{{"na/me":"{text}"}}]}}'.encode())
    assert refused.value.pointers == ("/people/0/na~1me",)


def test_a_member_name_that_is_unclean_is_told_by_the_object_it_stands_in() -> None:
    with pytest.raises(UncleanText) as refused:
        parse(b'{"a":{"b\\u0000":1}}')
    assert refused.value.pointers == ("/a",)


def test_rare_characters_emoji_line_breaks_and_tabs_pass() -> None:
    assert parse('["\U00020bb7", "😀", "\\ud83d\\ude00", "a\\n\\tb", "阿·買"]'.encode())[2] == "😀"


def test_equal_values_have_one_canonical_text_whatever_their_order() -> None:
    assert canonical(parse(b'{"b": [1, 2], "a": "\\u738b"}')) == canonical(
        parse('{"a":"王","b":[1,2]}'.encode())
    )
    assert canonical([1, 2]) != canonical([2, 1])
