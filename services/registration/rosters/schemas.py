"""HTTP shapes of candidates and their review."""

from datetime import date, datetime

from pydantic import Field

from common.ids import AccountId, CandidateId, PlanId
from common.schemas import Bool, Input, Line, Output
from registration.rosters.domain import CandidateState, Eligible

MOST_NAMED = 2_000


class CandidateOut(Output):
    """A candidate; name and number are masked for whoever looks."""

    id: CandidateId
    plan_id: PlanId
    name: str = Field(examples=["王*"])
    id_type: str | None
    id_number: str | None = Field(examples=["320106********1015"])
    item_code: str
    item_name: str
    level: int
    state: CandidateState
    reason: str | None
    submitted_at: datetime
    reviewed_at: datetime | None
    reviewed_by: AccountId | None
    eligible: Eligible | None = Field(description="what the rules say to the claims of the row (Art. 2, 14)")
    rule: str | None = Field(description="the condition that decides", examples=["2023-L4-2"])
    qualifies_on: date | None = Field(
        description="first day on which a condition is met, going by what is said"
    )
    alarms: list[str] = Field(description="what a reviewer should look at; it blocks nothing")


class RefusalIn(Input):
    """A candidate who may not sit, and why."""

    candidate_id: CandidateId
    reason: Line = Field(examples=["工作年限证明不足"])


class ReviewIn(Input):
    """The centre's decisions on candidates: by name, or all who wait but those refused here."""

    approve_all: Bool = False
    approve: list[CandidateId] = Field(default_factory=list, max_length=MOST_NAMED)
    refuse: list[RefusalIn] = Field(default_factory=list, max_length=MOST_NAMED)


class ReviewOut(Output):
    """How far the review of a plan's roster is."""

    plan_id: PlanId
    approved: int
    refused: int
    pending: int
