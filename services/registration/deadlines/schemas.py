"""HTTP shapes of late entries."""

from datetime import date

from pydantic import Field

from common.ids import LateAdmissionId, PlanId
from common.schemas import Input, Note, Output


class LateEntryIn(Input):
    """Until when a plan's results are let in, and why; the reason is published."""

    until: date = Field(description="last day of entry", examples=["2026-12-31"])
    reason: Note = Field(min_length=5, max_length=1000, examples=["台风停电,考点机房三日内无法登记。"])


class LateEntryOut(Output):
    """An admission, as everybody may read it."""

    id: LateAdmissionId
    plan_id: PlanId
    plan_number: str
    region: str
    ends_on: date = Field(description="the evaluation's last day")
    until: date
    reason: str
    admitted_on: date
