"""A year's arrangement of working days as a sheet (CSV, XLSX, JSON or NDJSON rows): a row for each day it names."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import islice
from typing import Final

from pydantic import ValidationError

from catalog.calendar.loading import ARTICLE, MOST_DAYS
from catalog.calendar.schemas import NamedDayIn, YearIn
from common.errors import FieldError, Violations
from common.mistakes import describe
from common.tabular.columns import Column
from common.tabular.reading import read
from common.tabular.rows import RawRow

COLUMNS: Final = (
    Column("day", ("日期",), required=True),
    Column("is_workday", ("是否上班",), required=True, options=("是", "否")),
    Column("name", ("节日", "说明")),
)
ANSWERS: Final = {
    "是": True,
    "上班": True,
    "true": True,
    "否": False,
    "休息": False,
    "放假": False,
    "false": False,
}


@dataclass(frozen=True, slots=True)
class Heading:
    """What a sheet does not say of its notice."""

    year: int
    notice: str
    document_number: str
    published_on: date


@dataclass(frozen=True, slots=True)
class YearSheet:
    """The year that a file holds. `numbers`: of the row in the file that each day stands in."""

    year: YearIn
    numbers: tuple[int, ...]


def year_of(content: bytes, media_type: str, heading: Heading) -> YearSheet:
    """The year that a file holds. Raises FileRefused, Violations with row and column of every mistake."""
    days, numbers, errors = list[NamedDayIn](), list[int](), list[FieldError]()
    for raw in islice(read(content, media_type, COLUMNS).rows, MOST_DAYS + 1):
        errors += raw.mistakes
        try:
            days.append(NamedDayIn.model_validate(_members(raw)))
            numbers.append(raw.number)
        except ValidationError as refusal:
            spoilt = {mistake.column for mistake in raw.mistakes}
            errors += [mistake for mistake in _told(raw.number, refusal) if mistake.column not in spoilt]
    if errors:
        raise Violations(errors)
    try:
        year = YearIn(days=days, **asdict(heading))
    except ValidationError as refusal:  # no row at all, or more than a year can have
        raise Violations(_told(None, refusal)) from refusal
    return YearSheet(year, tuple(numbers))


def in_sheet(errors: Sequence[FieldError], numbers: Sequence[int]) -> list[FieldError]:
    """Mistakes of days (`/days/3/day`) with the row and column they have in the file; others as they are."""
    return [_placed(error, numbers) for error in errors]


def _placed(error: FieldError, numbers: Sequence[int]) -> FieldError:
    match (error.pointer or "").split("/"):
        case ["", "days", place, field]:
            return replace(error, pointer=None, row=numbers[int(place)], column=field)
        case _:
            return error


def _members(raw: RawRow) -> dict[str, object]:
    members: dict[str, object] = {field: text for field, text in raw.values.items() if text}
    answer = raw.values.get("is_workday")
    if answer is not None:
        members["is_workday"] = ANSWERS.get(answer.casefold(), answer)
    return members


def _told(row: int | None, refusal: ValidationError) -> Iterator[FieldError]:
    found = [dict(error, loc=("body", *error["loc"])) for error in refusal.errors(include_url=False)]
    for mistake in describe(found):
        yield FieldError(
            code=mistake.code,
            detail=mistake.detail,
            remedy=mistake.remedy,
            pointer=mistake.pointer if row is None else None,
            row=row,
            column=None if row is None else (mistake.pointer or "").removeprefix("/"),
            article=ARTICLE,
        )
