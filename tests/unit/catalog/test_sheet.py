"""The list as a CSV file."""

import csv
import io
from datetime import UTC, date, datetime

from catalog.items.domain import Span, Version
from catalog.items.service import Listed
from catalog.items.sheet import as_csv
from common.ids import uuid7
from tests.unit.catalog.factories import national


def rows(name: str) -> list[list[str]]:
    version = Version(
        national(name, code="6-02-01-01"),
        date(2017, 9, 12),
        uuid7(),
        "imported",
        datetime(2026, 1, 1, tzinfo=UTC),
    )
    text = as_csv([Listed(Span(version, date(2021, 12, 1)), "国家职业技能标准")])
    assert text.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))


def test_a_sheet_has_a_heading_and_a_row_for_each_item() -> None:
    heading, row = rows("面包师")
    assert dict(zip(heading, row, strict=True)) == {
        "code": "6-02-01-01",
        "name": "面包师",
        "track": "national_qualification",
        "levels": "5 4 3 2 1",
        "admission_linked": "true",
        "national_item": "面包师",
        "valid_from": "2017-09-12",
        "valid_to": "2021-12-01",
        "standard": "国家职业技能标准",
    }


def test_nothing_in_a_sheet_runs_as_a_formula() -> None:
    assert rows("=1+1")[1][1] == "'=1+1"
