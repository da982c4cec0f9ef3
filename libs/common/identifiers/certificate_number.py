"""PURE: certificate numbers: the national 22-character rule, the 16-digit one before it, and shapes met in old papers.

Numbers have no check digit, so an exact look-up never "repairs" one (decision record 4). Articles: 1, 19; the coding
rule is 人社鉴发〔2019〕2号 as restated by 〔2021〕1号.
"""

import re
from dataclasses import dataclass
from typing import Literal

from common.errors import Bilingual
from common.grades import Grade
from common.identifiers.text import compact
from common.regions import provinces

LAST_SERIAL = 999_999
LAST_LEGACY_SERIAL = 99_999
CATEGORIES = {
    "Y": Bilingual("用人单位", "employer, evaluating its own staff"),
    "S": Bilingual("社会培训评价组织", "social training and evaluation organisation"),
}
_PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-6]|71|8[12])"
_NUMBER = re.compile(
    rf"(?P<category>[YS])(?P<organisation>\d{{4}})(?P<province>{_PROVINCE})(?P<site>\d{{6}})"
    r"(?P<year>\d{2})(?P<level>[1-5])(?P<serial>(?!000000)\d{6})",
    re.ASCII,
)
_REGISTER = re.compile(rf"[YS]\d{{4}}{_PROVINCE}\d{{6}}", re.ASCII)
_QUALIFICATION = re.compile(r"\d{10}[1-5](?!00000)\d{5}", re.ASCII)
_LEGACY_20 = re.compile(r"R[GSCX][NW]\d{6}\d{3}\d{2}[1-5]\d{5}", re.ASCII)
Shape = Literal["national_22", "qualification_16", "trial_20", "other"]


@dataclass(frozen=True, slots=True)
class RegisterCode:
    """Positions 1–13: whose register a number belongs to. A body may have several over time."""

    category: str
    organisation_code: str
    province: str
    site_serial: str

    def __post_init__(self) -> None:
        if not _REGISTER.fullmatch(str(self)):
            raise ValueError("not a register of certificate numbers")

    def __str__(self) -> str:
        return f"{self.category}{self.organisation_code}{self.province}{self.site_serial}"

    @classmethod
    def parse(cls, text: str) -> "RegisterCode":
        return cls(text[:1], text[1:5], text[5:7], text[7:])


@dataclass(frozen=True, slots=True)
class CertificateNumber:
    """A 22-character number by its parts."""

    register: RegisterCode
    year: int
    grade: Grade
    serial: int

    def __post_init__(self) -> None:
        if not 1 <= self.serial <= LAST_SERIAL or not 2000 <= self.year <= 2099:
            raise ValueError("serial or year outside the rule")

    def __str__(self) -> str:
        return f"{self.register}{self.year % 100:02d}{self.grade.value}{self.serial:06d}"

    @classmethod
    def parse(cls, text: str) -> "CertificateNumber":
        """Raises ValueError when normalised text is not such a number."""
        match = _NUMBER.fullmatch(text)
        if match is None:
            raise ValueError("not a certificate number")
        register = RegisterCode(match["category"], match["organisation"], match["province"], match["site"])
        return cls(register, 2000 + int(match["year"]), Grade(int(match["level"])), int(match["serial"]))

    def explain(self) -> tuple[tuple[str, Bilingual, Bilingual], ...]:
        """Part by part: the characters, what the part is, what this value means."""
        register, province = self.register, provinces()[self.register.province]
        filed = register.organisation_code != "0000"
        return (
            (register.category, Bilingual("评价机构类别", "kind of body"), CATEGORIES[register.category]),
            (
                register.organisation_code,
                Bilingual("评价机构代码", "body"),
                Bilingual("人社部备案机构", "filed with the ministry")
                if filed
                else Bilingual("由省级备案", "filed with the province"),
            ),
            (
                register.province,
                Bilingual("省级代码", "province"),
                Bilingual(province, f"province code {register.province}"),
            ),
            (
                register.site_serial,
                Bilingual("机构(站点)序列码", "body or site"),
                Bilingual("由省级分配", "assigned by the province"),
            ),
            (
                f"{self.year % 100:02d}",
                Bilingual("核发年份", "year of issue"),
                Bilingual(f"{self.year}年", str(self.year)),
            ),
            (
                str(self.grade.value),
                Bilingual("职业技能等级", "skill level"),
                Bilingual(self.grade.zh, self.grade.en),
            ),
            (
                f"{self.serial:06d}",
                Bilingual("证书序列码", "serial"),
                Bilingual(f"当年该等级第 {self.serial} 号", f"no. {self.serial} of the level in that year"),
            ),
        )


def normalise_number(text: str) -> str:
    """As numbers are stored and looked up: upper case, full-width made narrow, spaces left out. Never repaired."""
    return compact(text)


def qualification_number(*, year: int, institution: str, grade: Grade, serial: int) -> str:
    """A 16-digit national qualification number: year, 8-digit institution code, level, serial from 00001.

    Raises ValueError outside the rule.
    """
    text = f"{year % 100:02d}{institution}{grade.value}{serial:05d}"
    if not _QUALIFICATION.fullmatch(text):
        raise ValueError("outside the rule of qualification numbers")
    return text


def shape_of(number: str) -> Shape:
    """What kind of number a declared certificate bears; a prior certificate is never refused for its shape."""
    if _NUMBER.fullmatch(number):
        return "national_22"
    if _QUALIFICATION.fullmatch(number):
        return "qualification_16"
    return "trial_20" if _LEGACY_20.fullmatch(number) else "other"
