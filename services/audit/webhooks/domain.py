"""PURE: what is told to whom, how it is signed, and when it is tried again (Standard Webhooks)."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from common.errors import Bilingual, StateConflict

MOST_ENDPOINTS: Final = 50
SECRET_BYTES: Final = 32
PREFIX: Final = "whsec_"
GIVEN_UP_AFTER: Final = timedelta(days=5)
LONGEST_WAIT: Final = timedelta(hours=24)
# Seconds after each failed attempt: soon at first, then over days.
PAUSES: Final = (5, 300, 1_800, 7_200, 18_000, 36_000, 36_000, 50_400, 72_000, 86_400)

TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "plan.accepted": "skills.filing.plan.accepted.v1",
        "plan.amended": "skills.filing.plan.amended.v1",
        "plan.returned": "skills.filing.plan.returned.v1",
        "plan.cancelled": "skills.filing.plan.cancelled.v1",
        "roster.reviewed": "skills.registration.roster.reviewed.v1",
        "batch.recorded": "skills.registration.batch.recorded.v1",
        "supervision.assigned": "skills.audit.supervision.assigned.v1",
        "results.recognised": "skills.audit.results.recognised.v1",
        "recognition.refused": "skills.audit.recognition.refused.v1",
        "recognition.withdrawn": "skills.audit.recognition.withdrawn.v1",
        "certificates.issued": "skills.certificate.certificates.issued.v1",
        "organisation.listed": "skills.audit.organisation.listed.v1",
        "organisation.cleared": "skills.audit.organisation.cleared.v1",
        "listing.proposed": "skills.audit.listing.proposed.v1",
    }
)
"""What can be subscribed to, and the event that it is."""
NAMES: Final[Mapping[str, str]] = MappingProxyType({event: name for name, event in TYPES.items()})
_TOLD: Final = frozenset(
    {"plan_id", "batch_id", "organisation_id", "supervision_id", "case", "number", "chunk", "rows"}
)


class TooManyEndpoints(StateConflict):
    """An organisation has so many, and no more."""

    code = "limit-reached"
    title = Bilingual("已达上限", "Limit reached")

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                f"每个机构最多 {MOST_ENDPOINTS} 个回调地址；请先停用不再使用的。",
                f"An organisation has at most {MOST_ENDPOINTS} webhooks; remove one that is not used.",
            )
        )


def payload(kind: str, data: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Thin: ids and public numbers only; whoever wants more fetches it with an account of his own."""
    return {
        "type": NAMES[kind],
        "timestamp": at.isoformat(),
        "data": {name: value for name, value in data.items() if name in _TOLD},
    }


def signature(secret: str, *, message_id: str, at: datetime, body: bytes) -> str:
    """`v1,<base64 HMAC-SHA-256>` over id, time and body. Ids have no full stop, so the parts cannot be shifted."""
    key = b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{int(at.timestamp())}.".encode() + body
    return "v1," + b64encode(hmac.digest(key, signed, sha256)).decode()


def next_try(attempts: int, now: datetime, retry_after: int | None) -> datetime | None:
    """When to try again after so many attempts; None: it is given up. The receiver's own wish counts if it is later."""
    if attempts > len(PAUSES):
        return None
    wait = timedelta(seconds=PAUSES[attempts - 1])
    if retry_after is not None:
        wait = max(wait, min(timedelta(seconds=retry_after), LONGEST_WAIT))
    return now + wait


def is_to_be_disabled(failing_since: datetime | None, now: datetime) -> bool:
    """Whether an endpoint has failed for so long that nobody listens there any more."""
    return failing_since is not None and now - failing_since > GIVEN_UP_AFTER
