"""The files of the area `files`, each built by the recipe that its entry names."""

import csv
import io
import json
import random
import re
import struct
import zipfile
from collections.abc import Callable, Sequence
from typing import Any, Final

import xlsxwriter

from client.sample import Person, people
from common.tabular.reading import CSV, JSON, NDJSON, XLSX
from tests.unit.tabular.files import part, repacked, with_declared_size

SHEET: Final = "xl/worksheets/sheet1.xml"
STRINGS: Final = "xl/sharedStrings.xml"
HEADINGS: Final = ("姓名", "证件号码", "认定等级", "理论成绩", "技能成绩", "职业道德", "评价日期")
EVALUATED_ON: Final = "2031-10-25"
WANG, LI, ZHANG = people(3, seed=11)
MADE: Final[dict[str, Callable[[], tuple[bytes, str]]]] = {}
"""Id of an entry → its file and the type that it is sent as."""

Make = Callable[[], bytes]


def of_type(media_type: str, *ids: str) -> Callable[[Make], Make]:
    """Register how the file of an entry is made."""

    def register(make: Make) -> Make:
        MADE.update({one: lambda: (make(), media_type) for one in ids})
        return make

    return register


def row(person: Person, **changes: Any) -> list[Any]:
    """A passed result in the order of HEADINGS."""
    values = dict(
        zip(HEADINGS, (person.name, person.id_number, "4", 80, 75.5, "合格", EVALUATED_ON), strict=True)
    )
    return list((values | changes).values())


def book(
    *rows: Sequence[Any],
    headings: Sequence[str] = HEADINGS,
    above: int = 0,
    change: Callable[[Any, Any], None] | None = None,
) -> bytes:
    """A workbook of one sheet; texts are shared strings. `change`: what else is done to book and sheet."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Sheet1")
        for number, cells in enumerate([headings, *rows], start=above):
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    sheet.write(number, column, cell)
        if change:
            change(workbook, sheet)
    return buffer.getvalue()


def with_sheet(change: Callable[[bytes], bytes], content: bytes | None = None, name: str = SHEET) -> bytes:
    """An honest workbook with one part changed as bytes."""
    content = content or book(row(WANG))
    return repacked(content, {name: change(part(content, name))})


def inserted(before: bytes, what: bytes) -> Callable[[bytes], bytes]:
    return lambda xml: xml.replace(before, what + before, 1)


def table(*rows: Sequence[Any], separator: str = ",", line_end: str = "\r\n") -> str:
    """A CSV sheet with our headings."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator=line_end)
    writer.writerows([HEADINGS, *rows])
    return text.getvalue()


def member(person: Person, **changes: Any) -> dict[str, Any]:
    return dict(zip(HEADINGS, row(person), strict=True)) | changes


# ── what is no workbook, or none to be opened ────────────────────────────────────────────────
@of_type(XLSX, "files-001")
def nothing() -> bytes:
    return b""


@of_type(XLSX, "files-003")
def flipped_directory() -> bytes:
    content = bytearray(book(row(WANG)))
    content[content.rfind(b"PK\x01\x02") + 1] ^= 0x01
    return bytes(content)


@of_type(XLSX, "files-004")
def wrong_checksum() -> bytes:
    content = bytearray(book(row(WANG)))
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        entry = opened.getinfo(SHEET)
    directory = content.find(SHEET.encode(), content.find(b"PK\x01\x02")) - 46
    struct.pack_into("<L", content, directory + 16, entry.CRC ^ 1)
    struct.pack_into("<L", content, entry.header_offset + 14, entry.CRC ^ 1)
    return bytes(content)


@of_type(XLSX, "files-005")
def ten_gigabytes_of_spaces() -> bytes:
    """40 MB of it are made; the directory says 10 GB less than a 32-bit size can say."""
    bomb = with_sheet(inserted(b"</sheetData>", b" " * 40_000_000))
    return with_declared_size(bomb, SHEET, 0xFFFF_FFF0)


@of_type(XLSX, "files-007")
def shared_strings_that_lie() -> bytes:
    bomb = with_sheet(inserted(b"</sst>", b"<si><t>" + b"a" * 40_000_000 + b"</t></si>"), name=STRINGS)
    return with_declared_size(bomb, STRINGS, 2_000)


@of_type(XLSX, "files-008")
def overlapping_entries() -> bytes:
    content = bytearray(book(row(WANG)))
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        first = opened.infolist()[0]
    second = content.find(b"PK\x01\x02", content.find(b"PK\x01\x02") + 1)
    struct.pack_into("<L", content, second + 42, first.header_offset)
    return bytes(content)


@of_type(XLSX, "files-009")
def a_million_entries() -> bytes:
    """The directory counts them; 2,000 are there, for nobody reads on."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for number in range(2_000):
            opened.writestr(str(number), b"")
    return buffer.getvalue()


@of_type(XLSX, "files-010")
def zip_slip() -> bytes:
    return repacked(book(row(WANG)), {"../../../../tmp/x": b"x"})


@of_type(XLSX, "files-012")
def one_name_twice() -> bytes:
    buffer = io.BytesIO(book(row(WANG)))
    with zipfile.ZipFile(buffer, "a") as opened:
        opened.writestr(SHEET.upper(), b"<worksheet/>")
    return buffer.getvalue()


@of_type(XLSX, "files-014")
def old_workbook() -> bytes:
    return bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)


@of_type(XLSX, "files-015")
def web_page() -> bytes:
    return "<html><table><tr><td>姓名</td></tr></table></html>".encode()


@of_type(XLSX, "files-018")
def macros() -> bytes:
    return repacked(book(row(WANG)), {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})


@of_type(XLSX, "files-019")
def billion_laughs() -> bytes:
    entities = b'<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return with_sheet(inserted(b"<worksheet", entities))


@of_type(XLSX, "files-022")
def external_definition() -> bytes:
    return with_sheet(inserted(b"<worksheet", b'<!DOCTYPE w SYSTEM "http://127.0.0.1:9/x.dtd">'))


@of_type(XLSX, "files-023")
def linked_workbook() -> bytes:
    link = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
        b' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath"'
        b' Target="\\\\127.0.0.1\\share\\x.xlsx" TargetMode="External"/></Relationships>'
    )
    return repacked(book(row(WANG)), {"xl/externalLinks/_rels/externalLink1.xml.rels": link})


# ── sizes ────────────────────────────────────────────────────────────────────────────────────
@of_type(XLSX, "files-024")
def dimension_that_lies() -> bytes:
    content = book(row(WANG), row(LI), row(ZHANG))
    return with_sheet(
        lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', xml), content
    )


@of_type(XLSX, "files-026")
def a_row_too_many() -> bytes:
    return _long(100_001)


def _long(rows: int) -> bytes:
    """As many rows as asked for, with nothing but a level in them."""
    cells = b"".join(b'<row r="%d"><c r="C%d"><v>4</v></c></row>' % (at, at) for at in range(3, rows + 2))
    return with_sheet(inserted(b"</sheetData>", cells))


@of_type(CSV, "files-027")
def as_many_rows_as_allowed() -> bytes:
    return table(*map(row, people(100_000, seed=27))).encode()


@of_type(XLSX, "files-028")
def as_many_columns_as_a_sheet_has() -> bytes:
    return with_sheet(inserted(b"</sheetData>", b'<row r="3"><c r="XFD3"><v>1</v></c></row>'))


@of_type(XLSX, "files-029")
def one_large_cell() -> bytes:
    """Ten megabytes that do not pack as well as a bomb."""
    text = random.Random(29).randbytes(5 * 1024 * 1024).hex().encode()
    cells = b'<c r="H1" t="inlineStr"><is><t>remark</t></is></c></row>'
    large = b'<c r="H2" t="inlineStr"><is><t>%s</t></is></c></row>' % text

    def widened(xml: bytes) -> bytes:
        first, second, rest = xml.split(b"</row>", 2)
        return first + cells + second + large + rest

    return with_sheet(widened)


@of_type(XLSX, "files-030")
def a_million_formatted_rows() -> bytes:
    blank = b"".join(b'<row r="%d" s="1"><c r="A%d" s="1"/></row>' % (at, at) for at in range(3, 1_000_003))
    return with_sheet(inserted(b"</sheetData>", blank))


@of_type(NDJSON, "files-070")
def one_long_line() -> bytes:
    return json.dumps(member(WANG, 备注="好" * 7_000_000), ensure_ascii=False).encode()


@of_type(JSON, "files-072")
def a_long_array() -> bytes:
    return json.dumps([*map(member, people(100_000, seed=72))], ensure_ascii=False).encode()


# ── how people lay out their sheets ──────────────────────────────────────────────────────────
@of_type(XLSX, "files-031")
def hidden_rows_and_columns() -> bytes:
    def hide(_: Any, sheet: Any) -> None:
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(3, 4, None, None, {"hidden": True})

    return book(row(WANG), row(LI), change=hide)


@of_type(XLSX, "files-032")
def two_sheets_with_data() -> bytes:
    def add(workbook: Any, _: Any) -> None:
        second = workbook.add_worksheet("Sheet2")
        second.write_row(0, 0, HEADINGS)
        second.write_row(1, 0, row(LI))

    return book(row(WANG), change=add)


@of_type(XLSX, "files-033")
def merged_headings() -> bytes:
    return book(
        row(WANG),
        headings=("姓名", "", *HEADINGS[2:]),
        change=lambda _, sheet: sheet.merge_range(0, 0, 0, 1, "姓名"),
    )


@of_type(XLSX, "files-034")
def merged_cells() -> bytes:
    return book(
        row(WANG), row(LI, 姓名=None), change=lambda _, sheet: sheet.merge_range(1, 0, 2, 0, WANG.name)
    )


@of_type(XLSX, "files-035")
def title_above() -> bytes:
    return book(row(WANG), above=2, change=lambda _, sheet: sheet.write_string(0, 0, "技能等级认定成绩"))


@of_type(XLSX, "files-036")
def headings_in_many_hands() -> bytes:
    return book(row(WANG), headings=("姓\n名", "證件號碼", "認定等級 *", *HEADINGS[3:]))


@of_type(XLSX, "files-037")
def two_names() -> bytes:
    return book([WANG.name, *row(WANG)], headings=("姓名", *HEADINGS))


@of_type(XLSX, "files-038")
def two_columns_missing() -> bytes:
    return book(row(WANG)[3:], headings=HEADINGS[3:])


@of_type(XLSX, "files-039")
def an_unknown_column() -> bytes:
    return book([*row(WANG), "x"], headings=(*HEADINGS, "备注2"))


@of_type(XLSX, "files-040")
def a_formula() -> bytes:
    return book(row(WANG), change=lambda _, sheet: sheet.write_formula(1, 0, "=A1&B1", value=WANG.name))


@of_type(XLSX, "files-044")
def the_phantom_day() -> bytes:
    def write(workbook: Any, sheet: Any) -> None:
        sheet.write_number(1, 6, 60, workbook.add_format({"num_format": "yyyy-mm-dd"}))

    return book(row(WANG), change=write)


@of_type(XLSX, "files-045")
def a_day_in_words() -> bytes:
    return book(row(WANG, 评价日期="2031年10月25日"))


@of_type(XLSX, "files-048")
def texts_of_two_kinds() -> bytes:
    inline = b'<row r="3"><c r="A3" t="inlineStr"><is><t>%s</t></is></c>' % LI.name.encode()
    rest = b"".join(
        b'<c r="%s3" t="inlineStr"><is><t>%s</t></is></c>' % (letter.encode(), str(cell).encode())
        for letter, cell in zip("BCDEFG", row(LI)[1:], strict=True)
    )
    return with_sheet(inserted(b"</sheetData>", inline + rest + b"</row>"))


@of_type(XLSX, "files-050")
def phonetic_runs() -> bytes:
    name = f"<t>{WANG.name}</t>".encode()
    rich = name + '<rPh sb="0" eb="1"><t>ワン</t></rPh><phoneticPr fontId="1"/>'.encode()
    return with_sheet(lambda xml: xml.replace(name, rich), name=STRINGS)


@of_type(XLSX, "files-051")
def escaped_letters() -> bytes:
    content = book(row(WANG, 姓名="Anna Maria"))
    return with_sheet(lambda xml: xml.replace(b"Anna Maria", b"Anna _x004D_aria"), content, STRINGS)


@of_type(XLSX, "files-052")
def strict_namespace() -> bytes:
    content = book(row(WANG))
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    for old, new in (
        (
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
        (
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    ):
        parts = {name: xml.replace(old, new) for name, xml in parts.items()}
    return repacked(content, parts)


# ── CSV ──────────────────────────────────────────────────────────────────────────────────────
@of_type(CSV, "files-055")
def plain_utf_8() -> bytes:
    return table(row(WANG)).encode()


@of_type(CSV, "files-056")
def four_byte_characters() -> bytes:
    return table(row(WANG, 姓名="王𬭩")).encode("gb18030")


@of_type(CSV, "files-057")
def either_encoding() -> bytes:
    """Nothing outside of ASCII: GBK and UTF-8 at once; the headings are our field names."""
    return f"name,id_number,level,theory,skill,ethics\r\nAnna Li,{LI.id_number},4,80,75,pass\r\n".encode(
        "ascii"
    )


@of_type(CSV, "files-058")
def utf_16() -> bytes:
    return b"\xff\xfe" + table(row(WANG), separator="\t").encode("utf-16-le")


@of_type(CSV, "files-060")
def one_wrong_byte() -> bytes:
    lines = table(row(WANG), row(LI), row(ZHANG)).encode().split(b"\r\n")
    lines[2] = lines[2].replace(b"\xe5\x90\x88", b"\xe5\xff\x88", 1)
    return b"\r\n".join(lines)


@of_type(CSV, "files-061")
def nul_bytes() -> bytes:
    return table(row(WANG, 姓名="王\0伟")).encode()


@of_type(CSV, "files-062")
def carriage_returns_only() -> bytes:
    return table(row(WANG), row(LI), line_end="\r").encode()


@of_type(CSV, "files-063")
def an_open_quote() -> bytes:
    return table(row(WANG), row(LI)).replace(WANG.name, f'"{WANG.name}', 1).encode()


@of_type(CSV, "files-064")
def semicolons() -> bytes:
    return table(row(WANG), separator=";").encode()


@of_type(CSV, "files-066")
def ragged_rows() -> bytes:
    return table([*row(WANG), "x"], row(LI)).encode()


@of_type(CSV, "files-067")
def the_excel_trick() -> bytes:
    return table(row(WANG)).replace(WANG.id_number, f'="{WANG.id_number}"').encode()


@of_type(CSV, "files-068")
def formulas_for_names() -> bytes:
    signs = ("=", "+", "-", "@", "=")
    persons = people(len(signs), seed=12)
    return table(
        *(row(one, 姓名=f"{sign}cmd|' /C calc'!A0") for one, sign in zip(persons, signs, strict=True))
    ).encode()
