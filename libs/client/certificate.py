"""Calls to certificate: verification for everyone, certificates and print for those who may."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from client.calls import Call, create, download, get
from client.shapes import Listing, Shape

BASE = "/certificate/v1"


class Certificate(Shape):
    number: str
    version: int = 1
    holder: str
    level: int
    item_code: str
    state: str
    code: str
    issued_on: date


class Verification(Shape):
    """The verdict on a certificate: `valid`, `not_valid` or `unprovable`, with reasons and the time of checking."""

    verdict: str
    state: str | None = None
    checked_at: datetime
    since: datetime | None = None
    on: date | None = None
    inputs: list[dict[str, Any]] = Field(default_factory=list)


class Sheet(Shape):
    """A printed sheet; its serial stands on it."""

    number: str
    serial: int
    version: int
    purpose: str
    printed_at: datetime
    printed_by: str


class ListAnswer(Shape):
    """The answer for one row of a list: `valid`, `not_valid` or `unprovable`."""

    row: int
    verdict: str
    state: str | None = None
    reason: str
    checked_at: datetime


class Statement(Shape):
    """A verdict and the same verdict signed: a compact JWS, to be checked with `platform_keys()`."""

    statement: str
    verification: Verification


class Job(Shape):
    """Long work: `done` of `total` certificates."""

    id: str
    state: str
    done: int
    total: int | None
    result: dict[str, Any] | None


def verify(
    *, code: str | None = None, number: str | None = None, name: str | None = None, on: date | None = None
) -> Call[Verification]:
    """Check a certificate by its code, or by number and holder's name; as of now, or of the day `on`."""
    return Call(
        method="POST",
        path=f"{BASE}/verifications",
        read=lambda response: Verification.model_validate_json(response.content),
        json=_question(code, number, name, on),
        changes_nothing=True,
    )


def statement(
    *, code: str | None = None, number: str | None = None, name: str | None = None, on: date | None = None
) -> Call[Statement]:
    """The same answer, signed, to keep."""
    return Call(
        method="POST",
        path=f"{BASE}/verifications/statements",
        read=lambda response: Statement.model_validate_json(response.content),
        json=_question(code, number, name, on),
        changes_nothing=True,
    )


def _question(code: str | None, number: str | None, name: str | None, on: date | None) -> dict[str, Any]:
    body = {"code": code, "number": number, "name": name, "on": None if on is None else on.isoformat()}
    return {key: value for key, value in body.items() if value is not None}


def verify_list(content: bytes, content_type: str, *, ground: str, reference: str) -> Call[Job]:
    """Have up to 10,000 codes, or numbers with names, verified: a job, to be followed with `read_job`.

    `ground`: `consent`, `employment` or `statutory_duty`; `reference`: the paper that it rests on.
    """
    query = {"ground": ground, "reference": reference}
    path = f"{BASE}/verification-lists"
    return create(path, Job, query=query, content=content, content_type=content_type)


def list_answers(job_id: str, *, limit: int = 200, cursor: str | None = None) -> Call[Listing[ListAnswer]]:
    """The answers of a list, row by row, for a week."""
    path = f"{BASE}/verification-lists/{job_id}/answers"
    return get(path, Listing[ListAnswer], {"limit": limit, "cursor": cursor})


def list_answers_csv(job_id: str) -> Call[bytes]:
    """The same as a sheet."""
    return download(f"{BASE}/verification-lists/{job_id}/answers.csv", accept="text/csv")


def keys() -> Call[dict[str, Any]]:
    """The published signing keys: all that an offline check needs."""
    return get(f"{BASE}/keys", dict[str, Any])


def platform_keys() -> Call[dict[str, Any]]:
    """The platform's own keys, each with its purpose: status lists, names, answers, credentials, log."""
    return get(f"{BASE}/platform-keys", dict[str, Any])


def names() -> Call[bytes]:
    """Occupations and bodies by code, signed: a compact JWS."""
    return download(f"{BASE}/names")


def bundle() -> Call[bytes]:
    """Keys, statuses and names in one file, for `common.offline`: certificates are checked with it offline."""
    return download(f"{BASE}/bundle")


class KeyLife(Shape):
    """The life of a signing key, as staff see it."""

    kid: str
    scope: str
    used_for: str
    valid_to: datetime
    days_left: int
    state: str


class Estimate(Shape):
    """What a compromise of a key and window would touch."""

    kid: str
    certificates: int


class Compromise(Shape):
    """A decision that a key is compromised, and how far it is carried out."""

    id: str
    kid: str
    measure: str
    certificates: int
    outcomes: dict[str, int]
    state: str


class Series(Shape):
    """A series of numbers, and what became of those it gave."""

    kind: str
    register_code: str = Field(alias="register")
    year: int
    level: int
    given: int
    used: int
    waiting: int
    unused: int
    left: int
    nearly_exhausted: bool


class UnusedNumber(Shape):
    number: str
    reason: str


class Issuance(Shape):
    """How far a batch has become certificates."""

    batch_id: str
    state: str
    blocked_by: str | None = None
    passed: int
    issued: int
    refused: int


def issuance(batch_id: str) -> Call[Issuance]:
    return get(f"{BASE}/batches/{batch_id}/issuance", Issuance)


def take_up_issuance(batch_id: str) -> Call[Issuance]:
    """Have a blocked batch tried again."""
    return create(f"{BASE}/batches/{batch_id}/issuance", Issuance)


def signing_keys(*, limit: int = 200, cursor: str | None = None) -> Call[Listing[KeyLife]]:
    """Keys with the days they have left; those that end first come first."""
    return get(f"{BASE}/signing-keys", Listing[KeyLife], {"limit": limit, "cursor": cursor})


def estimate_compromise(kid: str, *, window_from: datetime, window_to: datetime) -> Call[Estimate]:
    """How many certificates a compromise would touch; nothing is decided."""
    query = {"window_from": window_from, "window_to": window_to}
    return get(f"{BASE}/signing-keys/{kid}/estimate", Estimate, query)


def declare_compromise(
    kid: str, *, window_from: datetime, window_to: datetime, measure: str, decision_document: str
) -> Call[Compromise]:
    """Decide that a key is compromised; `measure`: reissue or revoke."""
    body = {
        "window_from": window_from,
        "window_to": window_to,
        "measure": measure,
        "decision_document": decision_document,
    }
    return create(f"{BASE}/signing-keys/{kid}/compromises", Compromise, body)


def read_compromise(compromise_id: str) -> Call[Compromise]:
    return get(f"{BASE}/compromises/{compromise_id}", Compromise)


def series(
    *, register: str | None = None, limit: int = 200, cursor: str | None = None
) -> Call[Listing[Series]]:
    """Series of numbers: given, used, unused, left."""
    return get(f"{BASE}/series", Listing[Series], {"register": register, "limit": limit, "cursor": cursor})


def unused_numbers(
    kind: str, register: str, year: int, level: int, *, limit: int = 200, cursor: str | None = None
) -> Call[Listing[UnusedNumber]]:
    """The gaps of a series, each with its reason."""
    path = f"{BASE}/series/{kind}/{register}/{year}/{level}/unused"
    return get(path, Listing[UnusedNumber], {"limit": limit, "cursor": cursor})


def list_certificates(
    *, plan_id: str | None = None, batch_id: str | None = None, limit: int = 200, cursor: str | None = None
) -> Call[Listing[Certificate]]:
    query = {"plan_id": plan_id, "batch_id": batch_id, "limit": limit, "cursor": cursor}
    return get(f"{BASE}/certificates", Listing[Certificate], query)


def read_certificate(number: str) -> Call[Certificate]:
    return get(f"{BASE}/certificates/{number}", Certificate)


def pdf(number: str) -> Call[bytes]:
    return download(f"{BASE}/certificates/{number}/pdf", accept="application/pdf")


def reprint(number: str, *, purpose: str) -> Call[Sheet]:
    """Another sheet under the same number (`reprint`, `lost`); `pdf` then gives it."""
    return create(f"{BASE}/certificates/{number}/prints", Sheet, {"purpose": purpose})


def list_sheets(number: str, *, limit: int = 200, cursor: str | None = None) -> Call[Listing[Sheet]]:
    """The ledger: every sheet of a certificate."""
    return get(f"{BASE}/certificates/{number}/prints", Listing[Sheet], {"limit": limit, "cursor": cursor})


def print_batch(batch_id: str, *, form: str = "single", afresh: bool = False) -> Call[Job]:
    """Have a batch printed by its own body: `single` files in a ZIP, or `pages` of one PDF; a job."""
    body = {"form": form, "afresh": afresh}
    return create(f"{BASE}/batches/{batch_id}/prints", Job, body)


def read_job(job_id: str) -> Call[Job]:
    return get(f"{BASE}/jobs/{job_id}", Job)


def printed_batch(job_id: str) -> Call[bytes]:
    """What a job printed: a ZIP of PDFs, or one PDF."""
    return download(f"{BASE}/jobs/{job_id}/prints", accept="application/zip, application/pdf")


def revoke(number: str, *, reason_code: str, decision_document: str) -> Call[Any]:
    body = {"reason_code": reason_code, "decision_document": decision_document}
    return create(f"{BASE}/certificates/{number}/revocation", Any, body)


def decide_status(number: str, *, act: str, reason_code: str, decision_document: str) -> Call[Any]:
    """Suspend a certificate (`suspend`, `lift`) or put it under review (`review`, `end_review`)."""
    body = {"act": act, "reason_code": reason_code, "decision_document": decision_document}
    return create(f"{BASE}/certificates/{number}/status-decisions", Any, body)


def decide_statuses(
    *,
    act: str,
    reason_code: str,
    decision_document: str,
    numbers: list[str] | None = None,
    batch_id: str | None = None,
) -> Call[Any]:
    """Decide about up to 100,000 certificates, of a list or of a batch; `status_decision` says how far it is."""
    body = {
        "act": act,
        "reason_code": reason_code,
        "decision_document": decision_document,
        "numbers": numbers,
        "batch_id": batch_id,
    }
    given = {name: value for name, value in body.items() if value is not None}
    return create(f"{BASE}/status-decisions", Any, given)


def status_decision(decision_id: str) -> Call[Any]:
    return get(f"{BASE}/status-decisions/{decision_id}", Any)


def decided_numbers(
    decision_id: str, *, refused: bool = False, limit: int = 200, cursor: str | None = None
) -> Call[Listing[Any]]:
    """What a decision did to each certificate that it names."""
    query = {"refused": refused, "limit": limit, "cursor": cursor}
    return get(f"{BASE}/status-decisions/{decision_id}/numbers", Listing[Any], query)


def status_changes(number: str) -> Call[Listing[Any]]:
    """Every change of a certificate's status, oldest first."""
    return get(f"{BASE}/certificates/{number}/status-changes", Listing[Any])


def appeal(number: str, *, statement: str) -> Call[Any]:
    """Appeal against a revocation, for the holder."""
    return create(f"{BASE}/certificates/{number}/appeals", Any, {"statement": statement})


def appeals(number: str) -> Call[Listing[Any]]:
    return get(f"{BASE}/certificates/{number}/appeals", Listing[Any])


def decide_appeal(appeal_id: str, *, outcome: str, reasons: str, decision_document: str) -> Call[Any]:
    """Uphold (`upheld`) or dismiss (`dismissed`) an appeal that another person's revocation met with."""
    body = {"outcome": outcome, "reasons": reasons, "decision_document": decision_document}
    return create(f"{BASE}/appeals/{appeal_id}/decision", Any, body)


def status_list(number: int = 0, *, as_cwt: bool = False) -> Call[bytes]:
    """A signed Token Status List of 2^20 places."""
    kind = "cwt" if as_cwt else "jwt"
    return download(f"{BASE}/status/lists/{number}", accept=f"application/statuslist+{kind}")


def status_bundle(since: int | None = None) -> Call[bytes]:
    """What is not valid in the whole province, signed; `since`: only what changed after a bundle of that serial."""
    path = f"{BASE}/status/bundle" if since is None else f"{BASE}/status/bundle/deltas/{since}"
    return download(path, accept="application/vnd.skills.status-bundle+cose")


def badge(number: str) -> Call[dict[str, Any]]:
    """A certificate as an Open Badge 3.0."""
    return get(f"{BASE}/certificates/{number}/badge", dict[str, Any])


def sd_jwt(number: str) -> Call[bytes]:
    """A certificate as an SD-JWT VC with all its disclosures."""
    return download(f"{BASE}/certificates/{number}/sd-jwt", accept="application/dc+sd-jwt")


def for_wallet(
    *, form: str, number: str, name: str, id_number: str, holder_key: dict[str, str] | None = None
) -> Call[bytes]:
    """One's own certificate for a wallet: `open_badge` or `sd_jwt_vc`."""
    body = {"format": form, "number": number, "name": name, "id_number": id_number, "holder_key": holder_key}
    return Call(
        method="POST",
        path=f"{BASE}/wallet",
        read=lambda response: response.content,
        json={key: value for key, value in body.items() if value is not None},
    )


def trail(number: str) -> Call[dict[str, Any]]:
    """Everything that a certificate rests on: gates, persons in office, plan, supervision, standard, edition."""
    return get(f"{BASE}/certificates/{number}/trail", dict[str, Any])


def import_legacy(
    source: str, evidence: str, rows: list[dict[str, Any]], *, document_sha256: str | None = None
) -> Call[dict[str, Any]]:
    """Take in up to 500 certificates of the time before; `evidence`: original_register, archive_scan or declared."""
    body = {"source": source, "evidence": evidence, "rows": rows, "document_sha256": document_sha256}
    return create(f"{BASE}/legacy-certificates", dict[str, Any], body)
