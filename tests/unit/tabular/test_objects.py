"""Rows as JSON: one array, or one object to a line."""

import json

import pytest

from common.tabular.faults import FileRefused
from common.tabular.reading import JSON, NDJSON, read
from common.tabular.rows import RawRow
from tests.unit.tabular.files import COLUMNS, codes


def rows(text: str, media_type: str = JSON) -> list[RawRow]:
    return list(read(text.encode(), media_type, COLUMNS).rows)


def test_an_array_and_lines_give_the_same_rows() -> None:
    people = [{"name": "王伟", "id_number": "1"}, {"姓名": "李强", "证件号码": "2"}]
    array = rows(json.dumps(people, ensure_ascii=False))
    lines = rows("\n".join(json.dumps(one, ensure_ascii=False) for one in people), NDJSON)
    assert array == lines
    assert [(row.number, row.values["name"]) for row in array] == [(1, "王伟"), (2, "李强")]


def test_numbers_are_told_as_people_write_them() -> None:
    (row,) = rows('[{"name": "王伟", "theory": 85.50, "remark": 85.0, "id_number": 12345678}]')
    assert row.values == {"name": "王伟", "theory": "85.50", "remark": "85", "id_number": "12345678"}


def test_an_id_number_sent_as_a_quantity_is_refused() -> None:
    (row,) = rows('[{"name": "王伟", "id_number": 320106199003071015}]')
    assert [error.code for error in row.mistakes] == ["id-became-number"]


def test_lists_and_objects_are_no_values() -> None:
    (row,) = rows('[{"name": ["王伟"], "id_number": "1"}]')
    assert [(error.code, error.column) for error in row.mistakes] == [("value-type", "name")]


def test_a_row_that_is_no_object_is_told() -> None:
    (row,) = rows("[7]")
    assert [error.code for error in row.mistakes] == ["row-not-object"]


def test_unknown_members_are_dropped_and_told_when_all_is_read() -> None:
    sheet = read(b'[{"name": "A B", "id_number": "1", "shoe_size": 44}]', JSON, COLUMNS)
    list(sheet.rows)
    assert set(sheet.dropped) == {"shoe_size"}


@pytest.mark.parametrize(
    "text",
    [
        "[{]",
        '[{"name": 1},]',
        '[{"name": 1} {"name": 2}]',
        "[1",
        "[1]]",
        '{"name": 1}',
        '[{"name":1,"name":2}]',
    ],
)
def test_what_does_not_parse_is_refused(text: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        rows(text)
    assert codes(refusal.value) == ["file-unreadable"]


def test_a_broken_line_is_told_by_its_number() -> None:
    with pytest.raises(FileRefused) as refusal:
        rows('{"name": "A"}\n{"name": \n', NDJSON)
    assert "第 2 行" in refusal.value.errors[0].detail.zh


def test_an_empty_array_has_no_rows() -> None:
    assert rows("[ ]") == []
