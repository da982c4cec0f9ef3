"""The list as a CSV file that spreadsheets open with its Chinese intact and nothing in it run as a formula."""

import csv
import io
from collections.abc import Iterable

from catalog.items.domain import Span

MEDIA_TYPE = "text/csv"
COLUMNS = ("code", "name", "track", "levels", "admission_linked", "national_item", "valid_from", "valid_to")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t")


def as_csv(spans: Iterable[Span]) -> bytes:
    """UTF-8 with a byte order mark; a heading, then a row for each item."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for span in spans:
        item = span.version.item
        writer.writerow(
            (
                item.code,
                _plain(item.name),
                item.track,
                " ".join(map(str, item.levels)),
                str(item.admission_linked).lower(),
                _plain(item.national_item or ""),
                span.version.valid_from,
                span.valid_to or "",
            )
        )
    return text.getvalue().encode("utf-8-sig")


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
