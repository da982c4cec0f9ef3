"""Printed certificates as poppler reads them: fonts embedded, and every field as text (Art. 19)."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from certificate.prints.printer import Printer
from tests.unit.certificate.codes import NUMBER
from tests.unit.certificate.test_print import certificate

KINDS: list[tuple[dict[str, Any], list[str]]] = [
    ({"kind": "skill_level"}, ["职业技能等级证书", "三级/高级工", "jndj.osta.org.cn"]),
    ({"kind": "national_qualification"}, ["国家职业资格证书", "职业资格等级", "zscx.osta.org.cn"]),
    ({"kind": "special_ability"}, ["专项职业能力证书", "专项职业能力"]),
]
RARE = "王𬭩𬭎𬬻·买买提"
FIELDS = [
    "姓名",
    RARE,
    "证件类型",
    "居民身份证",
    "证件号码",
    "320106199003071015",
    "工种/职业方向",
    "--",
    "证书编号",
    NUMBER,
    "评价机构",
    "江苏长江机械有限公司",
    "发证日期",
    "2026年11月23日",
    "打印序号",
    "https://skills.example.org/certificate/v1/verify",
]


@pytest.fixture(scope="module")
def printer() -> Printer:
    return Printer()


@pytest.fixture(params=KINDS, ids=lambda kind: str(kind[0]["kind"]))
def printed(request: pytest.FixtureRequest, printer: Printer, tmp_path: Path) -> tuple[Path, list[str]]:
    changes, words = request.param
    file = tmp_path / "certificate.pdf"
    file.write_bytes(printer.pdf(certificate(name=RARE, **changes)))
    return file, words


def _say(program: str, *arguments: str | Path) -> str:
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout


def test_every_font_is_embedded_and_a_subset_with_unicode(printed: tuple[Path, list[str]]) -> None:
    lines = _say("pdffonts", printed[0]).splitlines()[2:]
    assert lines
    for line in lines:
        *_, embedded, subset, has_unicode, _, _ = line.split()
        assert (embedded, subset, has_unicode) == ("yes", "yes", "yes"), line


def test_every_field_is_text_rare_characters_too(printed: tuple[Path, list[str]]) -> None:
    file, words = printed
    text = "".join(_say("pdftotext", "-layout", file, "-").split())
    assert [field for field in (*FIELDS, *words) if field not in text] == []


def test_it_is_one_tagged_unencrypted_page_without_scripts(printed: tuple[Path, list[str]]) -> None:
    about = dict(line.split(":", 1) for line in _say("pdfinfo", printed[0]).splitlines())
    told = {name: about[name].split()[0] for name in ("Pages", "Tagged", "Encrypted", "JavaScript", "Form")}
    assert told == {"Pages": "1", "Tagged": "yes", "Encrypted": "no", "JavaScript": "no", "Form": "none"}
    assert about["Page size"].split()[-1] == "(A4)"
