"""HTTP shapes of the eligibility calculator."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from catalog.day import Day
from catalog.items.domain import CODE_PATTERN
from common import eligibility
from common.eligibility import Regulation, School, Status, TitleGrade
from common.errors import Bilingual
from common.grades import Grade
from common.ids import StandardId
from common.schemas import Input, Output

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2099, 12, 31)
Shown = Literal["documented", "claimed"]  # what the registry knows, nobody tells it
MOST = 50  # jobs, certificates and so on that one person has
LifeDay = Annotated[Day, Field(ge=FIRST_DAY, le=LAST_DAY)]
Level = Annotated[int, Field(ge=1, le=5, description="5 is the lowest", examples=[3])]


class PeriodIn(Input):
    """A time at work; without `end` it goes on."""

    begin: LifeDay = Field(examples=["2018-07-01"])
    end: LifeDay | None = Field(default=None, description="last day")
    is_related: bool = Field(default=True, description="in this occupation or a related one")
    proof: Shown = Field(default="claimed", description="shown by a document, or said only")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.end is not None and self.end < self.begin:
            raise ValueError("the end is not before the beginning")
        return self


class CertificateIn(Input):
    """A skill level, or the national qualification that answers to it (Art. 2)."""

    level: Level
    issued_on: LifeDay = Field(examples=["2021-06-30"])
    is_related: bool = True
    proof: Shown = "claimed"


class DiplomaIn(Input):
    """A school, finished or to be finished."""

    school: School = Field(examples=["junior_college"])
    graduated_on: LifeDay = Field(description="may be to come", examples=["2020-06-30"])
    enrolled_on: LifeDay | None = Field(
        default=None, description="when left out, a student in the year before graduation only"
    )
    is_related: bool = Field(default=True, description="the subject is this one or a related one")
    is_assessed: bool = Field(
        default=False, description="the province has assessed the school for this level"
    )
    proof: Shown = "claimed"


class TitleIn(Input):
    """A professional title (职称) that answers to the occupation."""

    grade: TitleGrade
    granted_on: LifeDay
    proof: Shown = "claimed"


class QuestionIn(Input):
    """Level, day and what is known of a person; nothing that tells who it is.

    The table is that of a standard; of the standard that an item's evaluations go by on that day; or of an edition of
    the technical regulation, 2023 when nothing is named.
    """

    level: Level
    on: LifeDay = Field(description="day of the evaluation", examples=["2026-12-20"])
    standard_id: StandardId | None = None
    item_code: Annotated[str, Field(pattern=CODE_PATTERN, examples=["6-18-02-04"])] | None = None
    regulation: Regulation | None = None
    born_on: LifeDay | None = None
    work: list[PeriodIn] = Field(default=[], max_length=MOST)
    certificates: list[CertificateIn] = Field(default=[], max_length=MOST)
    diplomas: list[DiplomaIn] = Field(default=[], max_length=MOST)
    titles: list[TitleIn] = Field(default=[], max_length=MOST)
    apprenticed_on: LifeDay | None = Field(default=None, description="when an apprenticeship ended")
    preparatory_on: LifeDay | None = Field(default=None, description="of a 预备技师证书")

    @model_validator(mode="after")
    def _names_one_table(self) -> Self:
        if sum(one is not None for one in (self.standard_id, self.item_code, self.regulation)) > 1:
            raise ValueError("a standard, an item or a regulation: one of them")
        return self

    def claims(self) -> eligibility.Claims:
        return eligibility.Claims(
            born_on=self.born_on,
            work=tuple(eligibility.Period(**one.model_dump()) for one in self.work),
            certificates=tuple(
                eligibility.Certificate(Grade(one.level), one.issued_on, one.is_related, one.proof)
                for one in self.certificates
            ),
            diplomas=tuple(eligibility.Diploma(**one.model_dump()) for one in self.diplomas),
            titles=tuple(eligibility.Title(**one.model_dump()) for one in self.titles),
            apprenticed_on=self.apprenticed_on,
            preparatory_on=self.preparatory_on,
        )


class TextOut(Output):
    """One text in both languages."""

    zh: str
    en: str

    @classmethod
    def of(cls, text: Bilingual) -> Self:
        return cls(zh=text.zh, en=text.en)


class ClauseOut(Output):
    """One condition of a rule."""

    text: TextOut
    status: Status
    earliest: date | None = Field(description="first day on which it is met if all goes on as it is")
    months: int | None = Field(description="worked so far, where it asks for years of work")


class RuleOut(Output):
    """One way to be eligible; all of its conditions are needed."""

    id: str = Field(examples=["2023-L3-2"])
    text: str = Field(description="the words of the regulation")
    status: Status
    clauses: list[ClauseOut]
    evidence: list[str] = Field(description="documents that show it")
    earliest: date | None


class FindingOut(Output):
    """Whether the level may be sat for on the day, by which rule, and from when on; one rule met is enough."""

    level: int
    on: date
    status: Status = Field(description="needs_evidence: yes, once what is claimed has been shown")
    rule: str | None = Field(description="that decides: the one met, or the nearest")
    earliest: date | None = Field(
        description="by the rule that is met first; none: time alone does not bring it"
    )
    table: str = Field(description="whose conditions these are")
    rules: list[RuleOut]

    @classmethod
    def of(cls, finding: eligibility.Finding, *, table: str) -> Self:
        best = finding.best
        return cls(
            level=finding.grade.value,
            on=finding.day,
            status=finding.status,
            rule=best.rule.id if best else None,
            earliest=finding.earliest,
            table=table,
            rules=[
                RuleOut(
                    id=one.rule.id,
                    text=one.rule.text,
                    status=one.status,
                    clauses=[
                        ClauseOut(
                            text=TextOut.of(clause.text),
                            status=clause.status,
                            earliest=clause.earliest,
                            months=clause.months,
                        )
                        for clause in one.clauses
                    ],
                    evidence=list(one.rule.evidence),
                    earliest=one.earliest,
                )
                for one in finding.rules
            ],
        )
