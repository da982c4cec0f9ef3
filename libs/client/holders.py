"""Calls for holders: their own certificates, with the token that registration gives for a code, and links to them."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from client.calls import Call, create, download, get, plain_body, reader
from client.candidates import HEADER
from client.certificate import BASE, Sheet
from client.shapes import Listing, Shape


class OwnCertificate(Shape):
    """A certificate as its holder sees it."""

    number: str
    version: int
    kind: str
    item_code: str
    item_name: str
    level: int | None
    holder: str
    organisation_name: str
    issued_on: date
    verdict: str
    state: str
    code: str


class OwnCertificates(Shape):
    """All certificates of a person."""

    certificates: list[OwnCertificate]


class Share(Shape):
    """A link to a certificate: what it shows, until when, how often it was opened."""

    id: str
    number: str
    fields: list[str]
    shared_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    opened: int


class NewShare(Share):
    """With its address, which is told once."""

    url: str


class Shares(Shape):
    """All links of a person."""

    shares: list[Share]


class Shared(Shape):
    """What a link shows."""

    shared_by: str
    expires_at: datetime
    verdict: str
    state: str
    item_name: str
    level: int | None
    number: str | None
    organisation_name: str | None
    issued_on: date | None


def own_certificates(token: str) -> Call[OwnCertificates]:
    return _with(token, get(f"{BASE}/me/certificates", OwnCertificates))


def own_pdf(token: str, number: str) -> Call[bytes]:
    """The newest printed sheet of one's own certificate."""
    return _with(token, download(f"{BASE}/me/certificates/{number}/pdf", accept="application/pdf"))


def own_sheets(
    token: str, number: str, *, limit: int = 200, cursor: str | None = None
) -> Call[Listing[Sheet]]:
    query = {"limit": limit, "cursor": cursor}
    return _with(token, get(f"{BASE}/me/certificates/{number}/prints", Listing[Sheet], query))


def reprint_own(token: str, number: str, *, purpose: str = "lost") -> Call[Sheet]:
    """Another sheet under the same number; `own_pdf` then gives it."""
    return _with(token, create(f"{BASE}/me/certificates/{number}/prints", Sheet, {"purpose": purpose}))


def share(token: str, number: str, *, fields: list[str], days: int = 7) -> Call[NewShare]:
    """A link that shows these fields. It is not repeated by itself: a second link is another one."""
    body = {"fields": fields, "days": days}
    return _post(token, f"/me/certificates/{number}/shares", NewShare, body)


def own_shares(token: str) -> Call[Shares]:
    return _with(token, get(f"{BASE}/me/shares", Shares))


def take_back(token: str, share_id: str) -> Call[Share]:
    """End a link at once."""
    return _post(token, f"/me/shares/{share_id}/revocation", Share, {})


def open_share(address: str) -> Call[Shared]:
    """What a link shows; `address` is the link, or its last part. Opening is counted."""
    return get(f"{BASE}/shares/{address.rsplit('/', 1)[-1]}", Shared)


def _post(token: str, path: str, shape: type[Any], body: dict[str, Any]) -> Call[Any]:
    return _with(token, Call(method="POST", path=f"{BASE}{path}", read=reader(shape), json=plain_body(body)))


def _with(token: str, call: Call[Any]) -> Call[Any]:
    return replace(call, headers={**call.headers, HEADER: token})
