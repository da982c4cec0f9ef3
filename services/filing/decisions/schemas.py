"""HTTP shapes of decisions and of the queue."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from common.ids import OrganisationId
from common.schemas import Bool, Input, Line, Output
from filing.decisions.domain import Urgency
from filing.plans.schemas import PlanSummary


class ReasonIn(Input):
    """What has to be mended, field by field."""

    field: Annotated[str, StringConstraints(pattern=r"^(/[A-Za-z0-9_~-]+)*$", max_length=100)] = Field(
        description="JSON pointer into the plan; empty: the whole plan", examples=["/examiners/1"]
    )
    reason: Line = Field(examples=["考评员证卡已过有效期,请更换。"])


class PlanDecisionIn(Input):
    """The centre's decision; a return or a rejection names its reasons. A rejected plan is not mended."""

    decision: Literal["accept", "return", "reject"] = Field(examples=["accept"])
    reasons: tuple[ReasonIn, ...] = Field(default=(), max_length=100, examples=[[]])


class QueuedPlan(PlanSummary):
    """A plan that waits for its decision."""

    workdays_waiting: int = Field(description="working days since it was filed, or filed again")
    due_on: date = Field(description="last day of the service-time target")
    urgency: Urgency
    escalated_to: list[str] = Field(description="regions above whose centres have been told, nearest first")
    frozen_by: str | None = Field(description="the case by which it stands still (Art. 22)")


class AutomaticAcceptanceIn(Input):
    """Whether plans of this organisation that pass every machine check are accepted by rule (Art. 21)."""

    enabled: Bool = Field(examples=[True])
    reason: Line = Field(examples=["连续三年无抽查问题"])


class AutomaticAcceptanceOut(Output):
    """How it was set."""

    organisation_id: OrganisationId
    enabled: bool
    reason: str
    set_at: datetime
