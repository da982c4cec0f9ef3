"""Opening a file by what it says it is."""

from collections.abc import Callable, Sequence
from typing import Final

from common.errors import Bilingual
from common.tabular.columns import Column
from common.tabular.delimited import read_csv
from common.tabular.faults import refused
from common.tabular.objects import read_json, read_ndjson
from common.tabular.rows import Sheet
from common.tabular.workbook import read_xlsx

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv"
JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"
MEDIA_TYPES: Final = (XLSX, CSV, JSON, NDJSON)

_READERS: Final[dict[str, Callable[[bytes, Sequence[Column]], Sheet]]] = {
    XLSX: read_xlsx,
    CSV: read_csv,
    JSON: read_json,
    NDJSON: read_ndjson,
}


def read(content: bytes, media_type: str, columns: Sequence[Column]) -> Sheet:
    """Open a file of one of MEDIA_TYPES. Raises FileRefused, here or while its rows are gone through."""
    if media_type != XLSX and content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise refused("file-not-what-it-says", place=Bilingual("Excel 工作簿", "an Excel workbook"))
    return _READERS[media_type](content, columns)


def skim(content: bytes, media_type: str, columns: Sequence[Column]) -> None:
    """Go through a file from end to end and keep nothing. Raises FileRefused where it cannot be used as a whole."""
    if not sum(1 for _ in read(content, media_type, columns).rows):
        raise refused("file-empty")
