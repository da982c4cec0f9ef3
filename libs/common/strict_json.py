"""JSON as the platform takes it: RFC 8259 in UTF-8, no NaN, no duplicate names, bounded depth and size, clean text.

Pure. Python's own parser lets pass what would be misread later (NaN, duplicate names, lone surrogates) or breaks on
what is hostile (depth, huge numbers); this module refuses it before anything else looks at the value.
"""

import json
import re
from collections.abc import Iterator
from math import isinf
from typing import Any

MAX_DEPTH = 64
MAX_MEMBERS = 10_000  # of one object, whose names may be chosen to collide
MAX_ALL_MEMBERS = 100_000
LONGEST_NUMBER = 400

_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)
_SUSPICIOUS = re.compile(
    r"\\u|[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, without tab, line feed and carriage return
    "\u00ad\u180e\u200b-\u200d\u2060-\u2064\ufeff"  # invisible: soft hyphen, zero-width, word joiner, byte order mark
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb"  # marks that steer direction or lines
    "\ud800-\udfff\U000e0000-\U000e007f]"  # lone surrogates, invisible tags
)


class NotStrictJson(ValueError):
    """The body is not JSON as the platform takes it. `reason` is a stable word, `position` a byte offset if known."""

    def __init__(self, reason: str, position: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position


class TooManyMembers(ValueError):
    """An object, or all objects together, have more members than any request needs."""


class UncleanText(ValueError):
    """Text with characters that cannot be stored, cannot be seen, or steer terminals. `pointers` say where."""

    def __init__(self, pointers: tuple[str, ...]) -> None:
        super().__init__("unclean text")
        self.pointers = pointers


def parse(raw: bytes) -> Any:
    """The value of a JSON text. Raises NotStrictJson, TooManyMembers or UncleanText."""
    text = _decode(raw)
    _check_depth(text)
    value = _parse(text)
    if _SUSPICIOUS.search(text) and (pointers := tuple(_unclean(value, ""))):
        raise UncleanText(pointers)
    return value


def is_clean(text: str) -> bool:
    """Whether a text holds only characters that may be stored and shown; line breaks and tabs may."""
    return _FORBIDDEN.search(text) is None


def canonical(value: Any) -> bytes:
    """One text for equal values, whatever the order of members and white space in the original."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def _decode(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotStrictJson("not-utf-8", error.start) from None


def _check_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for token in _BRACKETS.finditer(text):
        bracket = token[0]
        if bracket in ("[", "{"):
            depth += 1
            if depth > MAX_DEPTH:
                raise NotStrictJson("too-deep", len(text[: token.start()].encode()))
        elif bracket in ("]", "}"):
            depth -= 1


def _parse(text: str) -> Any:
    members = 0

    def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal members
        members += len(pairs)
        if len(pairs) > MAX_MEMBERS or members > MAX_ALL_MEMBERS:
            raise TooManyMembers
        found = dict(pairs)
        if len(found) < len(pairs):
            raise NotStrictJson("duplicate-name")
        return found

    try:
        return json.loads(
            text, object_pairs_hook=object_of, parse_int=_int, parse_float=_float, parse_constant=_no_constant
        )
    except json.JSONDecodeError as error:
        raise NotStrictJson("not-json", len(error.doc[: error.pos].encode("utf-8", "replace"))) from None


def _int(digits: str) -> int:
    """An int, cut to the longest number that Python converts in no time; far outside of every field's range."""
    return int(digits[:LONGEST_NUMBER])


def _float(digits: str) -> float:
    value = float(digits)
    if isinf(value):
        raise NotStrictJson("number-out-of-range")
    return value


def _no_constant(_: str) -> Any:
    raise NotStrictJson("not-json")


def _unclean(value: Any, pointer: str) -> Iterator[str]:
    if isinstance(value, str):
        if not is_clean(value):
            yield pointer
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unclean(item, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for name, item in value.items():
            if is_clean(name):
                yield from _unclean(item, f"{pointer}/{escape(name)}")
            else:
                yield pointer


def escape(name: str) -> str:
    """A member name inside a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
