"""The list as a sheet that spreadsheets open with its Chinese intact and nothing in it run as a formula."""

from collections.abc import Iterable, Iterator

from catalog.items.service import Listed
from common.tabular.sheets import csv_sheet, xlsx_sheet

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
    return csv_sheet(COLUMNS, _rows(lines))


def as_xlsx(lines: Iterable[Listed]) -> bytes:
    """The same as a workbook, every cell a text."""
    return xlsx_sheet("目录清单", COLUMNS, _rows(lines))


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
