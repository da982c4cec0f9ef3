"""HTTP shapes of corrections."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from common.documents import Sha256
from common.errors import Bilingual
from common.events.registration import Outcome
from common.ids import AccountId, CorrectionId, PlanId, ResultId
from common.schemas import Bool, Input, Line, Name, Note, Output, refused
from registration.corrections.domain import About, CorrectionState, EvidenceKind
from registration.results.schemas import Mark

MarkIn = Annotated[Decimal, Field(examples=[75.5])]


class EvidenceIn(Input):
    """What the correction rests on: a file by its hash."""

    kind: EvidenceKind
    sha256: Sha256 = Field(description="of a file kept as evidence of the plan")


class MarksIn(Input):
    """All marks as they should be; a part that the standard does not have is left out."""

    theory: MarkIn | None = None
    skill: MarkIn | None = None
    review: MarkIn | None = None
    ethics_passed: Bool | None = None
    absent: Bool = False
    misconduct: Bool = False


class IdentityIn(Input):
    """Name and document as they should be."""

    name: Name
    id_type: Line | None = None
    id_number: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class CorrectionIn(Input):
    """What is wrong with a recorded result: its marks, or whom it names."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "reason": "技能成绩录入时漏看一项评分。",
                    "evidence": {"kind": "score_sheet", "sha256": "9f86d081884c7d65" * 4},
                    "marks": {"theory": 80, "skill": 75.5, "ethics_passed": True},
                }
            ]
        }
    )

    reason: Note = Field(min_length=5, max_length=1000, examples=["技能成绩录入时漏看一项评分。"])
    evidence: EvidenceIn
    marks: MarksIn | None = None
    identity: IdentityIn | None = None

    @model_validator(mode="after")
    def _one_matter(self) -> Self:
        if (self.marks is None) == (self.identity is None):
            raise refused(
                "one-matter",
                Bilingual("须填写 marks 或 identity 之一。", "Give marks or identity, one of the two."),
                Bilingual("成绩与身份分别申请更正。", "Ask for each in a request of its own."),
            )
        return self


class CorrectionDecisionIn(Input):
    """What the centre decides, and why."""

    approve: Bool
    reason: Note = Field(min_length=2, max_length=1000, examples=["经核对评分表,情况属实。"])


class MarksOut(Output):
    """Marks and what they come to."""

    theory: Mark | None
    skill: Mark | None
    review: Mark | None
    ethics_passed: bool
    absent: bool
    misconduct: bool
    outcome: Outcome


class CorrectedPersonOut(Output):
    """Whom the result should name, masked."""

    name: str = Field(examples=["王*"])
    id_type: str | None
    id_number: str | None = Field(examples=["320106********1015"])


class CorrectionOut(Output):
    """A request and what became of it; `version` is the result's, once it is approved."""

    id: CorrectionId
    result_id: ResultId
    plan_id: PlanId
    state: CorrectionState
    about: About
    before: MarksOut
    proposed: MarksOut | None
    identity: CorrectedPersonOut | None
    reason: str | None = Field(description="none once the person has been forgotten")
    evidence_kind: EvidenceKind
    evidence_sha256: str
    asked_at: datetime
    asked_by: AccountId
    decided_at: datetime | None
    decided_by: AccountId | None
    decision: str | None
    version: int | None


class ResultVersionOut(Output):
    """A result as it was recorded (version 1) or as a correction left it."""

    version: int
    correction_id: CorrectionId | None
    recorded_at: datetime | None
    marks: MarksOut
