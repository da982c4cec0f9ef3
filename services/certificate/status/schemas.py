"""HTTP shapes of decisions about certificates, their changes and appeals."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from certificate.certificates.domain import ReasonCode
from certificate.status.domain import Status
from common.errors import Bilingual
from common.ids import AppealId, BatchId, DecisionId
from common.schemas import Input, Line, Note, Output, refused

HandAct = Literal["review", "end_review", "suspend", "lift"]
ManyAct = Literal["review", "end_review", "suspend", "lift", "revoke"]
MOST_NUMBERS = 100_000
_NUMBER = "Y000032000017263000042"


class StatusDecisionIn(Input):
    """What is decided about one certificate short of revoking it (Art. 22)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "act": "suspend",
                    "reason_code": "under_investigation",
                    "decision_document": "苏人社停〔2026〕1号",
                }
            ]
        }
    )

    act: HandAct
    reason_code: ReasonCode
    decision_document: Annotated[Line, Field(description="number of the decision")]


class StatusDecisionsIn(Input):
    """What is decided about many certificates: those of a list, or of a whole batch."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "act": "revoke",
                    "reason_code": "cheating",
                    "decision_document": "苏人社撤〔2026〕7号",
                    "numbers": [_NUMBER],
                }
            ]
        }
    )

    act: ManyAct
    reason_code: ReasonCode
    decision_document: Annotated[Line, Field(description="number of the decision")]
    numbers: Annotated[
        list[Annotated[str, Field(max_length=64)]] | None, Field(min_length=1, max_length=MOST_NUMBERS)
    ] = None
    batch_id: BatchId | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.numbers is None) == (self.batch_id is None):
            raise refused(
                "numbers_or_batch",
                Bilingual("须填写 numbers 或 batch_id 之一。", "Either numbers or batch_id has to be given."),
                Bilingual("只保留其中一项。", "Keep one of the two."),
            )
        return self


class DecisionOut(Output):
    """A decision and how far it was carried out."""

    id: DecisionId
    act: str
    reason_code: ReasonCode
    decision_document: str
    decided_at: datetime
    state: Literal["running", "completed"]
    total: int = Field(description="certificates named")
    done: int = Field(description="those that were come to")
    refused: int = Field(description="those of them that it could not be applied to")


class DecidedNumberOut(Output):
    """What a decision did to one certificate."""

    position: int
    number: str
    outcome: str | None = Field(
        description="`changed`, `unchanged`, or the problem that stood against it; none: not yet come to",
        examples=["changed"],
    )


class StatusChangeOut(Output):
    """A change of status, as it is kept for ever."""

    serial: int
    status: Status
    since: datetime
    act: str
    reason_code: ReasonCode
    decision_document: str
    decision_id: DecisionId
    changed_at: datetime


class AppealIn(Input):
    """Why a revocation should not stand."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"statement": "撤销所依据的材料并非持证人提交，见所附说明。"}]}
    )

    statement: Note


class AppealDecisionIn(Input):
    """What becomes of an appeal: upheld, the revocation is annulled; dismissed, it stands."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "outcome": "upheld",
                    "reasons": "经复核，撤销依据不足。",
                    "decision_document": "苏人社复〔2026〕1号",
                }
            ]
        }
    )

    outcome: Literal["upheld", "dismissed"]
    reasons: Note
    decision_document: Annotated[Line, Field(description="number of the decision")]


class AppealOut(Output):
    """An appeal against a revocation."""

    id: AppealId
    number: str
    statement: str
    raised_at: datetime
    outcome: Literal["upheld", "dismissed"] | None = None
    reasons: str | None = None
    decision_document: str | None = None
    decided_at: datetime | None = None
