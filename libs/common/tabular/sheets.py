"""Tables of text as sheets that spreadsheets open with their Chinese intact and nothing in them run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

import xlsxwriter

from common.tabular.writing import defused


def csv_rows(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows of a CSV file, without the byte order mark that its beginning has."""
    text = io.StringIO()
    csv.writer(text).writerows([defused(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def csv_sheet(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a byte order mark; a heading, then the rows."""
    return b"\xef\xbb\xbf" + csv_rows([headings]) + csv_rows(rows)


def xlsx_sheet(name: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The same as a workbook of one sheet, every cell a text."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True, "in_memory": True}) as book:
        sheet = book.add_worksheet(name)
        bold = book.add_format({"bold": True})
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
    return buffer.getvalue()
