"""Receiving webhooks: whether a delivery is genuine, fresh and new (Standard Webhooks); and calls that keep them."""

import hmac
import json
from base64 import b64decode, b64encode
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from client.calls import Call, create, get
from client.shapes import Listing, Shape

BASE = "/audit/v1"
TOLERANCE_SECONDS: Final = 300
_IDS_KEPT: Final = 10_000


class NotGenuine(Exception):
    """A delivery that did not come from the platform, was changed, or was sent long ago."""


class Receiver:
    """Checks deliveries of one endpoint; remembers the newest ids, so that each is acted on once."""

    def __init__(self, *secrets: str) -> None:
        self._keys = [b64decode(secret.removeprefix("whsec_")) for secret in secrets]
        self._seen: OrderedDict[str, None] = OrderedDict()

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> dict[str, Any] | None:
        """What a delivery says; None for one that was read already. Raises NotGenuine."""
        given = {name.lower(): value for name, value in headers.items()}
        try:
            message_id, at = given["webhook-id"], int(given["webhook-timestamp"])
            signatures = given["webhook-signature"].split(" ")
        except (KeyError, ValueError):
            raise NotGenuine("a header is missing or wrong") from None
        if "." in message_id:
            raise NotGenuine("an id never holds a full stop")
        if abs(now.timestamp() - at) > TOLERANCE_SECONDS:
            raise NotGenuine("it was sent too long ago, or in the future")
        if not self._is_signed(f"{message_id}.{at}.".encode() + body, signatures):
            raise NotGenuine("no signature holds")
        if message_id in self._seen:
            return None
        self._seen[message_id] = None
        if len(self._seen) > _IDS_KEPT:
            self._seen.popitem(last=False)
        told: dict[str, Any] = json.loads(body)
        return told

    def _is_signed(self, signed: bytes, signatures: list[str]) -> bool:
        expected = ["v1," + b64encode(hmac.digest(key, signed, sha256)).decode() for key in self._keys]
        return any(
            hmac.compare_digest(one.encode(), given.encode()) for one in expected for given in signatures
        )


class Webhook(Shape):
    id: str
    url: str
    types: tuple[str, ...]
    state: str
    reason: str | None = None


class WebhookSecret(Shape):
    """The secret of an endpoint, told once."""

    id: str
    secret: str


class Delivery(Shape):
    id: str
    state: str
    attempts: int
    last_answer: str | None = None


class FeedEntry(Shape):
    position: int
    type: str
    data: dict[str, Any]


def make(url: str, types: tuple[str, ...]) -> Call[WebhookSecret]:
    """Register an endpoint."""
    return create(f"{BASE}/webhooks", WebhookSecret, {"url": url, "types": types})


def webhooks() -> Call[Listing[Webhook]]:
    return get(f"{BASE}/webhooks", Listing[Webhook])


def read(webhook_id: str) -> Call[Webhook]:
    return get(f"{BASE}/webhooks/{webhook_id}", Webhook)


def change_secret(webhook_id: str) -> Call[WebhookSecret]:
    """Another secret; the one before signs beside it for a day."""
    return create(f"{BASE}/webhooks/{webhook_id}/secret", WebhookSecret)


def enable(webhook_id: str) -> Call[Webhook]:
    return create(f"{BASE}/webhooks/{webhook_id}/enablement", Webhook)


def disable(webhook_id: str) -> Call[Webhook]:
    return create(f"{BASE}/webhooks/{webhook_id}/disablement", Webhook)


def deliveries(webhook_id: str, *, cursor: str | None = None) -> Call[Listing[Delivery]]:
    """What was sent, newest first."""
    return get(f"{BASE}/webhooks/{webhook_id}/deliveries", Listing[Delivery], {"cursor": cursor})


def replay(webhook_id: str, since: datetime) -> Call[dict[str, Any]]:
    """Have everything since an instant told again."""
    return create(f"{BASE}/webhooks/{webhook_id}/replay", dict[str, Any], {"since": since})


def feed(*, cursor: str | None = None, limit: int = 200) -> Call[Listing[FeedEntry]]:
    """Everything that concerns one's organisation, in order; go on with the last page's `next`."""
    return get(f"{BASE}/feed", Listing[FeedEntry], {"cursor": cursor, "limit": limit})
