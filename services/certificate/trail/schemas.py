"""HTTP shapes of the trail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from common.schemas import Output


class ActOut(Output):
    """A step: what, when, by whom in which office, under which event of the journal."""

    act: str = Field(examples=["results_recognised"])
    at: datetime
    office: str = Field(examples=["recognition"])
    by: str | None = Field(description="account, supervisor or key in office; `rule` where a rule decided")
    event_id: UUID | None = Field(description="in the public log; null for acts of the certificate itself")
    facts: dict[str, Any]


class TrailOut(Output):
    """Everything that a certificate rests on, in order of time."""

    number: str
    acts: tuple[ActOut, ...]
    log_proof: dict[str, Any] | None = Field(description="that its issue is in the public log")
