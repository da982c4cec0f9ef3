"""Print: the national field list, whole names, and characters that are rare."""

from datetime import date
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from certificate.prints.domain import NONE, Print, fields_of
from certificate.prints.printer import Printer
from common.certificate_code import code_url
from tests.unit.certificate.codes import NUMBER, code

URL = code_url("https://skills.example.org", code())


def certificate(**changes: Any) -> Print:
    standard = {
        "kind": "skill_level",
        "level": 3,
        "number": NUMBER,
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


def test_it_declares_pdf_a_and_embeds_its_font(printer: Printer) -> None:
    pdf = printer.pdf(certificate())
    assert b"pdfaid:part" in pdf
    assert b"NotoSansCJK" in pdf


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
