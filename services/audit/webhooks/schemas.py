"""HTTP shapes of webhooks and of the feed."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from common.ids import OrganisationId, WebhookId, WebhookMessageId
from common.schemas import Input, Output

EventName = Literal[
    "plan.accepted",
    "plan.amended",
    "plan.returned",
    "plan.cancelled",
    "roster.reviewed",
    "batch.recorded",
    "supervision.assigned",
    "results.recognised",
    "recognition.refused",
    "recognition.withdrawn",
    "certificates.issued",
    "organisation.listed",
    "organisation.cleared",
    "listing.proposed",
]


class WebhookIn(Input):
    """Where to tell the organisation what concerns it."""

    url: str = Field(min_length=1, max_length=4_000, examples=["https://hr.example.org/skills"])
    types: tuple[EventName, ...] = Field(min_length=1, max_length=50, examples=[["results.recognised"]])


class WebhookOut(Output):
    """An endpoint; its secret is told once, when it is made or changed."""

    id: WebhookId
    organisation_id: OrganisationId
    url: str
    types: tuple[str, ...]
    state: Literal["active", "disabled"]
    reason: str | None
    made_at: datetime


class SecretOut(Output):
    """The secret, this once. The one before goes on signing beside it for a day."""

    id: WebhookId
    secret: str


class MessageOut(Output):
    """A delivery and how it stands."""

    id: WebhookMessageId
    body: dict[str, Any]
    state: Literal["waiting", "delivered", "given_up"]
    attempts: int
    due_at: datetime
    last_answer: str | None
    delivered_at: datetime | None


class ReplayIn(Input):
    """From when on what was told is to be told again."""

    since: datetime = Field(examples=["2026-11-01T00:00:00+08:00"])


class ReplayOut(Output):
    """How many deliveries wait for it; what is new goes first."""

    id: WebhookId
    waiting: int


class FeedOut(Output):
    """Something that concerns the caller's organisation."""

    position: int
    type: str
    timestamp: datetime
    data: dict[str, Any]
