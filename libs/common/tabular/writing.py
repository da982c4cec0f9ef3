"""Sheets for people: templates to fill in, and the caller's own sheet with what is wrong written beside each row."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import xlsxwriter

from common.errors import FieldError
from common.tabular import reading
from common.tabular.columns import Cells, Column
from common.tabular.delimited import numbered_records, sniff
from common.tabular.faults import LONGEST_CELL
from common.tabular.rows import LARGEST_EXACT
from common.tabular.workbook import find_table

ERRORS = "错误说明 Errors"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_LISTED_ROWS = 1_048_575
_WIDEST_OPTIONS = 250  # characters that Excel takes in a list to choose from

Marks = Mapping[int, Sequence[FieldError]]  # row as the user sees it → what is wrong with it; 0: the file


def template(columns: Sequence[Column], *, name: str) -> bytes:
    """An XLSX form: headings, number columns as text, lists to choose from, and a page that explains each column."""
    buffer = io.BytesIO()
    with _workbook(buffer) as book:
        sheet = book.add_worksheet(name)
        bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        plain, text = book.add_format(), book.add_format({"num_format": "@"})
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width, text if column.exact else plain)
            if 0 < len(",".join(column.options)) <= _WIDEST_OPTIONS:
                offered = {"validate": "list", "source": list(column.options), "ignore_blank": True}
                sheet.data_validation(1, index, _LISTED_ROWS, index, offered)
        sheet.freeze_panes(1, 0)
        for index, column in enumerate(columns):
            sheet.write_string(0, index, column.label + ("*" if column.required else ""), bold)
        _explain(book, columns, bold)
    return buffer.getvalue()


def _explain(book: Any, columns: Sequence[Column], bold: Any) -> None:
    sheet = book.add_worksheet("说明 Notes")
    sheet.set_column(0, 1, 16)
    sheet.set_column(2, 4, 50)
    rows = [("列", "column", "说明", "note", "可选值 options")]
    rows += [(one.label, one.field, one.note.zh, one.note.en, "、".join(one.options)) for one in columns]
    for number, row in enumerate(rows):
        for index, cell in enumerate(row):
            sheet.write_string(number, index, cell, bold if number == 0 else None)


def marked(content: bytes, media_type: str, columns: Sequence[Column], marks: Marks) -> tuple[bytes, str]:
    """The caller's own file with a column that says what is wrong with each row, and its media type.

    XLSX comes back as XLSX, CSV as CSV in its own encoding and with its own separator; JSON comes back as CSV.
    Raises FileRefused where the file cannot be read.
    """
    if media_type == reading.XLSX:
        table = find_table(content, columns)
        return _marked_xlsx(table.rows(), marks), reading.XLSX
    if media_type == reading.CSV:
        encoding, delimiter = sniff(content, columns)
        records = numbered_records(content, encoding=encoding, delimiter=delimiter)
        return _marked_csv(records, marks, encoding=encoding, delimiter=delimiter), reading.CSV
    sheet = reading.read(content, media_type, columns)
    fields = [column.field for column in columns]
    rows = ((row.number, [row.values.get(name) or "" for name in fields]) for row in sheet.rows)
    return _marked_csv(_headed(fields, rows), marks, encoding="utf-8-sig", delimiter=","), reading.CSV


def _headed(headings: list[str], rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    yield 0, headings
    yield from rows


def _marked_csv(
    records: Iterable[tuple[int, list[str]]], marks: Marks, *, encoding: str, delimiter: str
) -> bytes:
    """Headings are where no row is wrong yet; the new column is named in the last record before the first mistake."""
    kept = list(records)
    width = max((len(cells) for _, cells in kept), default=0)
    buffer = io.BytesIO()
    text = io.TextIOWrapper(buffer, encoding, errors="replace", newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    for place, (number, cells) in enumerate(kept):
        said = ERRORS if place == 0 and number not in marks else told(marks.get(number, ()))
        writer.writerow([defused(cell) for cell in cells] + [""] * (width - len(cells)) + [defused(said)])
    text.flush()
    return buffer.getvalue()


def _marked_xlsx(rows: Iterator[Cells], marks: Marks) -> bytes:
    buffer = io.BytesIO()
    with _workbook(buffer) as book:
        sheet = book.add_worksheet("Sheet1")
        red = book.add_format({"font_color": "#C00000"})
        plain = book.add_format({"num_format": "@"})
        for index, cells in enumerate(rows):
            for position, cell in enumerate(cells):
                _write(sheet, index, position, cell, plain)
            said = ERRORS if index == 0 and 1 not in marks else told(marks.get(index + 1, ()))
            if said:
                sheet.write_string(index, len(cells), said, red)
    return buffer.getvalue()


def _write(sheet: Any, row: int, column: int, cell: object, plain: Any) -> None:
    """Text as text, never as a formula; quantities as numbers, as long as a spreadsheet keeps all their digits."""
    match cell:
        case None | "":
            return
        case bool():
            sheet.write_boolean(row, column, cell)
        case int() | float() if abs(cell) < LARGEST_EXACT:
            sheet.write_number(row, column, cell)
        case datetime() if cell.time() == time():
            sheet.write_string(row, column, cell.date().isoformat(), plain)
        case datetime() | date() | time():
            sheet.write_string(row, column, cell.isoformat(), plain)
        case _:
            sheet.write_string(row, column, str(cell)[: 32 * LONGEST_CELL], plain)


def told(errors: Sequence[FieldError]) -> str:
    """All that is wrong with a row, in one cell."""
    return "; ".join(
        f"{'「' + error.column + '」' if error.column else ''}{error.detail.zh}{error.remedy.zh}"
        for error in errors
    )


def defused(cell: str) -> str:
    """Text that no spreadsheet program takes for a formula (CSV injection); plain numbers stay numbers."""
    if not cell.startswith(_DANGEROUS):
        return cell
    try:
        float(cell)
    except ValueError:
        return "'" + cell
    return cell


def _workbook(buffer: io.BytesIO) -> Any:
    return xlsxwriter.Workbook(
        buffer,
        {
            "constant_memory": True,
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
