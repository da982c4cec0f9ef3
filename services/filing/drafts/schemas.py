"""HTTP shapes of drafts: anything may stand in one, it is told what is wrong."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from common.ids import OrganisationId, PlanDraftId, PlanId
from common.schemas import Input, Output
from filing.plans.schemas import Day, FieldProblem


class DraftIn(Input):
    """What the draft says: a plan, or as much of it as there is; wrong members are kept and told."""

    content: dict[str, Any] = Field(examples=[{"name": "2026年第4批焊工认定", "kind": "employer"}])


class NewDraftIn(Input):
    """A draft of one's own words, or copied from an earlier plan of the organisation."""

    content: dict[str, Any] | None = Field(
        default=None, examples=[{"name": "2026年第4批焊工认定", "kind": "employer"}]
    )
    copy_of: PlanId | None = Field(
        default=None, description="the plan to copy; `content`, where given, is laid over it"
    )
    starts_on: Day | None = Field(
        default=None, description="first day of the copy: its last day and sessions move along"
    )


class DraftSummary(Output):
    """A line of the list of drafts."""

    id: PlanDraftId
    organisation_id: OrganisationId
    changed_at: datetime


class DraftOut(DraftSummary):
    """A draft with everything that keeps it from being filed today."""

    content: dict[str, Any]
    problems: list[FieldProblem] = Field(description="none: it can be filed as it stands")
    earliest_start: date = Field(description="first day possible of what is filed today (Art. 18(1))")
    provisional: bool
