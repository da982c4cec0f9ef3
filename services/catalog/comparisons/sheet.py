"""A comparison as CSV: a row for each item that differs, with what was and what is."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from catalog.comparisons.service import Comparison
from catalog.items.domain import Version
from common.tabular.writing import defused

COLUMNS: Final = (
    "code",
    "differences",
    "name_before",
    "name_after",
    "track_before",
    "track_after",
    "levels_before",
    "levels_after",
    "admission_before",
    "admission_after",
    "went_on_as",
)


def as_csv(comparison: Comparison) -> bytes:
    """UTF-8 with a byte order mark; a heading, then the rows in the order of the codes."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([defused(cell) for cell in row] for row in _rows(comparison))
    return text.getvalue().encode("utf-8-sig")


def _rows(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    for change in comparison.changes:
        before, after = _cells(change.before), _cells(change.after)
        pairs = (cell for pair in zip(before, after, strict=True) for cell in pair)
        yield (change.code, " ".join(change.differences), *pairs, " ".join(change.went_on_as))


def _cells(version: Version | None) -> tuple[str, str, str, str]:
    if version is None:
        return "", "", "", ""
    item = version.item
    return item.name, item.track, " ".join(map(str, item.levels)), str(item.admission_linked).lower()
