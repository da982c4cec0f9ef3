"""PURE: a row as it stands in a file: fields by name, cleaned texts, and what is wrong with its cells."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite

from common.errors import FieldError
from common.tabular.columns import Cells, Column, Layout
from common.tabular.faults import LONGEST_CELL, fault

DAMAGED = "\udcff"  # stands where a file's bytes are none in its encoding; no file can hold it
LARGEST_EXACT = 10**15  # spreadsheets keep 15 significant digits
_TEXT_TRICK = re.compile(r'="(.*)"', re.DOTALL)
_EDGES = " \t\r\n\u00a0\u3000\u200b\ufeff"


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row. `number`: as the user sees it in the sheet; `values`: every known field, None where the cell is empty.

    `mistakes` are those of cells that could not be read; their fields are None.
    """

    number: int
    values: Mapping[str, str | None]
    mistakes: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file opened for reading. `rows` may be gone through once; it raises FileRefused where the file breaks off.

    `labels`: field → what the column is called in answers; `dropped`: columns that nobody knows, complete at the end.
    """

    rows: Iterator[RawRow]
    labels: Mapping[str, str]
    dropped: Collection[str] = ()
    encoding: str | None = None
    hidden_rows: int = 0
    hidden_columns: int = 0


def row_of(number: int, cells: Cells, layout: Layout) -> RawRow | None:
    """The row of these cells; None when all of them are empty."""
    values: dict[str, str | None] = {}
    mistakes: list[FieldError] = []
    for index, column in layout.positions.items():
        text, code = cell_text(cells[index] if index < len(cells) else None, column)
        values[column.field] = text
        if code:
            mistakes.append(fault(code, row=number, column=column.field))
    if any(cell not in (None, "") for cell in cells[layout.width :]):
        mistakes.append(fault("columns", row=number))
    if not mistakes and not any(values.values()):
        return None
    return RawRow(number, values, tuple(mistakes))


def spoil(row: RawRow, code: str, column: Column) -> RawRow:
    """The row with a cell that cannot be used."""
    return replace(
        row,
        values={**row.values, column.field: None},
        mistakes=(*row.mistakes, fault(code, row=row.number, column=column.field)),
    )


def cell_text(cell: object, column: Column) -> tuple[str | None, str | None]:
    """A cell as clean text (None: empty), and the code of what makes it unusable, if anything."""
    match cell:
        case None:
            return None, None
        case str():
            return _clean(cell)
        case bool():
            return ("是" if cell else "否"), None
        case int() | float() | Decimal():
            return _number(cell, column)
        case datetime() if cell.time() == time():
            return cell.date().isoformat(), None
        case datetime() | date() | time():
            return cell.isoformat(), None
        case _:
            return None, "value-type"


def _clean(cell: str) -> tuple[str | None, str | None]:
    text = cell.strip(_EDGES)
    if trick := _TEXT_TRICK.fullmatch(text):
        text = trick[1].strip(_EDGES)
    if not text:
        return None, None
    if len(text) > LONGEST_CELL:
        return None, "too-long"
    if text.isprintable():
        return text, None
    if DAMAGED in text:
        return None, "encoding"
    if any(
        unicodedata.category(character) in {"Cc", "Cs"} and character not in "\t\r\n" for character in text
    ):
        return None, "characters"
    return text, None


def _number(cell: float | Decimal, column: Column) -> tuple[str | None, str | None]:
    """Numbers written as people write them: 85, 85.5; never 85.0 and never 3.2E+17."""
    if not isfinite(cell):
        return None, "value-type"
    quantity = Decimal(cell)
    if abs(quantity) >= LARGEST_EXACT:
        return (None, "id-became-number") if column.exact else (str(cell), None)
    if quantity == int(quantity):
        return str(int(quantity)), None
    return str(cell), None
