"""HTTP shapes of batches and results."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field, PlainSerializer

from common.events.registration import Outcome
from common.ids import AccountId, BatchId, OrganisationId, PlanId, ResultId
from common.schemas import Output
from registration.results.models import BatchState

Mark = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]


class AdmittedOut(Output):
    """Who let late results in, and why."""

    id: str
    reason: str
    admitted_on: date


class TimelinessOut(Output):
    """When a batch came, and by when it should have."""

    received_on: date
    workdays_allowed: int = Field(description="counted from the last day of the evaluation")
    last_day: date
    days_late: int = Field(description="0: in time")
    provisional: bool = Field(description="the last day depends on a year not announced yet")
    admission: AdmittedOut | None = Field(description="late, and admitted by a named officer")


class BatchOut(Output):
    """Results entered together; `open` while its job goes on."""

    id: BatchId
    plan_id: PlanId
    organisation_id: OrganisationId
    number: int = Field(description="place among the batches of its plan")
    state: BatchState
    rows: int
    outcomes: dict[Outcome, int]
    recorded_on: date | None
    recorded_at: datetime | None
    recorded_by: AccountId
    timeliness: TimelinessOut | None = Field(description="whether it came in time (Art. 17)")
    public_until: date | None = Field(
        description="before the public until then; none: no publicity is asked for"
    )


class Reason(Output):
    """One reason, in both languages."""

    zh: str
    en: str


class CarriedOut(Output):
    """A part passed before, which a retake rests on."""

    part: str
    result_id: ResultId


class ResultOut(Output):
    """One result; name and number are masked for whoever looks."""

    id: ResultId
    version: int = Field(description="1 as recorded; higher: corrected since")
    name: str = Field(examples=["王*"])
    id_type: str | None
    id_number: str | None = Field(examples=["320106********1015"])
    item_code: str
    level: int
    theory: Mark | None
    skill: Mark | None
    review: Mark | None
    ethics_passed: bool
    outcome: Outcome
    reasons: list[Reason] = Field(description="why it came to this, by the standard's rule as it was then")
    evaluated_on: date
    examiners: list[str] = Field(description="their cards")
    carried: list[CarriedOut] = Field(
        description="of a retake: parts passed before, by the result they are of"
    )
