"""HTTP shapes of what is before the public, and of objections."""

from datetime import date, datetime

from pydantic import Field

from common.ids import AccountId, BatchId, ObjectionId, PlanId
from common.schemas import Bool, Input, Line, Note, Output
from registration.publicity.domain import ObjectionState


class PublishedBatchOut(Output):
    """A batch before the public."""

    batch_id: BatchId
    plan_id: PlanId
    plan_number: str
    plan_name: str
    region: str
    passed: int
    recorded_on: date
    public_until: date


class PublishedResultOut(Output):
    """A passed result, as everybody may read it while it is before the public."""

    name: str = Field(description="masked", examples=["王*"])
    item_code: str
    level: int


class ObjectionIn(Input):
    """What somebody says against the results, and where to reach them; both are sealed, for the centre alone."""

    reason: Note = Field(min_length=5, max_length=2000, examples=["该考生当日未到场参加考核。"])
    contact: Line = Field(description="telephone or address", examples=["025-00000000"])


class ObjectionOut(Output):
    """How an objection stands, for whoever has its id; the decision is public, its text and contact are not."""

    id: ObjectionId
    batch_id: BatchId
    state: ObjectionState
    raised_at: datetime
    acknowledged_at: datetime | None
    decided_at: datetime | None
    decision: str | None


class ObjectionDetail(ObjectionOut):
    """An objection for the centre; text and contact are none once they were erased."""

    reason: str | None
    contact: str | None
    acknowledged_by: AccountId | None
    decided_by: AccountId | None


class ObjectionDecisionIn(Input):
    """What the centre found; the reason is told to whoever asks for the objection."""

    uphold: Bool = Field(description="upheld: a named person decides on the recognition of the batch")
    reason: Note = Field(min_length=5, max_length=1000, examples=["经查考场录像,该考生到场参加了全部考核。"])
