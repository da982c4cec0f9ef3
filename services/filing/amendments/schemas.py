"""HTTP shapes of amendments and cancellations."""

from datetime import date, datetime
from typing import Literal, Self

from pydantic import Field

from common.ids import PlanId
from common.schemas import Bool, Input, Line, Output
from filing.amendments.models import PlanAmendment


class CancellationIn(Input):
    """Why the plan is not carried out."""

    reason: Line = Field(examples=["生产任务调整,本批次取消。"])


class AmendmentOut(Output):
    """An amendment, what it changes, and whether it is in force."""

    plan_id: PlanId
    number: int
    state: Literal["waiting", "in_force", "refused"] = Field(
        description="`waiting`: it needs 15 working days and the centre's decision; the accepted plan stands"
    )
    region: str
    starts_on: date
    changes: list[str]
    filed_on: date
    filed_at: datetime
    reason: str | None
    decided_at: datetime | None

    @classmethod
    def of(cls, row: PlanAmendment) -> Self:
        names = ("plan_id", "number", "state", "region", "changes", "filed_on", "filed_at", "reason")
        known = {name: getattr(row, name) for name in names}
        return cls.model_validate(
            known | {"starts_on": row.content["starts_on"], "decided_at": row.decided_at}
        )


class WaitingAmendment(AmendmentOut):
    """An amendment that waits for the centre, with whose plan it changes."""

    plan_number: str
    organisation_name: str

    @classmethod
    def waiting(cls, row: PlanAmendment, plan_number: str, organisation_name: str) -> Self:
        known = AmendmentOut.of(row).model_dump()
        return cls.model_validate(
            known
            | {"plan_id": row.plan_id, "plan_number": plan_number, "organisation_name": organisation_name}
        )


class AmendmentDecisionIn(Input):
    """The centre's decision on an amendment that needs one; a refusal says why."""

    accept: Bool = Field(examples=[True])
    reason: Line | None = Field(default=None, examples=["新场地未备案"])
