"""Rows as JSON objects: an array, or one object to a line (NDJSON). Members are named as fields or as headings."""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from common.errors import Bilingual, FieldError
from common.tabular.columns import Column, known_headings, normal
from common.tabular.faults import LARGEST_COLUMNS, LARGEST_ROWS, fault, refused
from common.tabular.rows import RawRow, Sheet, cell_text

LONGEST_LINE = 1024 * 1024
_BLANK = " \t\r\n"


class _NotJson(ValueError):
    """Also what doubled member names are."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _NotJson("a member named twice")
    return members


_DECODER = json.JSONDecoder(object_pairs_hook=_members, parse_float=Decimal)


def read_json(content: bytes, columns: Sequence[Column]) -> Sheet:
    """Open a JSON array of rows, decoded one by one. Raises FileRefused."""
    return _sheet(_elements(_text(content)), columns)


def read_ndjson(content: bytes, columns: Sequence[Column]) -> Sheet:
    """Open one JSON object to a line. Raises FileRefused."""
    return _sheet(_lines(content), columns)


def _sheet(objects: Iterator[tuple[int, Any]], columns: Sequence[Column]) -> Sheet:
    known = {name: column.field for name, column in known_headings(columns).items()}
    by_field = {column.field: column for column in columns}
    dropped: dict[str, None] = {}

    def rows() -> Iterator[RawRow]:
        for count, (number, value) in enumerate(objects, start=1):
            if count > LARGEST_ROWS:
                raise refused("too-many-rows")
            yield _row(number, value, known, by_field, dropped)

    return Sheet(rows(), {column.field: column.field for column in columns}, dropped.keys(), "UTF-8")


def _row(
    number: int, value: Any, known: dict[str, str], columns: dict[str, Column], dropped: dict[str, None]
) -> RawRow:
    values: dict[str, str | None] = dict.fromkeys(columns)
    if not isinstance(value, dict) or len(value) > LARGEST_COLUMNS:
        return RawRow(number, values, (fault("row-not-object", row=number),))
    mistakes: list[FieldError] = []
    for name, cell in value.items():
        field = known.get(normal(name))
        if field is None:
            dropped.setdefault(normal(name)[:40]) if len(dropped) < LARGEST_COLUMNS else None
            continue
        values[field], code = cell_text(cell, columns[field])
        if code:
            mistakes.append(fault(code, row=number, column=field))
    return RawRow(number, values, tuple(mistakes))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        place = Bilingual("(不是 UTF-8 编码)", " (it is not UTF-8)")
        raise refused("file-unreadable", place=place) from None


def _elements(text: str) -> Iterator[tuple[int, Any]]:
    at = _skip(text, 0)
    if at == len(text):
        raise refused("file-empty")
    if text[at] != "[":
        raise _broken(1)
    at, number = _skip(text, at + 1), 0
    while at < len(text) and text[at] != "]":
        number += 1
        value, at = _decode(text, at, number)
        yield number, value
        at = _skip(text, at)
        if at < len(text) and text[at] == ",":
            at = _skip(text, at + 1)
            if at < len(text) and text[at] == "]":
                raise _broken(number + 1)
        elif at < len(text) and text[at] != "]":
            raise _broken(number)
    if at == len(text) or _skip(text, at + 1) != len(text):
        raise _broken(number + 1)


def _lines(content: bytes) -> Iterator[tuple[int, Any]]:
    if not content.strip():
        raise refused("file-empty")
    start, number = 0, 0
    while start < len(content):
        end = content.find(b"\n", start)
        end = len(content) if end < 0 else end
        number += 1
        if end - start > LONGEST_LINE:
            raise refused("line-too-long", place=_at(number))
        line = _text(content[start:end]).strip(_BLANK)
        start = end + 1
        if line:
            value, at = _decode(line, 0, number)
            if at != len(line):
                raise _broken(number)
            yield number, value


def _decode(text: str, at: int, number: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        raise _broken(number) from None


def _broken(number: int) -> Exception:
    return refused("file-unreadable", place=_at(number))


def _at(number: int) -> Bilingual:
    return Bilingual(f"(第 {number} 行)", f" (row {number})")


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at
