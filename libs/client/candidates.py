"""Calls for candidates themselves, who have no account: a code, a token, one's own record; and the centre's answers."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from client.calls import Call, create, get, plain_body, reader
from client.registration import BASE
from client.shapes import Listing, Shape

HEADER = "Candidate-Token"


class CandidateSession(Shape):
    """Somebody asked to see a record; a code is on its way, if there is such a person."""

    id: str
    expires_at: datetime


class CandidateToken(Shape):
    token: str
    expires_at: datetime


class OwnRecord(Shape):
    """Everything recorded about a person."""

    identity: dict[str, Any]
    registrations: list[dict[str, Any]]
    results: list[dict[str, Any]]
    certificates: list[dict[str, Any]]
    requests: list[dict[str, Any]]


class CorrectionRequest(Shape):
    """What a person wants corrected, and where it stands."""

    id: str
    plan_id: str
    subject: str
    subject_id: str
    state: str


class Notice(Shape):
    """What a sandbox would have sent."""

    address: str
    text: str
    sent_at: datetime


def ask_for_code(id_number: str, name: str, *, id_type: str = "resident_id") -> Call[CandidateSession]:
    """Have a one-time code sent to the number on record."""
    body = {"id_type": id_type, "id_number": id_number, "name": name}
    return _post("/candidate-sessions", CandidateSession, body)


def exchange_code(session_id: str, code: str) -> Call[CandidateToken]:
    """The token for the code; once."""
    return _post(f"/candidate-sessions/{session_id}/code", CandidateToken, {"code": code})


def _post(path: str, shape: type[Any], body: dict[str, str]) -> Call[Any]:
    """A call that is not repeated by itself: a second code is another one."""
    return Call(method="POST", path=f"{BASE}{path}", read=reader(shape), json=plain_body(body))


def own_record(token: str) -> Call[OwnRecord]:
    """Everything recorded about the person with this token (PIPL Art. 45)."""
    return _with(token, get(f"{BASE}/me", OwnRecord))


def ask_for_correction(
    token: str, text: str, *, candidate_id: str | None = None, result_id: str | None = None
) -> Call[CorrectionRequest]:
    """Say what is wrong with a registration or a result (PIPL Art. 46)."""
    body = {"text": text, "candidate_id": candidate_id, "result_id": result_id}
    return _with(token, create(f"{BASE}/me/corrections", CorrectionRequest, body))


def _with(token: str, call: Call[Any]) -> Call[Any]:
    return replace(call, headers={**call.headers, HEADER: token})


def waiting_requests(*, limit: int = 200, cursor: str | None = None) -> Call[Listing[CorrectionRequest]]:
    """What people of all plans in a centre's region want corrected, and nobody has answered."""
    return get(f"{BASE}/correction-requests", Listing[CorrectionRequest], {"limit": limit, "cursor": cursor})


def list_requests(
    plan_id: str, *, state: Literal["open", "accepted", "declined"] | None = None
) -> Call[Listing[CorrectionRequest]]:
    """What people of a plan want corrected; for its organisation and its centre."""
    return get(f"{BASE}/plans/{plan_id}/correction-requests", Listing[CorrectionRequest], {"state": state})


def answer_request(request_id: str, *, accepted: bool, answer: str) -> Call[CorrectionRequest]:
    """Accept or decline a request, as the centre in charge."""
    body = {"accepted": accepted, "answer": answer}
    return create(f"{BASE}/correction-requests/{request_id}/answer", CorrectionRequest, body)


def notices() -> Call[Listing[Notice]]:
    """What a sandbox would have sent, the newest first."""
    return get(f"{BASE}/notices", Listing[Notice])
