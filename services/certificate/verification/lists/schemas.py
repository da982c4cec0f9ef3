"""HTTP shapes of lists that are verified."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from certificate.verification.domain import State
from certificate.verification.lists.domain import Ground, Verdict
from certificate.verification.lists.models import ListCheck
from common.ids import JobId
from common.schemas import Line, Output

Reference = Annotated[
    Line, Field(description="the consent form, contract or provision it rests on; no names of persons")
]


class ListCheckOut(Output):
    """What is kept of a list: how much was asked on what ground, and until when its answers can be fetched."""

    job_id: JobId
    ground: Ground
    reference: str
    rows: int
    valid: int
    not_valid: int
    unprovable: int
    asked_at: datetime
    expires_at: datetime | None = Field(description="when the answers are forgotten; none while it runs")

    @classmethod
    def of(cls, check: ListCheck) -> "ListCheckOut":
        return cls.model_validate(check)


class ListAnswerOut(Output):
    """The answer for one row of the caller's file; whose it is, the caller knows and nobody else."""

    row: int = Field(description="as it is numbered in the file that was sent", examples=[2])
    verdict: Verdict
    state: State | None = Field(description="none: no certificate has this number and this holder")
    reason: str = Field(examples=["registered"])
    checked_at: datetime
