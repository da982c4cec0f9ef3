"""Calls to filing about organisations: scope requests, sites, documents, entrustments (Art. 12)."""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from client.calls import Call, create, download, get, update
from client.filing import BASE, Organisation
from client.shapes import Listing, Shape


class Standing(Organisation):
    """An organisation with how it stands and what it may evaluate."""

    state: str
    case: str | None = None
    scope: list[dict[str, Any]]
    valid_from: date | None = None
    valid_to: date | None = None


class ScopeRequest(Shape):
    organisation_id: str
    number: int
    kind: str
    state: str
    reasons: list[str]


class Site(Shape):
    id: str
    number: int
    name: str
    region: str
    address: str
    capacity: int
    valid_from: date
    valid_to: date | None = None


class Side(Shape):
    id: str
    name: str


class Entrustment(Shape):
    id: str
    employer: Side
    agency: Side
    state: str
    valid_from: date
    valid_to: date
    last_day: date | None = None


class Document(Shape):
    sha256: str
    size: int


# ── the directory ────────────────────────────────────────────────────────────────────────────
def find_organisations(
    *,
    on: date | None = None,
    kind: str | None = None,
    region: str | None = None,
    item: str | None = None,
    level: int | None = None,
    limit: int = 200,
    cursor: str | None = None,
) -> Call[Listing[Organisation]]:
    """Who may evaluate an item at a level in a county or city on a day (Art. 20); no account is needed."""
    query = {"on": on, "kind": kind, "region": region, "item": item, "level": level}
    return get(f"{BASE}/organisations", Listing[Organisation], query | {"limit": limit, "cursor": cursor})


def read_standing(organisation_id: str, *, on: date | None = None) -> Call[Standing]:
    """An organisation as of a day: its scope, and the case by which it is suspended or listed."""
    return get(f"{BASE}/organisations/{organisation_id}", Standing, {"on": on})


# ── scope ────────────────────────────────────────────────────────────────────────────────────
def request_scope(organisation_id: str, request: Mapping[str, Any]) -> Call[ScopeRequest]:
    """Ask for another scope or a renewal; the old one counts until the decision."""
    return create(f"{BASE}/organisations/{organisation_id}/scope-requests", ScopeRequest, request)


def list_scope_requests(organisation_id: str) -> Call[Listing[ScopeRequest]]:
    return get(f"{BASE}/organisations/{organisation_id}/scope-requests", Listing[ScopeRequest])


def decide_scope_request(
    organisation_id: str, number: int, decision: Mapping[str, Any]
) -> Call[Organisation]:
    """`{"approve": True}` grants it as it was asked for."""
    path = f"{BASE}/organisations/{organisation_id}/scope-requests/{number}/decision"
    return create(path, Organisation, decision)


def assign_register(organisation_id: str, register: Mapping[str, Any]) -> Call[Organisation]:
    """A further certificate register, as when the serials of the first run out."""
    return create(f"{BASE}/organisations/{organisation_id}/registers", Organisation, register)


# ── sites ────────────────────────────────────────────────────────────────────────────────────
def record_site(organisation_id: str, site: Mapping[str, Any]) -> Call[Site]:
    return create(f"{BASE}/organisations/{organisation_id}/sites", Site, site)


def list_sites(organisation_id: str, *, on: date | None = None) -> Call[Listing[Site]]:
    return get(f"{BASE}/organisations/{organisation_id}/sites", Listing[Site], {"on": on})


def change_site(organisation_id: str, site_id: str, site: Mapping[str, Any], *, etag: str) -> Call[Site]:
    """How a site stands from `valid_from` on; a `valid_to` closes it."""
    return update(f"{BASE}/organisations/{organisation_id}/sites/{site_id}", Site, site, etag=etag)


# ── documents ────────────────────────────────────────────────────────────────────────────────
def announced(content: bytes, *, kind: str = "other") -> dict[str, str]:
    """What an application or a request says of a document before it is sent."""
    return {"kind": kind, "sha256": sha256(content).hexdigest()}


def send_document(content: bytes, *, content_type: str = "application/pdf") -> Call[Document]:
    """Send a document that was announced."""
    query = {"sha256": sha256(content).hexdigest()}
    return create(f"{BASE}/documents", Document, query=query, content=content, content_type=content_type)


def read_document(digest: str) -> Call[bytes]:
    return download(f"{BASE}/documents/{digest}")


# ── entrustments ─────────────────────────────────────────────────────────────────────────────
def propose_entrustment(
    partner_id: str,
    *,
    scope: Sequence[Mapping[str, Any]],
    valid_from: date,
    valid_to: date,
    contract: bytes,
) -> Call[Entrustment]:
    """Propose an entrustment to the other side; one of the two is an employer. Send the contract afterwards."""
    body = {
        "partner_id": partner_id,
        "scope": list(scope),
        "valid_from": valid_from,
        "valid_to": valid_to,
        "contract_sha256": sha256(contract).hexdigest(),
    }
    return create(f"{BASE}/entrustments", Entrustment, body)


def confirm_entrustment(entrustment_id: str) -> Call[Entrustment]:
    """Agree to what the other side proposed."""
    return create(f"{BASE}/entrustments/{entrustment_id}/confirmation", Entrustment)


def end_entrustment(entrustment_id: str, *, reason: str, last_day: date | None = None) -> Call[Entrustment]:
    """End it on a day (none: today), decline a proposal, or take one back."""
    body = {"reason": reason, "last_day": last_day}
    return create(f"{BASE}/entrustments/{entrustment_id}/end", Entrustment, body)


def read_entrustment(entrustment_id: str) -> Call[Entrustment]:
    return get(f"{BASE}/entrustments/{entrustment_id}", Entrustment)


def list_entrustments(*, limit: int = 50, cursor: str | None = None) -> Call[Listing[Entrustment]]:
    return get(f"{BASE}/entrustments", Listing[Entrustment], {"limit": limit, "cursor": cursor})
