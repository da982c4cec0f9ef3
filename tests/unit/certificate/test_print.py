"""Print: the national field list, whole names, and characters that are rare."""

import io
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from certificate.prints.domain import NONE, Imprint, Print, fields_of
from certificate.prints.printer import Printer
from common.certificate_code import code_url
from tests.unit.certificate.codes import NUMBER, code

URL = code_url("https://skills.example.org", code())


def certificate(**changes: Any) -> Print:
    standard: dict[str, Any] = {
        "kind": "skill_level",
        "level": 3,
        "number": NUMBER,
        "item_code": "6-31-01-03",
        "item_name": "电工",
        "organisation_name": "江苏长江机械有限公司",
        "issued_on": date(2026, 11, 23),
        "kid": "b0715e66934906cc",
        "url": URL,
        "query_url": "https://skills.example.org/certificate/v1/verify",
        "name": "王𬭩·买买提",
        "id_type": "resident_id",
        "id_number": "320106199003071015",
    }
    return Print(**(standard | changes))


@pytest.fixture(scope="module")
def printer() -> Printer:
    return Printer()


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    return str(document[0].get_textpage().get_text_range()).replace("\r\n", "").replace(" ", "")


def test_every_field_of_the_national_list_is_on_the_page(printer: Printer) -> None:
    text = text_of(printer.pdf(certificate()))
    for field in (
        "职业技能等级证书",
        "本证书由江苏长江机械有限公司颁发",
        "姓名",
        "王𬭩·买买提",
        "证件类型",
        "居民身份证",
        "证件号码",
        "320106199003071015",
        "职业名称",
        "电工",
        "工种/职业方向",
        "--",
        "职业技能等级",
        "三级/高级工",
        "证书编号",
        NUMBER,
        "评价机构",
        "江苏长江机械有限公司",
        "发证日期",
        "2026年11月23日",
        "https://skills.example.org/certificate/v1/verify",
        "jndj.osta.org.cn",
        "打印序号Printserial0001",
    ):
        assert field in text, field


def test_a_very_long_name_and_body_stay_whole_on_one_page(printer: Printer) -> None:
    name = "王" * 40
    body = "江苏长江精密制造与自动化装备集团股份有限公司苏州工业园区第一分公司"
    text = text_of(printer.pdf(certificate(name=name, organisation_name=body)))
    assert name in text
    assert text.count(body) >= 2


def test_the_employer_that_entrusted_it_stands_beside_the_body(printer: Printer) -> None:
    employer = "江苏长江精密制造与自动化装备集团股份有限公司苏州工业园区第一分公司"
    text = text_of(printer.pdf(certificate(entrusted_by=employer, organisation_name=employer)))
    assert text.count(employer) >= 3
    assert "委托单位" in text
    assert "委托单位" not in text_of(printer.pdf(certificate()))


def test_the_qr_code_is_read_at_150_dpi(printer: Printer) -> None:
    page = pypdfium2.PdfDocument(printer.pdf(certificate()))[0].render(scale=150 / 72).to_pil()
    (found,) = zxingcpp.read_barcodes(page)
    assert found.text == URL


def test_a_sandbox_prints_specimens(printer: Printer) -> None:
    assert "样例" in text_of(printer.pdf(certificate(specimen=True)))
    assert "样例" not in text_of(printer.pdf(certificate()))


def test_equal_certificates_are_equal_files(printer: Printer) -> None:
    assert printer.pdf(certificate()) == printer.pdf(certificate())


def test_no_value_is_taken_for_markup(printer: Printer) -> None:
    name = "#panic(1) *x* $y$"
    assert name.replace(" ", "") in text_of(printer.pdf(certificate(name=name)))


@pytest.mark.parametrize(
    ("kind", "title", "level_label", "level"),
    [
        ("skill_level", "职业技能等级证书", "职业技能等级", "三级/高级工"),
        ("national_qualification", "国家职业资格证书", "职业资格等级", "三级/高级工"),
        ("special_ability", "专项职业能力证书", "职业技能等级", NONE),
    ],
)
def test_each_kind_has_its_own_wording(kind: Any, title: str, level_label: str, level: str) -> None:
    fields = fields_of(certificate(kind=kind))
    assert (fields["title"], fields["level_label"], fields["level"]) == (title, level_label, level)


LONGEST = {
    "name": "古丽巴哈尔·阿卜杜热合曼·买买提图尔荪·阿不都克里木江",
    "item_name": "互联网营销师（直播销售员、视频创推员、平台管理员与选品员）",
    "organisation_name": "江苏长江精密制造与自动化装备集团股份有限公司苏州工业园区第一职业技能等级认定分公司",
    "entrusted_by": "江苏长江精密制造与自动化装备集团股份有限公司苏州工业园区第一职业技能等级认定分公司",
    "imprint": Imprint(provincial_url="https://skills.example.org/query", is_long_term=True),
}


@pytest.mark.parametrize(
    "changes",
    [LONGEST, LONGEST | {"name": "Maximilian Alexander Ferdinand von Hohenstein-Lindenburg und Altenfels"}],
)
def test_the_longest_values_all_together_overlap_nowhere(printer: Printer, changes: dict[str, Any]) -> None:
    """Boxes of the page's lines of text share no more than a hair's breadth of ink."""
    document = pypdfium2.PdfDocument(printer.pdf(certificate(**changes)))
    assert len(document) == 1
    page = document[0].get_textpage()
    boxes = [page.get_rect(number) for number in range(page.count_rects())]
    assert len(boxes) > 30
    overlapping = [
        (first, second)
        for number, first in enumerate(boxes)
        for second in boxes[:number]
        if min(first[2], second[2]) - max(first[0], second[0]) > 1
        and min(first[3], second[3]) - max(first[1], second[1]) > 1
    ]
    assert overlapping == []
    frame = 12.2 * 72 / 25.4  # the frame's inner line
    assert all(box[0] > frame and box[1] > frame and box[2] < 595.3 - frame for box in boxes)


def test_what_the_operator_does_not_configure_is_not_printed(printer: Printer) -> None:
    text = text_of(printer.pdf(certificate()))
    assert "长期有效" not in text
    assert "省级查询" not in text
    imprint = Imprint(provincial_url="https://skills.example.org/query", is_long_term=True)
    text = text_of(printer.pdf(certificate(imprint=imprint)))
    assert "长期有效" in text
    assert "省级查询Provincialqueryathttps://skills.example.org/query" in text


def test_a_limited_validity_says_its_last_day_and_never_long_term(printer: Printer) -> None:
    imprint = Imprint(is_long_term=True, validity_years={"6-31-01-03": 3})
    text = text_of(printer.pdf(certificate(imprint=imprint)))
    assert "至2029年11月22日" in text
    assert "长期有效" not in text
    assert "长期有效" in text_of(printer.pdf(certificate(imprint=imprint, item_code="6-18-02-04")))


def test_a_reprint_has_the_number_and_a_higher_serial(printer: Printer) -> None:
    text = text_of(printer.pdf(certificate(serial=12, version=2)))
    assert "打印序号Printserial0012版本Version2" in text
    assert NUMBER in text


def test_several_certificates_are_one_file_with_a_page_each(printer: Printer) -> None:
    numbers = [NUMBER[:-1] + digit for digit in "123"]
    pdf = printer.pdf(*(certificate(number=number) for number in numbers))
    pages = pypdfium2.PdfDocument(pdf)
    assert [
        number in page.get_textpage().get_text_range() for page, number in zip(pages, numbers, strict=True)
    ]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        (name,) = opened.attachments
        attached = json.loads(opened.attachments[name].get_file().read_bytes())
    assert (name, [one["number"] for one in attached]) == ("certificate.json", numbers)


@pytest.fixture(scope="module")
def pdf(printer: Printer) -> Iterator[pikepdf.Pdf]:
    proof = {"leaf_index": 7, "tree_size": 9}
    with pikepdf.open(io.BytesIO(printer.pdf(certificate(log_proof=proof)))) as opened:
        yield opened


class TestFile:
    """What the file says of itself. No PDF/A validator was at hand: this is what is checked instead."""

    def test_it_declares_pdf_a_3a_and_pdf_ua_1(self, pdf: pikepdf.Pdf) -> None:
        with pdf.open_metadata() as about:
            assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("3", "A")
            assert about["pdfuaid:part"] == "1"
            assert about["dc:title"] == f"职业技能等级证书 {NUMBER}"

    def test_it_is_tagged_in_chinese(self, pdf: pikepdf.Pdf) -> None:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("zh")
        assert "/StructTreeRoot" in pdf.Root
        assert pdf.Root.ViewerPreferences.DisplayDocTitle

    def test_colours_have_an_output_intent(self, pdf: pikepdf.Pdf) -> None:
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"  # an ICC profile's signature

    def test_it_is_neither_encrypted_nor_active(self, pdf: pikepdf.Pdf) -> None:
        assert not pdf.is_encrypted
        active = {"/JavaScript", "/JS", "/AA", "/OpenAction", "/Launch", "/XFA", "/RichMedia"}
        found = [
            key
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary)
            for key in thing.keys()  # noqa: SIM118
        ]
        assert not active.intersection(found)

    def test_every_font_is_embedded_with_its_characters(self, pdf: pikepdf.Pdf) -> None:
        fonts = [thing for thing in pdf.objects if _is(thing, "/FontDescriptor")]
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
        assert all("NotoSansCJK" in str(font.FontName) for font in fonts)
        assert all("/ToUnicode" in thing for thing in pdf.objects if _is(thing, "/Font", "/Type0"))

    def test_programs_find_code_number_and_proof_in_an_attachment(self, pdf: pikepdf.Pdf) -> None:
        (name,) = pdf.attachments
        assert name == "certificate.json"
        content = pdf.attachments[name].get_file().read_bytes()
        assert json.loads(content) == {
            "code": URL,
            "number": NUMBER,
            "version": 1,
            "log_proof": {"leaf_index": 7, "tree_size": 9},
        }
        assert "320106199003071015" not in content.decode()
        assert pdf.Root.AF[0].AFRelationship == "/Data"


def _is(thing: object, kind: str, subtype: str | None = None) -> bool:
    return (
        isinstance(thing, pikepdf.Dictionary)
        and thing.get("/Type") == kind
        and subtype in (None, thing.get("/Subtype"))
    )
