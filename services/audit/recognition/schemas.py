"""HTTP shapes of recognition."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from common.events.audit import Gate
from common.ids import BatchId, OrganisationId, PlanId
from common.schemas import Bool, Input, Note, Output


class DecisionIn(Input):
    """A named person's decision where a gate failed."""

    recognise: Bool = Field(examples=[True])
    reason: Note = Field(min_length=5, max_length=1000, examples=["因台风停电延误登记,已附情况说明"])


class RecognitionOut(Output):
    """The decision on a batch and every gate it rests on."""

    batch_id: BatchId
    plan_id: PlanId
    organisation_id: OrganisationId
    rows: int
    decision: Literal["waiting", "needs_person", "recognised", "refused"]
    gates: tuple[Gate, ...]
    reason: str | None
    decided_at: datetime | None
    decided_by: str | None
    certificates_issued: int
