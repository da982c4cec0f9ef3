"""PURE: JSON as bytes that everybody writes alike (JSON Canonicalization Scheme, RFC 8785), for what we sign.

Numbers are whole: what we sign has no others, and the scheme's rules for the rest are a library's work.
"""

import json
from typing import Any

LARGEST = 2**53 - 1


def canonical(value: Any) -> bytes:
    """The canonical UTF-8 of a value of JSON. Raises ValueError for fractions and for numbers no double holds."""
    return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _ordered(value: Any) -> Any:
    match value:
        case dict():
            return {key: _ordered(value[key]) for key in sorted(value, key=_utf_16)}
        case list() | tuple():
            return [_ordered(part) for part in value]
        case bool() | str() | None:
            return value
        case int() if abs(value) <= LARGEST:
            return value
    raise ValueError(
        "only texts, whole numbers of up to 53 bits, truth values, arrays and objects are signed"
    )


def _utf_16(key: str) -> bytes:
    """Members are sorted by the code units of UTF-16."""
    return key.encode("utf-16-be")
