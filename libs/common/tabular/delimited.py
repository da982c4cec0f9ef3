"""CSV as it comes from real programs: UTF-8 with or without mark, GB18030, UTF-16; commas, semicolons, tabs."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import cast

from common.errors import Bilingual
from common.tabular.columns import Column, find_headings, heads
from common.tabular.faults import HEADING_ROWS, LARGEST_COLUMNS, LARGEST_ROWS, refused
from common.tabular.rows import DAMAGED, RawRow, Sheet, row_of

_SNIFFED = 64 * 1024
_MARKED = "mark-damage"
_PIECE = 256 * 1024

codecs.register_error(_MARKED, lambda error: (DAMAGED, cast(UnicodeDecodeError, error).end))


def read_csv(content: bytes, columns: Sequence[Column]) -> Sheet:
    """Open a CSV file. Raises FileRefused."""
    encoding, delimiter = sniff(content, columns)
    records = numbered_records(content, encoding=encoding, delimiter=delimiter)
    first = list(islice(records, HEADING_ROWS))
    layout = find_headings([cells for _, cells in first], columns)
    if max(len(cells) for _, cells in first) > LARGEST_COLUMNS:
        raise refused("too-many-columns")

    def rows() -> Iterator[RawRow]:
        found = 0
        for number, cells in chain(first[layout.heading_row :], records):
            if row := row_of(number, cells, layout):
                found += 1
                if found > LARGEST_ROWS:
                    raise refused("too-many-rows")
                yield row

    return Sheet(rows(), layout.labels, layout.dropped, _told(encoding))


def numbered_records(content: bytes, *, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Every record with its number, counted as a spreadsheet shows it. Raises FileRefused at an open quote."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding, errors=_MARKED, newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    number, line = 0, 1
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            place = Bilingual(
                f"(第 {line} 行起,引号未闭合或用法有误)",
                f" (from line {line} on: a quote is open or misused)",
            )
            raise refused("file-unreadable", place=place) from None
        number += 1
        yield number, cells


def sniff(content: bytes, columns: Sequence[Column]) -> tuple[str, str]:
    """Encoding and delimiter. Raises FileRefused when the file is empty."""
    if not content.strip():
        raise refused("file-empty")
    encoding = _encoding(content, columns)
    return encoding, _delimiter(_head(content, encoding))


def _encoding(content: bytes, columns: Sequence[Column]) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if content.startswith(b"\xef\xbb\xbf") or _decodes(content, "utf-8"):
        return "utf-8-sig"
    # Not clean UTF-8: whichever encoding makes the headings readable; a wrong byte further down spoils its row only.
    head = _head(content, "utf-8")
    first = list(csv.reader(io.StringIO(head), delimiter=_delimiter(head)))
    is_ascii = not any(byte >= 0x80 for byte in content[: content.find(b"\n")])
    return "utf-8-sig" if not is_ascii and heads(first, columns) else "gb18030"


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        for _ in iter(_reader(content, encoding)):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _reader(content: bytes, encoding: str) -> Iterator[str]:
    text = io.TextIOWrapper(io.BytesIO(content), encoding)
    return iter(lambda: text.read(_PIECE), "")


def _head(content: bytes, encoding: str) -> str:
    """The first lines, whole."""
    text = content[:_SNIFFED].decode(encoding, errors="replace")
    return text if len(content) <= _SNIFFED else text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text


def _delimiter(head: str) -> str:
    lines = head.splitlines()[:HEADING_ROWS]
    return max(",;\t", key=lambda mark: (sum(line.count(mark) for line in lines), mark == ","))


def _told(encoding: str) -> str:
    return {"utf-8-sig": "UTF-8", "gb18030": "GB18030", "utf-16": "UTF-16"}[encoding]
