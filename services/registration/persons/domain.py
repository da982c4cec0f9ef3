"""PURE: who a row is about: name, document, and the item and level sought; and who stands in a file twice."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from common.errors import FieldError
from common.grades import Grade
from common.identifiers.documents import (
    DocumentType,
    IdDocument,
    InvalidDocument,
    normalise,
    parse_document,
    read_type,
)
from common.identifiers.names import LONGEST, is_name, name_key, normalise_name
from common.tabular.columns import Column
from common.tabular.rows import RawRow
from registration.mistakes import mistake
from registration.plans.domain import Item, Plan

YOUNGEST = 16  # DOMAIN 2: the lowest level asks for 16 years
_SEXES = {"男": "male", "male": "male", "m": "male", "女": "female", "female": "female", "f": "female"}
_YEARS = range(
    1900, 2200
)  # of days that anybody means; years are counted from them, and beyond is no calendar
_OLD_FORM = re.compile(r"\d{15}", re.ASCII)
_DAYS = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", re.ASCII)

PERSON_COLUMNS = (
    Column("name", ("姓名", "考生姓名"), required=True),
    Column(
        "id_type",
        ("证件类型",),
        options=tuple(kind.zh for kind in DocumentType),
        width=18,
    ),
    Column(
        "id_number",
        ("证件号码", "身份证号", "身份证号码"),
        required=True,
        exact=True,
        width=22,
    ),
    Column("sex", ("性别",), options=("男", "女")),
    Column("birth_date", ("出生日期", "出生年月日")),
    Column("item", ("职业名称", "职业工种名称", "职业(工种)", "职业编码", "occupation"), width=20),
    Column(
        "level",
        ("认定等级", "职业技能等级", "等级", "申报等级"),
        options=tuple(grade.zh for grade in Grade),
    ),
)


@dataclass(frozen=True, slots=True)
class Applicant:
    """A person with the item and level of a plan that a row is about."""

    name: str
    document: IdDocument
    item: Item


class Fields:
    """A raw row being read: gives texts, collects mistakes, and tells no second one of a cell that is spoilt."""

    def __init__(self, raw: RawRow) -> None:
        self.row = raw.number
        self.values: Mapping[str, str | None] = raw.values
        self.errors: list[FieldError] = list(raw.mistakes)
        self._spoilt = {error.column for error in raw.mistakes}

    def text(self, column: str) -> str | None:
        return self.values.get(column)

    def add(self, error: InvalidDocument, column: str) -> None:
        if column not in self._spoilt:
            self.errors.append(error.as_error(row=self.row, column=column))
            self._spoilt.add(column)

    def wrong(self, code: str, column: str, **facts: object) -> None:
        if column not in self._spoilt:
            self.errors.append(mistake(code, self.row, column, **facts))
            self._spoilt.add(column)


def read_applicant(
    fields: Fields, plan: Plan, *, today: date, refuses_young: bool = True
) -> Applicant | None:
    """Who and what a row is about; None when that cannot be told, with the reasons among the mistakes."""
    name = _name(fields)
    document = _document(fields)
    item = _item(fields, plan)
    if document is not None:
        _check_against(document, fields)
        _check_age(document, fields, plan.starts_on, today=today, refuses_young=refuses_young)
    if name is None or document is None or item is None:
        return None
    return Applicant(name, document, item)


def _name(fields: Fields) -> str | None:
    text = fields.text("name")
    if text is None:
        fields.wrong("missing", "name")
        return None
    name = normalise_name(text)
    if len(name) > LONGEST:
        fields.wrong("too-long", "name", most=LONGEST)
    elif "\ufffd" in name:
        fields.wrong("name-damaged", "name")
    elif not is_name(name):
        fields.wrong("name-characters", "name")
    else:
        return name
    return None


def _document(fields: Fields) -> IdDocument | None:
    kind = read_type(fields.text("id_type"))
    if kind is None:
        fields.wrong("id-type-unknown", "id_type")
    text = fields.text("id_number")
    if text is None:
        fields.wrong("missing", "id_number")
    if kind is None or text is None:
        return None
    if kind is DocumentType.RESIDENT_ID and _OLD_FORM.fullmatch(normalise(text)):
        fields.wrong("id-old-form", "id_number")
        return None
    try:
        return parse_document(kind, text)
    except InvalidDocument as error:
        fields.add(error, "id_number")
        return None


def _check_against(document: IdDocument, fields: Fields) -> None:
    """Sex and birth date, where a sheet has them, must be those of the number."""
    sex, birth = fields.text("sex"), fields.text("birth_date")
    if sex is not None and document.sex != "unknown" and _SEXES.get(sex.casefold()) != document.sex:
        fields.wrong("id-sex", "sex")
    if birth is None:
        return
    day = read_day(birth)
    if document.birth_date is not None and day != document.birth_date:
        fields.wrong("id-birth-date", "birth_date")
    elif day is None:
        fields.wrong("value-type", "birth_date")


def _check_age(document: IdDocument, fields: Fields, day: date, *, today: date, refuses_young: bool) -> None:
    born = document.birth_date
    if born is not None and born > today:
        fields.add(InvalidDocument("id-birth-date"), "id_number")
    elif refuses_young and born is not None and full_years(born, day) < YOUNGEST:
        fields.wrong("under-16", "id_number")


def full_years(born: date, day: date) -> int:
    """Age on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _item(fields: Fields, plan: Plan) -> Item | None:
    candidates = plan.items_named(fields.text("item"))
    if not candidates:
        fields.wrong("item-not-in-plan", "item")
    text = fields.text("level")
    if len(candidates) == 1 and "level" not in fields.values:  # a sheet that goes with one level names none
        return candidates[0]
    if text is None:
        fields.wrong("missing", "level")
        return None
    try:
        level = Grade.parse(text).value
    except ValueError:
        fields.wrong("level-unknown", "level")
        return None
    found = next((item for item in candidates if item.level == level), None)
    if candidates and found is None:
        fields.wrong("level-not-in-plan", "level")
    return found


def read_day(text: str) -> date | None:
    """A day as sheets write it: 2025-10-25, 2025/10/25, 2025.10.25, 2025年10月25日, 20251025; of `_YEARS` alone."""
    match = _DAYS.fullmatch("".join(text.split()))
    if match is None:
        return None
    try:
        day = date(*map(int, match.groups()))
    except ValueError:
        return None
    return day if day.year in _YEARS else None


class Doubles:
    """Remembers who stood in a file before, row by row."""

    def __init__(self) -> None:
        self._names: dict[str, tuple[int, str]] = {}
        self._rows: dict[tuple[str, str, int], int] = {}

    def check(self, fields: Fields, applicant: Applicant) -> None:
        """Tell a row that repeats a person, item and level, or gives a number a second name."""
        number = applicant.document.index_text
        first, name = self._names.setdefault(number, (fields.row, name_key(applicant.name)))
        if name != name_key(applicant.name):
            fields.wrong("id-two-names", "name", first=first)
        place = (number, applicant.item.code, applicant.item.level)
        earlier = self._rows.setdefault(place, fields.row)
        if earlier != fields.row:
            fields.wrong("duplicate-row", "id_number", first=earlier)
