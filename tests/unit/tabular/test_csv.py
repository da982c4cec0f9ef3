"""CSV files as spreadsheet programs and systems of record really write them."""

from dataclasses import replace

import pytest

from common.tabular.faults import FileRefused
from common.tabular.reading import CSV, read
from common.tabular.rows import RawRow, Sheet
from tests.unit.tabular.files import COLUMNS, codes

LINES = "姓名,证件号码,理论成绩\n王𬭩,320106199003071015,85\n"


def opened(text: str | bytes, encoding: str = "utf-8") -> Sheet:
    return read(text if isinstance(text, bytes) else text.encode(encoding), CSV, COLUMNS)


def rows(text: str | bytes, encoding: str = "utf-8") -> list[RawRow]:
    return list(opened(text, encoding).rows)


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gb18030", "GB18030"), ("utf-16", "UTF-16")],
)
def test_the_encoding_is_found_and_told_and_rare_characters_survive(encoding: str, told: str) -> None:
    sheet = opened(LINES, encoding)
    (row,) = sheet.rows
    assert sheet.encoding == told
    assert row.values["name"] == "王𬭩"


@pytest.mark.parametrize("mark", [";", "\t"])
def test_semicolons_and_tabs_separate_as_well_as_commas(mark: str) -> None:
    (row,) = rows(LINES.replace(",", mark))
    assert row.values["id_number"] == "320106199003071015"


def test_lines_may_end_with_carriage_returns_only() -> None:
    assert len(rows(LINES.replace("\n", "\r"))) == 1


def test_columns_are_found_by_headings_of_either_language_in_any_order() -> None:
    (row,) = rows("Theory, id_number ,考生姓名*\n85,320106199003071015,王伟\n")
    assert row.values == {"name": "王伟", "id_number": "320106199003071015", "theory": "85"}


def test_a_title_may_stand_above_the_headings_and_row_numbers_are_those_of_the_sheet() -> None:
    (row,) = rows("2025年第3批,,\n,,\n" + LINES)
    assert row.number == 4


def test_blank_lines_are_no_rows_but_are_counted() -> None:
    found = rows(LINES + "\n,,\n李强,320106198501011234,70\n")
    assert [row.number for row in found] == [2, 5]


def test_unknown_columns_are_dropped_and_told() -> None:
    sheet = opened("姓名,证件号码,政治面貌\n王伟,320106199003071015,群众\n")
    (row,) = sheet.rows
    assert sheet.dropped == ("政治面貌",)
    assert "政治面貌" not in row.values


def test_all_missing_columns_are_named_at_once() -> None:
    with pytest.raises(FileRefused) as refusal:
        opened("理论成绩,备注\n85,\n")
    assert [(error.code, error.column) for error in refusal.value.errors] == [
        ("column-missing", "姓名"),
        ("column-missing", "证件号码"),
    ]


def test_a_column_that_stands_there_twice_is_refused() -> None:
    with pytest.raises(FileRefused) as refusal:
        opened("姓名,证件号码,考生姓名\n王伟,320106199003071015,王伟\n")
    assert codes(refusal.value) == ["column-duplicate"]


def test_a_wrong_byte_spoils_its_cell_only() -> None:
    wrong = LINES.encode() + b"\xe7\x8e\xff,320106198501011234,70\n" + "赵敏,320106197701011234,66\n".encode()
    first, second, third = rows(wrong)
    assert [error.code for error in second.mistakes] == ["encoding"]
    assert (first.mistakes, third.mistakes) == ((), ())
    assert third.values["name"] == "赵敏"


def test_an_open_quote_is_told_with_the_line_it_opened_on() -> None:
    with pytest.raises(FileRefused) as refusal:
        rows(LINES + '"李强,320106198501011234,70\n' + "赵敏,320106197701011234,66\n")
    assert codes(refusal.value) == ["file-unreadable"]
    assert "第 3 行" in refusal.value.errors[0].detail.zh


def test_more_cells_than_headings_are_a_mistake_of_the_row() -> None:
    (row,) = rows("姓名,证件号码\n王伟,320106199003071015,85\n")
    assert [error.code for error in row.mistakes] == ["columns"]


def test_the_spreadsheet_trick_for_texts_is_undone() -> None:
    (row,) = rows('姓名,证件号码\n王伟,"=""320106199003071015"""\n')
    assert row.values["id_number"] == "320106199003071015"


def test_control_characters_are_a_mistake_of_the_cell() -> None:
    (row,) = rows("姓名,证件号码\n王\x00伟,320106199003071015\n")
    assert [(error.code, error.column) for error in row.mistakes] == [("characters", "name")]


def test_a_cell_of_a_megabyte_is_too_long() -> None:
    (row,) = rows(f"姓名,证件号码,备注\n王伟,320106199003071015,{'好' * 1_001}\n")
    assert [error.code for error in row.mistakes] == ["too-long"]


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(FileRefused) as refusal:
        opened("\n\n")
    assert codes(refusal.value) == ["file-empty"]


def test_row_100_001_is_one_too_many() -> None:
    head = "姓名,证件号码\n"
    assert len(rows(head + "王伟,1\n" * 100_000)) == 100_000
    with pytest.raises(FileRefused) as refusal:
        rows(head + "王伟,1\n" * 100_001)
    assert codes(refusal.value) == ["too-many-rows"]


def test_a_workbook_that_calls_itself_csv_is_recognised() -> None:
    with pytest.raises(FileRefused) as refusal:
        opened(b"PK\x03\x04 and so on")
    assert codes(refusal.value) == ["file-not-what-it-says"]


def test_a_file_without_any_heading_is_told_them_all_where_none_is_required() -> None:
    optional = [replace(column, required=False) for column in COLUMNS]
    with pytest.raises(FileRefused) as refused:
        read(b'[{"a": 1}]', CSV, optional)
    assert {error.column for error in refused.value.errors} == {column.label for column in optional}
