"""PURE: eligibility tables: for each level the rules, one of which is enough; for each rule its clauses, all needed.

The general tables are those of the technical regulation for standards, in its editions of 2018 and 2023; a standard may
carry a table of its own (Art. 4). A table is data: strict to read, and the same when written again.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from common.eligibility.claims import School, TitleGrade
from common.errors import Bilingual, FieldError, Violations
from common.grades import Grade

_NO_PLACES = {  # what pydantic puts between places
    "[key]",
    "age",
    "working",
    "work",
    "certificate",
    "preparatory_certificate",
    "apprenticeship",
    "title",
    "diploma",
    "student",
}
Regulation = Literal["2018", "2023"]
LevelDigit = Literal["1", "2", "3", "4", "5"]
Level = Annotated[int, Field(ge=1, le=5)]
Years = Annotated[int, Field(ge=1, le=40)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class AgeClause(_Part):
    """So many years old."""

    kind: Literal["age"]
    years: Years


class WorkingClause(_Part):
    """Works in the occupation or a related one."""

    kind: Literal["working"]


class WorkClause(_Part):
    """So many years of work, all of them or those since a certificate or a title."""

    kind: Literal["work"]
    years: Years
    after_certificate: Level | None = None
    after_title: TitleGrade | None = None

    @model_validator(mode="after")
    def _since_one_thing(self) -> Self:
        if self.after_certificate is not None and self.after_title is not None:
            raise ValueError("after a certificate or after a title, not both")
        return self


class CertificateClause(_Part):
    """Holds this level or a higher one, since so many years."""

    kind: Literal["certificate"]
    level: Level
    held_years: Annotated[int, Field(ge=0, le=40)] = 0


class PreparatoryClause(_Part):
    """Holds the certificate of a preparatory technician (预备技师)."""

    kind: Literal["preparatory_certificate"]


class ApprenticeshipClause(_Part):
    """Has ended an apprenticeship."""

    kind: Literal["apprenticeship"]


class TitleClause(_Part):
    """Holds a title of this grade or a higher one."""

    kind: Literal["title"]
    grade: TitleGrade


class DiplomaClause(_Part):
    """Finished one of these schools; of `assessed_schools`, one that the province has assessed.

    `final_year`: students in the year before they finish are taken as well.
    """

    kind: Literal["diploma"]
    schools: tuple[School, ...] = ()
    assessed_schools: tuple[School, ...] = ()
    final_year: bool = False

    @model_validator(mode="after")
    def _names_a_school(self) -> Self:
        if not self.schools and not self.assessed_schools:
            raise ValueError("a school must be named")
        return self


class StudentClause(_Part):
    """Goes to one of these schools, or finished it."""

    kind: Literal["student"]
    schools: tuple[School, ...] = Field(min_length=1)


Clause = Annotated[
    AgeClause
    | WorkingClause
    | WorkClause
    | CertificateClause
    | PreparatoryClause
    | ApprenticeshipClause
    | TitleClause
    | DiplomaClause
    | StudentClause,
    Field(discriminator="kind"),
]


class Rule(_Part):
    """One way to be eligible. `text`: the words of the regulation; `evidence`: documents that show it."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
    text: Annotated[str, Field(min_length=1, max_length=500)]
    clauses: tuple[Clause, ...] = Field(min_length=1, max_length=10)
    evidence: tuple[Annotated[str, Field(min_length=1, max_length=100)], ...] = Field(
        default=(), strict=False
    )


class Table(_Part):
    """The rules of each level. A level without rules asks for nothing that a machine could tell."""

    regulation: Regulation
    source: Annotated[str, Field(max_length=500)] = ""
    levels: dict[LevelDigit, tuple[Rule, ...]]

    @model_validator(mode="after")
    def _names_each_rule_once(self) -> Self:
        ids = [rule.id for rules in self.levels.values() for rule in rules]
        if len(set(ids)) != len(ids):
            raise ValueError("two rules of one id")
        return self

    def rules(self, grade: Grade) -> tuple[Rule, ...]:
        return next((rules for digit, rules in self.levels.items() if digit == str(grade.value)), ())

    def as_data(self) -> dict[str, Any]:
        """The inverse of `table_from`."""
        return self.model_dump(mode="json", exclude_defaults=True)


@lru_cache(maxsize=2)
def national_table(regulation: Regulation) -> Table:
    """The general table of an edition of the technical regulation."""
    file = resources.files("common").joinpath("data", f"eligibility_{regulation}.json")
    return Table.model_validate_json(file.read_text(encoding="utf-8"))


def table_from(data: Mapping[str, Any], *, pointer: str = "") -> Table:
    """A table of a standard's own. Raises Violations that point at every mistake, behind `pointer`."""
    try:
        return Table.model_validate_json(json.dumps(dict(data)))
    except ValidationError as refusal:
        errors = refusal.errors()
        raise Violations([_told(one, pointer) for one in errors if not _follows(one, errors)]) from None


def _follows(error: Any, errors: list[Any]) -> bool:
    """A list counts as too short when its only entry is wrong: one mistake, not two."""
    place = error["loc"]
    return error["type"] == "too_short" and any(
        one["loc"][: len(place)] == place != one["loc"] for one in errors
    )


def _told(error: Any, pointer: str) -> FieldError:
    return FieldError(
        code="eligibility-table",
        detail=Bilingual("申报条件表此处不符合格式。", "The eligibility table is not in form here."),
        remedy=Bilingual(
            "格式见 GET /catalog/v1/eligibility/tables/2023。",
            "GET /catalog/v1/eligibility/tables/2023 shows the form.",
        ),
        pointer="/".join((pointer, *(str(part) for part in error["loc"] if part not in _NO_PLACES))),
        article="4",
    )
