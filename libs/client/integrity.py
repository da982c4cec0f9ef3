"""Calls to audit about evaluating bodies: public lists, cases, appeals, complaints (Art. 22)."""

from datetime import date
from typing import Any

from client.calls import Call, create, get, reader
from client.shapes import Listing, Shape

BASE = "/audit/v1"


class Listed(Shape):
    """An entry of the public lists."""

    number: str
    organisation_name: str
    uscc: str
    measure: str
    valid_from: date
    valid_to: date | None = None


class Case(Shape):
    number: str
    organisation_id: str
    measure: str
    state: str
    heard_until: date
    valid_from: date | None = None
    valid_to: date | None = None


class ComplaintReceipt(Shape):
    """That a complaint was received; the token is shown once."""

    id: str
    token: str
    acknowledge_by: date
    answer_by: date


class Complaint(Shape):
    id: str
    state: str
    overdue: bool
    outcome: str | None = None
    reply: str | None = None


def listings(*, uscc: str | None = None, cursor: str | None = None) -> Call[Listing[Listed]]:
    """Measures in force today; `uscc`: against one body."""
    return get(f"{BASE}/listings", Listing[Listed], {"uscc": uscc, "cursor": cursor})


def credit(organisation_id: str) -> Call[dict[str, Any]]:
    """A body's credit, each missing point explained by a case."""
    return get(f"{BASE}/organisations/{organisation_id}/credit", dict[str, Any])


def propose(organisation_id: str, *, ground: str, fact: str, account: str) -> Call[Case]:
    """Open a case against a body."""
    body = {"organisation_id": organisation_id, "ground": ground, "fact": fact, "account": account}
    return create(f"{BASE}/listing-cases", Case, body)


def cases(*, cursor: str | None = None) -> Call[Listing[Case]]:
    return get(f"{BASE}/listing-cases", Listing[Case], {"cursor": cursor})


def read_case(number: str) -> Call[Case]:
    return get(f"{BASE}/listing-cases/{number}", Case)


def state(number: str, statement: str) -> Call[Case]:
    """The body's statement."""
    return create(f"{BASE}/listing-cases/{number}/statement", Case, {"statement": statement})


def decide(
    number: str,
    *,
    outcome: str,
    reason: str,
    valid_from: date | None = None,
    valid_to: date | None = None,
    plans: str = "freeze",
    certificates: str = "stand",
) -> Call[Case]:
    """List the body (`listed`) or drop the case (`dropped`)."""
    body = {
        "outcome": outcome,
        "reason": reason,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "plans": plans,
        "certificates": certificates,
    }
    return create(f"{BASE}/listing-cases/{number}/decision", Case, body)


def appeal(number: str, grounds: str) -> Call[Case]:
    return create(f"{BASE}/listing-cases/{number}/appeal", Case, {"grounds": grounds})


def decide_appeal(number: str, *, outcome: str, reason: str) -> Call[Case]:
    """`upheld` annuls the measure, `dismissed` lets it stand."""
    body = {"outcome": outcome, "reason": reason}
    return create(f"{BASE}/listing-cases/{number}/appeal/decision", Case, body)


def remove(number: str, reason: str) -> Call[Case]:
    """End a measure early."""
    return create(f"{BASE}/listing-cases/{number}/removal", Case, {"reason": reason})


def complain(
    *, subject: str, about: str, region: str, text: str, contact: str | None = None
) -> Call[ComplaintReceipt]:
    """Complain, with or without a contact."""
    body = {"subject": subject, "about": about, "region": region, "text": text, "contact": contact}
    return create(f"{BASE}/complaints", ComplaintReceipt, body)


def complaint_state(complaint_id: str, token: str) -> Call[Complaint]:
    """How one's complaint stands."""
    return Call(
        method="GET",
        path=f"{BASE}/complaints/{complaint_id}/state",
        read=reader(Complaint),
        headers={"Complaint-Token": token},
    )


def complaints(*, cursor: str | None = None) -> Call[Listing[Complaint]]:
    """Complaints of one's region."""
    return get(f"{BASE}/complaints", Listing[Complaint], {"cursor": cursor})


def acknowledge(complaint_id: str, *, accepted: bool, reply: str) -> Call[Complaint]:
    body = {"accepted": accepted, "reply": reply}
    return create(f"{BASE}/complaints/{complaint_id}/acknowledgement", Complaint, body)


def answer(
    complaint_id: str, *, outcome: str, reply: str, organisation_id: str | None = None
) -> Call[Complaint]:
    """`founded`, `partly_founded` or `unfounded`."""
    body = {"outcome": outcome, "reply": reply, "organisation_id": organisation_id}
    return create(f"{BASE}/complaints/{complaint_id}/answer", Complaint, body)
