"""HTTP shapes of reviews."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from common.documents import Sha256
from common.ids import AccountId, CandidateId, OrganisationId, PlanId
from common.schemas import Bool, Input, Line, Note, Output
from registration.reviews.domain import Act, RefusalCode
from registration.rosters.schemas import CandidateOut

MOST_NAMED = 2_000


class RefusalIn(Input):
    """A candidate who may not sit, and why."""

    candidate_id: CandidateId
    code: RefusalCode = Field(default="other", examples=["evidence_lacking"])
    reason: Line = Field(examples=["工作年限证明不足"])


class QuestionIn(Input):
    """What evidence is asked of a candidate, until when."""

    candidate_id: CandidateId
    what: Line = Field(examples=["请补交社保缴费记录"])
    until: date = Field(examples=["2026-12-10"])


class ReviewIn(Input):
    """The centre's decisions on candidates: by name, or all who wait but those named otherwise."""

    approve_all: Bool = False
    approve: list[CandidateId] = Field(default_factory=list, max_length=MOST_NAMED)
    refuse: list[RefusalIn] = Field(default_factory=list, max_length=MOST_NAMED)
    ask: list[QuestionIn] = Field(default_factory=list, max_length=MOST_NAMED)


class ReviewOut(Output):
    """How far the review of a plan's roster is."""

    plan_id: PlanId
    approved: int
    refused: int
    pending: int = Field(description="who waits, and of whom evidence was asked")


class QueuedPlan(Output):
    """A plan whose candidates wait for the centre."""

    plan_id: PlanId
    number: str
    name: str
    organisation_id: OrganisationId
    region: str
    starts_on: date
    waiting: int
    evidence_asked: int
    appeals: int
    alarmed: int = Field(
        description="of those who wait, how many have something that a reviewer should look at"
    )
    waiting_since: datetime | None


class ActOut(Output):
    """What was done, by whom, when."""

    number: int
    act: Act
    code: str | None
    words: str | None
    evidence: list[str]
    until: date | None
    acted_at: datetime
    acted_by: AccountId


class CandidateDetail(CandidateOut):
    """A candidate with what the rules say to each clause, and everything that was done."""

    claims: dict[str, Any] = Field(
        description="what the row said: years of work, earlier certificate, school; empty: nothing"
    )
    finding: dict[str, Any] | None = Field(
        description="every clause: met, not met, needs evidence; none: there was nothing to hold against them"
    )
    acts: list[ActOut]


class AnswerIn(Input):
    """The evidence that was asked, by hash; upload it to the plan first."""

    evidence: list[Sha256] = Field(min_length=1, max_length=20, examples=[["9f" * 32]])
    words: Note | None = Field(default=None, examples=["补交 2019 年至今社保记录"])


class AppealIn(Input):
    """Why the refusal is wrong."""

    reason: Note = Field(examples=["申报人工作年限自 2018 年起算,证明已补。"])
    evidence: list[Sha256] = Field(default_factory=list, max_length=20)


class AppealDecisionIn(Input):
    """Whether the refusal stands."""

    uphold: Bool = Field(description="true: it stands; false: the candidate may sit")
    reason: Note = Field(examples=["经复核,工作年限符合条件。"])
