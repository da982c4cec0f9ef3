"""Calls about recorded results: late entry, publicity with its objections, corrections and versions."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from client.calls import Call, create, get
from client.shapes import Listing, Shape

BASE = "/registration/v1"


class LateEntry(Shape):
    """A plan whose results are let in after the time limit; the reason is public."""

    id: str
    plan_id: str
    until: date
    reason: str


def admit_late_results(plan_id: str, *, until: date, reason: str) -> Call[LateEntry]:
    """Let a plan's results in after the time limit, as the head of the centre in charge (Art. 17)."""
    body = {"until": until.isoformat(), "reason": reason}
    return create(f"{BASE}/plans/{plan_id}/late-entries", LateEntry, body)


def list_late_entries(*, limit: int = 200, cursor: str | None = None) -> Call[Listing[LateEntry]]:
    """Every admission of late results, newest first; for everybody."""
    return get(f"{BASE}/late-entries", Listing[LateEntry], {"limit": limit, "cursor": cursor})


class Correction(Shape):
    """A request to correct a recorded result, and what became of it."""

    id: str
    result_id: str
    state: Literal["requested", "approved", "refused"]
    about: Literal["marks", "identity"]
    version: int | None


class ResultVersion(Shape):
    """A result as it was recorded (version 1), or as a correction left it."""

    version: int
    correction_id: str | None
    marks: dict[str, Any]


def request_correction(
    result_id: str,
    *,
    reason: str,
    evidence_kind: str,
    evidence_sha256: str,
    marks: Mapping[str, Any] | None = None,
    identity: Mapping[str, Any] | None = None,
) -> Call[Correction]:
    """Ask for the correction of marks, or of name and document; the evidence is on record for the plan."""
    body = {
        "reason": reason,
        "evidence": {"kind": evidence_kind, "sha256": evidence_sha256},
        "marks": marks,
        "identity": identity,
    }
    return create(f"{BASE}/results/{result_id}/corrections", Correction, body)


def decide_correction(correction_id: str, *, approve: bool, reason: str) -> Call[Correction]:
    """Decide a request of another account, as the centre in charge."""
    body = {"approve": approve, "reason": reason}
    return create(f"{BASE}/corrections/{correction_id}/decision", Correction, body)


def read_correction(correction_id: str) -> Call[Correction]:
    return get(f"{BASE}/corrections/{correction_id}", Correction)


def list_corrections(
    plan_id: str, *, limit: int = 200, cursor: str | None = None
) -> Call[Listing[Correction]]:
    return get(f"{BASE}/plans/{plan_id}/corrections", Listing[Correction], {"limit": limit, "cursor": cursor})


def result_versions(result_id: str) -> Call[list[ResultVersion]]:
    """A result as it was recorded, and as each correction left it."""
    return get(f"{BASE}/results/{result_id}/versions", list[ResultVersion])


class PublishedBatch(Shape):
    """A batch before the public (公示)."""

    batch_id: str
    plan_number: str
    passed: int
    public_until: date


class Objection(Shape):
    """How an objection against published results stands."""

    id: str
    batch_id: str
    state: Literal["raised", "acknowledged", "upheld", "dismissed"]
    decision: str | None


def list_published(*, limit: int = 200, cursor: str | None = None) -> Call[Listing[PublishedBatch]]:
    """Batches whose results are before the public; for everybody."""
    return get(f"{BASE}/publicity", Listing[PublishedBatch], {"limit": limit, "cursor": cursor})


def raise_objection(batch_id: str, *, reason: str, contact: str) -> Call[Objection]:
    """Object to published results, as anybody."""
    body = {"reason": reason, "contact": contact}
    return create(f"{BASE}/batches/{batch_id}/objections", Objection, body)


def read_objection(objection_id: str) -> Call[Objection]:
    return get(f"{BASE}/objections/{objection_id}", Objection)


def acknowledge_objection(objection_id: str) -> Call[Objection]:
    return create(f"{BASE}/objections/{objection_id}/acknowledgement", Objection)


def decide_objection(objection_id: str, *, uphold: bool, reason: str) -> Call[Objection]:
    """Decide as the centre in charge; the reason is public."""
    body = {"uphold": uphold, "reason": reason}
    return create(f"{BASE}/objections/{objection_id}/decision", Objection, body)
