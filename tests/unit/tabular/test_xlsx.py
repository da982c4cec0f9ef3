"""Workbooks, honest and hostile."""

import io
import zipfile
from datetime import date

import pytest

from common.tabular.faults import FileRefused
from common.tabular.reading import XLSX, read
from common.tabular.rows import RawRow, Sheet
from tests.unit.tabular.files import COLUMNS, HEADINGS, codes, part, repacked, with_declared_size, xlsx

SHEET = "xl/worksheets/sheet1.xml"
WANG = ("王伟", "320106199003071015", 85, None)


def opened(content: bytes) -> Sheet:
    return read(content, XLSX, COLUMNS)


def rows(content: bytes) -> list[RawRow]:
    return list(opened(content).rows)


def refusal_of(content: bytes) -> list[str]:
    with pytest.raises(FileRefused) as refusal:
        rows(content)
    return codes(refusal.value)


def sheet_with(cells: str) -> bytes:
    """A workbook whose only sheet holds this XML after an honest heading row and one row of data."""
    content = xlsx(HEADINGS, WANG)
    xml = part(content, SHEET).replace(b"</sheetData>", cells.encode() + b"</sheetData>")
    return repacked(content, {SHEET: xml})


# ── honest ───────────────────────────────────────────────────────────────────────────────────
def test_texts_numbers_and_days_are_told_as_people_write_them() -> None:
    (row,) = rows(xlsx(HEADINGS, ("王伟", "320106199003071015", 85.5, date(2025, 10, 25))))
    assert row == RawRow(
        2, {"name": "王伟", "id_number": "320106199003071015", "theory": "85.5", "remark": "2025-10-25"}
    )


def test_a_table_may_begin_anywhere_in_the_first_ten_rows() -> None:
    (row,) = rows(xlsx((), ("花名册",), (), (None, *HEADINGS), (None, *WANG)))
    assert (row.number, row.values["name"]) == (5, "王伟")


def test_an_id_number_kept_as_a_quantity_has_lost_digits() -> None:
    (row,) = rows(xlsx(HEADINGS, ("王伟", 3.21302199003074e17, 85, None)))
    assert [(error.code, error.row, error.column) for error in row.mistakes] == [
        ("id-became-number", 2, "id_number")
    ]
    assert row.values["id_number"] is None


def test_a_formula_is_a_mistake_of_its_cell() -> None:
    (row,) = rows(xlsx(HEADINGS, ("王伟", "=A1&B1", 85, None)))
    assert [(error.code, error.column) for error in row.mistakes] == [("formula", "id_number")]


def test_merged_cells_in_the_data_have_one_value_between_them() -> None:
    buffer = io.BytesIO(xlsx(HEADINGS, WANG, (None, "320106198501011234", 70, None)))
    merged = part(buffer.getvalue(), SHEET).replace(
        b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    )
    first, second = rows(repacked(buffer.getvalue(), {SHEET: merged}))
    assert first.mistakes == ()
    assert [(error.code, error.column) for error in second.mistakes] == [("missing", "name")]


def test_merged_headings_are_told_with_what_is_missing() -> None:
    content = xlsx(("姓名", None, "理论成绩"), WANG)
    merged = part(content, SHEET).replace(
        b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'
    )
    with pytest.raises(FileRefused) as refusal:
        rows(repacked(content, {SHEET: merged}))
    assert codes(refusal.value) == ["column-missing"]
    assert "合并" in refusal.value.errors[0].detail.zh


def test_empty_rows_are_no_rows_however_many_follow() -> None:
    blanks = "".join(f'<row r="{number}"><c r="A{number}" s="1"/></row>' for number in range(3, 200_000))
    assert len(rows(sheet_with(blanks))) == 1


def test_what_the_sheet_says_of_its_size_is_not_believed() -> None:
    content = xlsx(HEADINGS, WANG)
    lie = part(content, SHEET).replace(b'<dimension ref="A1:D2"/>', b'<dimension ref="A1:XFD1048576"/>')
    assert len(rows(repacked(content, {SHEET: lie}))) == 1


def test_the_sheet_with_the_headings_is_taken() -> None:
    found = rows(xlsx(sheets={"说明": [("请先阅读",)], "数据": [HEADINGS, WANG]}))
    assert [row.values["name"] for row in found] == ["王伟"]


def test_two_sheets_with_headings_are_ambiguous() -> None:
    assert refusal_of(xlsx(sheets={"一": [HEADINGS, WANG], "二": [HEADINGS, WANG]})) == ["sheet-ambiguous"]


def test_a_part_that_refers_outside_is_not_followed() -> None:
    external = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId1" TargetMode="External" Target="file://server/book.xlsx" Type="x"/></Relationships>'
    )
    content = repacked(xlsx(HEADINGS, WANG), {"xl/externalLinks/_rels/externalLink1.xml.rels": external})
    assert len(rows(content)) == 1


# ── hostile or damaged ───────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file-not-what-it-says"),
        (b"<html><table></table></html>", "file-not-what-it-says"),
        (b"PK\x03\x04", "file-unreadable"),
        (b"anything", "file-unreadable"),
    ],
)
def test_what_is_no_workbook_is_told_apart(content: bytes, code: str) -> None:
    assert refusal_of(content) == [code]


def test_a_flipped_bit_anywhere_is_refused_or_harmless() -> None:
    content = xlsx(HEADINGS, WANG)
    honest = rows(content)
    for at in range(0, len(content), 37):
        damaged = bytearray(content)
        damaged[at] ^= 0x10
        try:
            found = rows(bytes(damaged))
        except FileRefused:
            continue
        assert found == honest


def test_a_thousandfold_of_spaces_is_not_unpacked() -> None:
    bomb = part(xlsx(HEADINGS), SHEET).replace(b"</sheetData>", b" " * 40_000_000 + b"</sheetData>")
    assert refusal_of(repacked(xlsx(HEADINGS, WANG), {SHEET: bomb})) == ["decompression-limit"]


def test_a_part_larger_than_declared_is_not_unpacked() -> None:
    bomb = part(xlsx(HEADINGS), SHEET).replace(b"</sheetData>", b" " * 40_000_000 + b"</sheetData>")
    content = with_declared_size(repacked(xlsx(HEADINGS, WANG), {SHEET: bomb}), SHEET, 2_000)
    assert refusal_of(content) == ["decompression-limit"]


def test_entries_that_share_bytes_are_refused() -> None:
    content = bytearray(xlsx(HEADINGS, WANG))
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        first, second = book.infolist()[:2]
    at = content.find(b"PK\x01\x02", content.find(b"PK\x01\x02") + 1)
    content[at + 42 : at + 46] = first.header_offset.to_bytes(4, "little")
    assert second.header_offset
    assert refusal_of(bytes(content)) == ["decompression-limit"]


def test_a_million_entries_are_not_even_listed() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as book:
        for number in range(1_001):
            book.writestr(f"{number}", b"")
    assert refusal_of(buffer.getvalue()) == ["decompression-limit"]


def test_a_cell_in_the_last_corner_is_not_made_room_for() -> None:
    corner = '<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row>'
    assert refusal_of(sheet_with(corner)) == ["too-many-rows"]
    wide = '<row r="3"><c r="XFD3" t="n"><v>1</v></c></row>'
    assert refusal_of(sheet_with(wide)) == ["too-many-columns"]


def test_200_columns_are_accepted_and_201_are_not() -> None:
    def wide(columns: int) -> bytes:
        return xlsx((*HEADINGS, *(f"列{number}" for number in range(columns - 4))), WANG)

    assert len(rows(wide(200))) == 1
    assert refusal_of(wide(201)) == ["too-many-columns"]


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE worksheet [<!ENTITY a "b">]>',
        '<!DOCTYPE worksheet SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_xml_that_defines_anything_is_refused(head: str) -> None:
    content = xlsx(HEADINGS, WANG)
    xml = part(content, SHEET)
    at = xml.index(b"<worksheet")
    assert refusal_of(repacked(content, {SHEET: xml[:at] + head.encode() + xml[at:]})) == ["file-unreadable"]


def test_macros_are_refused() -> None:
    content = repacked(xlsx(HEADINGS, WANG), {"xl/vbaProject.bin": b"\xd0\xcf"})
    assert refusal_of(content) == ["file-with-macros"]


@pytest.mark.parametrize("name", ["../../tmp/x", "/etc/x", "xl\\x"])
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    assert refusal_of(repacked(xlsx(HEADINGS, WANG), {name: b"x"})) == ["file-unreadable"]


def test_two_parts_of_one_name_are_refused() -> None:
    buffer = io.BytesIO(xlsx(HEADINGS, WANG))
    with zipfile.ZipFile(buffer, "a") as book:
        book.writestr(SHEET.upper(), b"<worksheet/>")
    assert refusal_of(buffer.getvalue()) == ["file-unreadable"]
