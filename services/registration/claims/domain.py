"""PURE: the claims of a row: years of work, an earlier certificate, school, apprenticeship, title, cohort, evidence."""

import re
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Self

from common.eligibility import School, TitleGrade
from common.errors import Bilingual
from common.grades import Grade
from common.tabular.columns import Column
from registration.persons.domain import Fields, read_day

MOST_YEARS = 60
LONGEST = 200
MOST_HASHES = 20
SCHOOLS: Final[dict[str, School | None]] = {
    "博士": "university",
    "研究生": "university",
    "硕士": "university",
    "大学本科": "university",
    "本科": "university",
    "大学专科和专科学校": "junior_college",
    "大学专科": "junior_college",
    "大专": "junior_college",
    "专科": "junior_college",
    "高职": "higher_vocational",
    "高等职业学校": "higher_vocational",
    "中等专业学校": "secondary_vocational",
    "中专": "secondary_vocational",
    "职高": "secondary_vocational",
    "中职": "secondary_vocational",
    "技校": "technical_school",
    "高级技校": "senior_technical_school",
    "技师学院": "technician_college",
    "预备技师班": "technician_class",
    "高中": None,
    "初中": None,
    "小学": None,
    "其他": None,
}
"""Education as today's forms write it → the school that a clause may ask for; none: no clause asks for it."""
TITLES: Final[dict[str, TitleGrade]] = {
    "初级": "junior",
    "初级职称": "junior",
    "中级": "intermediate",
    "中级职称": "intermediate",
    "高级": "senior",
    "副高级": "senior",
    "正高级": "senior",
    "高级职称": "senior",
}
_DAY = Bilingual("如 2021-06-30。", "Such as 2021-06-30.")
CLAIM_COLUMNS: Final = (
    Column("condition", ("申报条件",), note=Bilingual("所依据的申报条件。", "The condition invoked.")),
    Column(
        "work_years",
        ("从事本职业年限", "工作年限"),
        note=Bilingual("至评价首日,可有小数。", "Up to the first day of the evaluation; decimals allowed."),
    ),
    Column("work_began_on", ("参加工作时间",), note=_DAY),
    Column("prior_number", ("已持证书编号",), exact=True, width=22),
    Column("prior_level", ("已持证书等级",), options=tuple(grade.zh for grade in Grade)),
    Column("prior_issued_on", ("已持证书发证日期",), note=_DAY),
    Column("education", ("文化程度", "学历"), options=tuple(SCHOOLS)),
    Column("graduated_on", ("毕业时间",), note=_DAY),
    Column("enrolled_on", ("入学时间",), note=_DAY),
    Column("apprenticed_on", ("学徒期满时间",), note=_DAY),
    Column("title", ("职称",), options=("初级", "中级", "高级")),
    Column("title_granted_on", ("职称取得时间",), note=_DAY),
    Column(
        "cohort",
        ("过渡期批次", "双证生批次"),
        note=Bilingual("第二条过渡政策的学生填写。", "Only of students under the transition of Art. 2."),
    ),
    Column(
        "evidence",
        ("佐证材料", "佐证材料SHA-256"),
        exact=True,
        note=Bilingual(
            "文件的 SHA-256,多个以分号隔开。", "SHA-256 of each file, with semicolons between them."
        ),
    ),
)
_DAYS: Final = (
    "work_began_on",
    "prior_issued_on",
    "graduated_on",
    "enrolled_on",
    "apprenticed_on",
    "title_granted_on",
)
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stated:
    """What a row says. `work_months`: full ones; years are never rounded up."""

    condition: str | None = None
    work_months: int | None = None
    work_began_on: date | None = None
    prior_number: str | None = None
    prior_level: int | None = None
    prior_issued_on: date | None = None
    school: School | None = None
    graduated_on: date | None = None
    enrolled_on: date | None = None
    apprenticed_on: date | None = None
    title: TitleGrade | None = None
    title_granted_on: date | None = None
    cohort: str | None = None
    evidence: tuple[str, ...] = ()

    @property
    def is_case(self) -> bool:
        """Whether it makes a case that can fail. Education alone says nothing of work, and does not."""
        said = (self.work_months, self.work_began_on, self.prior_level, self.apprenticed_on, self.title)
        return any(one is not None for one in said)

    def as_data(self) -> dict[str, Any]:
        """What is kept: only what is said."""
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
            if value not in (None, ())
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        known = {one.name for one in fields(cls)}
        read = {name: value for name, value in data.items() if name in known}
        days = {name: date.fromisoformat(read[name]) for name in _DAYS if name in read}
        return cls(**(read | days | {"evidence": tuple(read.get("evidence", ()))}))


def read_claims(row: Fields) -> Stated:
    """The claims of a row, with what cannot be read among its mistakes."""
    return Stated(
        condition=_text(row, "condition"),
        work_months=_months(row),
        **{name: _day(row, name) for name in _DAYS},
        prior_number=_number(row),
        prior_level=_level(row),
        school=_choice(row, "education", SCHOOLS, "education-unknown"),
        title=_choice(row, "title", TITLES, "title-unknown"),
        cohort=_text(row, "cohort"),
        evidence=_hashes(row),
    )


def _text(row: Fields, column: str) -> str | None:
    text = row.text(column)
    if text is not None and len(text) > LONGEST:
        row.wrong("too-long", column, most=LONGEST)
        return None
    return text


def _months(row: Fields) -> int | None:
    text = row.text("work_years")
    if text is None:
        return None
    try:
        years = Decimal("".join(text.split()).removesuffix("年"))
    except InvalidOperation:
        row.wrong("value-type", "work_years")
        return None
    if not years.is_finite() or not 0 <= years <= MOST_YEARS:
        row.wrong("value-range", "work_years", least=0, most=MOST_YEARS)
        return None
    return int(years * 12)


def _day(row: Fields, column: str) -> date | None:
    """A day; of a month that stands alone, its last one is the safe reading, which we leave to who looks at proof."""
    text = row.text(column)
    if text is None:
        return None
    month = _MONTH.fullmatch("".join(text.split()))
    day = read_day(text if month is None else f"{month[1]}-{month[2]}-01")
    if day is None:
        row.wrong("value-type", column)
    return day


def _number(row: Fields) -> str | None:
    text = _text(row, "prior_number")
    return None if text is None else "".join(text.split()).upper()


def _level(row: Fields) -> int | None:
    text = row.text("prior_level")
    if text is None:
        return None
    try:
        return Grade.parse(text).value
    except ValueError:
        row.wrong("level-unknown", "prior_level")
        return None


def _choice(row: Fields, column: str, choices: dict[str, Any], code: str) -> Any:
    text = row.text(column)
    if text is None:
        return None
    name = "".join(text.split())
    if name not in choices:
        row.wrong(code, column)
    return choices.get(name)


def _hashes(row: Fields) -> tuple[str, ...]:
    text = row.text("evidence")
    if text is None:
        return ()
    found = tuple(one for one in re.split(r"[;;,,、\s]+", text.lower()) if one)
    if len(found) > MOST_HASHES or not all(_HASH.fullmatch(one) for one in found):
        row.wrong("evidence-unreadable", "evidence")
        return ()
    return found
