"""HTTP shapes of issuing."""

from typing import Literal

from pydantic import Field

from common.ids import BatchId
from common.schemas import Output


class IssuanceOut(Output):
    """How far a batch has become certificates."""

    batch_id: BatchId
    state: Literal["waiting", "ready", "blocked", "held", "done"] = Field(
        description="`waiting`: not recognised, or not complete; `blocked`: see `blocked_by`; "
        "`held`: a measure against the body is in force"
    )
    blocked_by: str | None = Field(default=None, examples=["certificate-serial-exhausted"])
    passed: int = Field(description="results that are to become certificates")
    issued: int
    refused: int = Field(
        description="results that could not, each with its reason in the series of their numbers"
    )
