"""Calls about drafts before the public, and about recommendations of representative enterprises."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from client.calls import Call, create, download, get
from client.shapes import Listing, Shape

BASE = "/catalog/v1/consultations"
CALLS = "/catalog/v1/recommendation-calls"


class Consultation(Shape):
    """A draft with its clauses; opinions are taken while it is open."""

    id: str
    title: str
    clauses: tuple[str, ...]
    deadline: date
    is_open: bool


class Receipt(Shape):
    """Follows an opinion: keep it, it is not shown again."""

    receipt: str
    given_at: datetime


class Recommendation(Shape):
    """An enterprise that a county recommends."""

    id: str
    region: str
    uscc: str
    name: str
    picked_for: str | None = None


def open_consultation(draft: Mapping[str, Any]) -> Call[Consultation]:
    """Put a draft before the public until a day."""
    return create(BASE, Consultation, draft)


def list_consultations() -> Call[Listing[Consultation]]:
    return get(BASE, Listing[Consultation])


def read_consultation(consultation_id: str) -> Call[Consultation]:
    return get(f"{BASE}/{consultation_id}", Consultation)


def extend(consultation_id: str, *, deadline: date, reason: str) -> Call[Consultation]:
    """Move the last day to a later one."""
    body = {"deadline": deadline.isoformat(), "reason": reason}
    return create(f"{BASE}/{consultation_id}/extensions", Consultation, body)


def give_opinion(
    consultation_id: str, opinion: Mapping[str, Any], *, as_public: bool = True
) -> Call[Receipt]:
    """Say what you think of a clause or of the whole, as anybody or for your organisation."""
    route = "opinions" if as_public else "organisation-opinions"
    return create(f"{BASE}/{consultation_id}/{route}", Receipt, opinion)


def read_opinion(receipt: str) -> Call[dict[str, Any]]:
    """Your opinion and its answer."""
    return get(f"{BASE}/opinions/{receipt}", dict[str, Any])


def withdraw_opinion(receipt: str) -> Call[dict[str, Any]]:
    return create(f"{BASE}/opinions/{receipt}/withdrawal", dict[str, Any], {})


def list_opinions(consultation_id: str, *, cursor: str | None = None) -> Call[Listing[Any]]:
    """Opinions in order of arrival, for whoever answers them."""
    return get(f"{BASE}/{consultation_id}/opinions", Listing[Any], {"limit": 200, "cursor": cursor})


def answer(
    consultation_id: str, opinion_ids: Sequence[str], *, verdict: str, reason: str
) -> Call[dict[str, int]]:
    """One answer to all that say the same."""
    body = {"opinion_ids": list(opinion_ids), "verdict": verdict, "reason": reason}
    return create(f"{BASE}/{consultation_id}/answers", dict[str, int], body)


def close(consultation_id: str) -> Call[dict[str, Any]]:
    """Publish what came of it, once every opinion has its answer."""
    return create(f"{BASE}/{consultation_id}/closure", dict[str, Any], {})


def summary(consultation_id: str) -> Call[dict[str, Any]]:
    return get(f"{BASE}/{consultation_id}/summary", dict[str, Any])


def summary_csv(consultation_id: str) -> Call[bytes]:
    return download(f"{BASE}/{consultation_id}/summary", {"format": "csv"}, accept="text/csv")


def open_call(terms: Mapping[str, Any]) -> Call[dict[str, Any]]:
    """Call for representative enterprises, with quotas and two deadlines."""
    return create(CALLS, dict[str, Any], terms)


def recommend(call_id: str, *, uscc: str, name: str, reason: str) -> Call[Recommendation]:
    """Recommend an enterprise of your county."""
    body = {"uscc": uscc, "name": name, "reason": reason}
    return create(f"{CALLS}/{call_id}/recommendations", Recommendation, body)


def pick(call_id: str, recommendation_ids: Sequence[str], *, reason: str) -> Call[Listing[Recommendation]]:
    """Pick enterprises of your city, all at once."""
    body = {"recommendation_ids": list(recommendation_ids), "reason": reason}
    return create(f"{CALLS}/{call_id}/picks", Listing[Recommendation], body)


def picks(call_id: str) -> Call[Listing[Recommendation]]:
    return get(f"{CALLS}/{call_id}/picks", Listing[Recommendation])
