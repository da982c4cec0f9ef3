"""What we hand back: templates that can be filled in and sent, and sheets that show their mistakes."""

import csv
import io

import openpyxl
import pytest

from common.errors import Bilingual, FieldError
from common.tabular.columns import Column
from common.tabular.reading import CSV, JSON, XLSX, read
from common.tabular.writing import defused, marked, template
from tests.unit.tabular.files import COLUMNS, HEADINGS, xlsx

CHOICE = (*COLUMNS, Column("absent", ("缺考",), options=("是", "否"), note=Bilingual("缺考填是", "absent")))
MISTAKE = FieldError(
    code="id-checksum",
    detail=Bilingual("校验码不正确。", "The check digit is wrong."),
    remedy=Bilingual("请核对。", "Check it."),
    row=3,
    column="证件号码",
)
ROWS = (HEADINGS, ("王伟", "320106199003071015", 85, None), ("李强", "320106199003071016", 70.5, "=1+1"))


def test_a_template_filled_in_is_read_without_a_word() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template(CHOICE, name="数据")))
    book["数据"].append(["王伟", "320106199003071015", 85, None, "否"])
    filled = io.BytesIO()
    book.save(filled)
    sheet = read(filled.getvalue(), XLSX, CHOICE)
    (row,) = sheet.rows
    assert sheet.dropped == ()
    assert row.values == {
        "name": "王伟",
        "id_number": "320106199003071015",
        "theory": "85",
        "remark": None,
        "absent": "否",
    }


def test_a_template_keeps_numbers_as_text_and_offers_choices() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(template(CHOICE, name="数据")))["数据"]
    assert [cell.value for cell in sheet[1]] == ["姓名*", "证件号码*", "理论成绩", "备注", "缺考"]
    assert sheet.column_dimensions["B"].number_format == "@"
    assert [rule.formula1 for rule in sheet.data_validations.dataValidation] == ['"是,否"']


def test_a_workbook_comes_back_with_its_mistakes_beside_the_rows() -> None:
    content = xlsx(HEADINGS, ROWS[1], ("李强", "320106199003071016", 70.5, "'x"))
    back, media_type = marked(content, XLSX, COLUMNS, {3: [MISTAKE]})
    found = list(openpyxl.load_workbook(io.BytesIO(back)).active.values)
    assert media_type == XLSX
    assert found[0] == (*HEADINGS, "错误说明 Errors")
    assert found[1] == ("王伟", "320106199003071015", 85, None, None)
    assert found[2] == ("李强", "320106199003071016", 70.5, "'x", "「证件号码」校验码不正确。请核对。")


def test_a_mended_sheet_can_be_sent_again_as_it_came_back() -> None:
    back, _ = marked(xlsx(*ROWS[:2]), XLSX, COLUMNS, {2: [MISTAKE]})
    sheet = read(back, XLSX, COLUMNS)
    (row,) = sheet.rows
    assert (row.values["id_number"], row.values["theory"]) == ("320106199003071015", "85")


def test_csv_comes_back_in_its_own_encoding_and_with_its_own_separator() -> None:
    content = "姓名;证件号码\n王伟;1\n李强;2\n".encode("gb18030")
    back, media_type = marked(content, CSV, COLUMNS, {3: [MISTAKE]})
    assert media_type == CSV
    assert list(csv.reader(io.StringIO(back.decode("gb18030")), delimiter=";")) == [
        ["姓名", "证件号码", "错误说明 Errors"],
        ["王伟", "1", ""],
        ["李强", "2", "「证件号码」校验码不正确。请核对。"],
    ]


def test_json_comes_back_as_csv() -> None:
    back, media_type = marked(b'[{"name": "A B", "id_number": "1"}]', JSON, COLUMNS, {1: [MISTAKE]})
    header, row = csv.reader(io.StringIO(back.decode("utf-8-sig")))
    assert (media_type, header[-1], row[:2]) == (CSV, "错误说明 Errors", ["A B", "1"])
    assert row[-1] == "「证件号码」校验码不正确。请核对。"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("@SUM(1)", "'@SUM(1)"),
        ("＝1+1", "'＝1+1"),
        ("-1+1", "'-1+1"),
        ("-5.5", "-5.5"),
        ("王伟", "王伟"),
    ],
)
def test_no_cell_becomes_a_formula(cell: str, written: str) -> None:
    assert defused(cell) == written
