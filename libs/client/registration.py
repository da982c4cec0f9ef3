"""Calls to registration: rosters, reviews, result batches, and the jobs that take them in."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from client.calls import Call, Query, create, download, get
from client.problems import Mistake
from client.shapes import Listing, Shape

BASE = "/registration/v1"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
NDJSON = "application/x-ndjson"
JSON = "application/json"
OnInvalid = Literal["reject_all", "accept_valid"]
TemplateName = Literal["roster", "results", "roster_33", "roster_20", "certificates_11"]
ENDED = frozenset({"completed", "rejected", "failed", "cancelled"})


class Job(Shape):
    """Long work: where it stands. `result` holds its figures when it is done."""

    id: str
    state: str
    done: int
    total: int | None
    errors: int
    result: dict[str, Any] | None = None

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED


class Candidate(Shape):
    id: str
    state: str
    level: int
    name: str
    eligible: str | None = None
    alarms: tuple[str, ...] = ()


class Identity(Shape):
    """A candidate in clear; null once the person has been forgotten."""

    candidate_id: str
    name: str | None
    id_type: str | None
    id_number: str | None


class Result(Shape):
    """One person's result, masked."""

    id: str
    name: str
    level: int
    outcome: str


class Evidence(Shape):
    """A file on record for a plan, named by the hash of what was sent."""

    id: str
    plan_id: str
    sha256: str
    media_type: str
    size: int


class Batch(Shape):
    id: str
    plan_id: str
    rows: int
    recorded_at: datetime | None = None


def upload_roster(
    plan_id: str,
    content: bytes,
    content_type: str,
    *,
    on_invalid: OnInvalid = "reject_all",
    dry_run: bool = False,
) -> Call[Job]:
    """Send a roster (申报人员花名册) as a file."""
    return _upload(f"{BASE}/plans/{plan_id}/roster", content, content_type, on_invalid, dry_run=dry_run)


def upload_results(
    plan_id: str,
    content: bytes,
    content_type: str,
    *,
    on_invalid: OnInvalid = "reject_all",
    dry_run: bool = False,
) -> Call[Job]:
    """Send a batch of results as a file (Art. 18(3))."""
    return _upload(f"{BASE}/plans/{plan_id}/results", content, content_type, on_invalid, dry_run=dry_run)


def _upload(
    path: str, content: bytes, content_type: str, on_invalid: OnInvalid, *, dry_run: bool
) -> Call[Job]:
    query = {"on_invalid": on_invalid, "dry_run": True if dry_run else None}
    return create(path, Job, query=query, content=content, content_type=content_type)


def read_job(job_id: str) -> Call[Job]:
    return get(f"{BASE}/jobs/{job_id}", Job)


def job_errors(job_id: str, *, limit: int = 200, cursor: str | None = None) -> Call[Listing[Mistake]]:
    """Every mistake of every row, in the order of the rows."""
    return get(f"{BASE}/jobs/{job_id}/errors", Listing[Mistake], {"limit": limit, "cursor": cursor})


def job_sheet(job_id: str) -> Call[bytes]:
    """The sheet that was sent, with a column that explains what is wrong with each row."""
    return download(f"{BASE}/jobs/{job_id}/sheet")


def cancel_job(job_id: str) -> Call[Job]:
    return create(f"{BASE}/jobs/{job_id}/cancellation", Job)


def list_candidates(plan_id: str, *, limit: int = 200, cursor: str | None = None) -> Call[Listing[Candidate]]:
    return get(f"{BASE}/plans/{plan_id}/candidates", Listing[Candidate], {"limit": limit, "cursor": cursor})


def reveal_identities(
    plan_id: str, purpose: str, *, limit: int = 200, cursor: str | None = None
) -> Call[Listing[Identity]]:
    """Documents of a plan's candidates in clear, for the centre in charge; each call is an entry in the journal."""
    query: Query = {"purpose": purpose, "limit": limit, "cursor": cursor}
    return get(f"{BASE}/plans/{plan_id}/identities", Listing[Identity], query)


def review(
    plan_id: str,
    *,
    approve_all: bool = False,
    approve: Sequence[str] = (),
    refuse: Sequence[dict[str, str]] = (),
    ask: Sequence[dict[str, str]] = (),
) -> Call[Any]:
    """Review candidates of a social or school plan (报名资格审核): approve, refuse, ask for evidence."""
    body = {
        "approve_all": approve_all,
        "approve": list(approve),
        "refuse": list(refuse),
        "ask": list(ask),
    }
    return create(f"{BASE}/plans/{plan_id}/review", Any, body)


def review_queue(*, cursor: str | None = None) -> Call[Listing[dict[str, Any]]]:
    """Plans of the account's region whose candidates wait for a review or an appeal."""
    return get(f"{BASE}/review-queue", Listing[dict[str, Any]], {"cursor": cursor})


def read_candidate(plan_id: str, candidate_id: str) -> Call[dict[str, Any]]:
    """A candidate with what the rules say to each clause and everything that was done."""
    return get(f"{BASE}/plans/{plan_id}/candidates/{candidate_id}", dict[str, Any])


def answer_question(
    plan_id: str, candidate_id: str, evidence: Sequence[str], words: str | None = None
) -> Call[Any]:
    """Hand in the evidence that the centre asked for, by hash."""
    body = {"evidence": list(evidence), "words": words}
    return create(f"{BASE}/plans/{plan_id}/candidates/{candidate_id}/answer", Any, body)


def appeal(plan_id: str, candidate_id: str, *, reason: str, evidence: Sequence[str] = ()) -> Call[Any]:
    """Appeal against a refusal, once, within the working days that the province sets (five)."""
    body = {"reason": reason, "evidence": list(evidence)}
    return create(f"{BASE}/plans/{plan_id}/candidates/{candidate_id}/appeal", Any, body)


def decide_appeal(plan_id: str, candidate_id: str, *, uphold: bool, reason: str) -> Call[Any]:
    body = {"uphold": uphold, "reason": reason}
    return create(f"{BASE}/plans/{plan_id}/candidates/{candidate_id}/appeal/decision", Any, body)


def read_seating(plan_id: str) -> Call[dict[str, Any]]:
    """The sessions of a plan and how full they are."""
    return get(f"{BASE}/plans/{plan_id}/seating", dict[str, Any])


def read_notice(plan_id: str, candidate_id: str) -> Call[dict[str, Any]]:
    """A candidate's notice (准考证): admission number, room, seat, times."""
    return get(f"{BASE}/plans/{plan_id}/candidates/{candidate_id}/notice", dict[str, Any])


def keep_evidence(plan_id: str, content: bytes, content_type: str) -> Call[Evidence]:
    """Keep a file (PDF, JPEG, PNG) that candidates rely on; rosters cite its hash."""
    query = {"sha256": hashlib.sha256(content).hexdigest()}
    path = f"{BASE}/plans/{plan_id}/evidence"
    return create(path, Evidence, query=query, content=content, content_type=content_type)


def list_evidence(plan_id: str, *, limit: int = 200, cursor: str | None = None) -> Call[Listing[Evidence]]:
    return get(f"{BASE}/plans/{plan_id}/evidence", Listing[Evidence], {"limit": limit, "cursor": cursor})


def read_evidence(plan_id: str, sha256: str) -> Call[bytes]:
    """The file; every look is told in the journal."""
    return download(f"{BASE}/plans/{plan_id}/evidence/{sha256}")


def list_batches(plan_id: str) -> Call[Listing[Batch]]:
    return get(f"{BASE}/plans/{plan_id}/batches", Listing[Batch])


def list_results(batch_id: str, *, limit: int = 200, cursor: str | None = None) -> Call[Listing[Result]]:
    """The results of a batch, masked, in the order of its sheet."""
    return get(f"{BASE}/batches/{batch_id}/results", Listing[Result], {"limit": limit, "cursor": cursor})


def template(kind: TemplateName) -> Call[bytes]:
    """The XLSX template with its validation lists; also that of a form in use today."""
    return download(f"{BASE}/templates/{kind}", accept=XLSX)
