"""HTTP shapes of candidates."""

from datetime import date, datetime

from pydantic import Field

from common.ids import AccountId, CandidateId, PlanId
from common.schemas import Output
from registration.rosters.domain import CandidateState, Eligible


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
