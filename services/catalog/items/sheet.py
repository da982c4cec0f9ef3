"""The list as a sheet that spreadsheets open with its Chinese intact and nothing in it run as a formula."""

import csv
import io
from collections.abc import Iterable, Iterator

import xlsxwriter

from catalog.items.service import Listed
from common.tabular.writing import defused

COLUMNS = (
    "code",
    "name",
    "track",
    "levels",
    "admission_linked",
    "national_item",
    "valid_from",
    "valid_to",
    "standard",
)


def as_csv(lines: Iterable[Listed]) -> bytes:
    """UTF-8 with a byte order mark; a heading, then a row for each item."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([defused(cell) for cell in row] for row in _rows(lines))
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(lines: Iterable[Listed]) -> bytes:
    """The same as a workbook, every cell a text."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True, "in_memory": True}) as book:
        sheet = book.add_worksheet("目录清单")
        bold = book.add_format({"bold": True})
        for column, heading in enumerate(COLUMNS):
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(_rows(lines), start=1):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
    return buffer.getvalue()


def _rows(lines: Iterable[Listed]) -> Iterator[tuple[str, ...]]:
    for line in lines:
        item = line.span.version.item
        yield (
            item.code,
            item.name,
            item.track,
            " ".join(map(str, item.levels)),
            str(item.admission_linked).lower(),
            item.national_item or "",
            str(line.span.version.valid_from),
            str(line.span.valid_to or ""),
            line.standard or "",
        )
