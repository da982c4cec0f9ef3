"""Calls to audit: supervisors, supervision, draws, recognition, the journal."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from client.calls import Call, create, download, get, reader
from client.shapes import Listing, Shape

BASE = "/audit/v1"


class Supervisor(Shape):
    id: str
    card_number: str
    region: str


class Supervision(Shape):
    id: str
    plan_id: str
    state: str
    supervisor_id: str | None


class Draw(Shape):
    """A draw; pool, seed and outcome are there once it is revealed."""

    id: str
    purpose: str
    rate: str | None
    pool_sha256: str
    seed_sha256: str
    revealed_at: datetime | None
    pool: tuple[str, ...] | None
    seed: str | None
    drawn: tuple[str, ...] | None


class PlanSupervision(Shape):
    required: bool | None
    supervision: Supervision | None
    draws: tuple[Draw, ...]


class Recognition(Shape):
    batch_id: str
    decision: str
    rows: int
    gates: tuple[dict[str, Any], ...]
    certificates_issued: int


class Entry(Shape):
    source: str
    position: int
    type: str
    key: str
    chain: str


def register_supervisor(
    *, name: str, card_number: str, region: str, valid_to: date, account_id: str
) -> Call[Supervisor]:
    body = {
        "name": name,
        "card_number": card_number,
        "region": region,
        "valid_to": valid_to,
        "account_id": account_id,
    }
    return create(f"{BASE}/supervisors", Supervisor, body)


def plan_supervision(plan_id: str) -> Call[PlanSupervision]:
    return get(f"{BASE}/plans/{plan_id}/supervision", PlanSupervision)


def replace_supervisor(plan_id: str, supervisor_id: str, *, reason: str) -> Call[Supervision]:
    """Send another supervisor than the one who was drawn, by a named dispatcher and with a reason."""
    body = {"supervisor_id": supervisor_id, "reason": reason}
    return create(f"{BASE}/plans/{plan_id}/supervision", Supervision, body)


def own_supervisions() -> Call[Listing[Supervision]]:
    """What the calling supervisor was sent to."""
    return get(f"{BASE}/supervisions", Listing[Supervision])


def register_examiner(card: Mapping[str, Any]) -> Call[dict[str, Any]]:
    """Enter an examiner's card: number, name, grade, item_codes, region, valid_from, valid_to."""
    return create(f"{BASE}/examiners", dict[str, Any], card)


def renew_examiner(card_number: str, card: Mapping[str, Any]) -> Call[dict[str, Any]]:
    """What a card says from now on, with the reason."""
    return create(f"{BASE}/examiners/{card_number}/renewal", dict[str, Any], card)


def withdraw_examiner(card_number: str, *, withdrawn_on: date, reason: str) -> Call[dict[str, Any]]:
    """Let a card end early."""
    body = {"withdrawn_on": withdrawn_on, "reason": reason}
    return create(f"{BASE}/examiners/{card_number}/withdrawal", dict[str, Any], body)


def list_examiners(
    *, region: str | None = None, item_code: str | None = None, cursor: str | None = None
) -> Call[Listing[dict[str, Any]]]:
    """The public register of examiners."""
    query = {"region": region, "item_code": item_code, "cursor": cursor}
    return get(f"{BASE}/examiners", Listing[dict[str, Any]], query)


def report(
    supervision_id: str,
    *,
    verdict: str,
    head_count: int,
    checklist: Sequence[Mapping[str, Any]],
    note: str | None = None,
) -> Call[Supervision]:
    """File the on-site report (Art. 18(2))."""
    body = {"verdict": verdict, "head_count": head_count, "checklist": list(checklist), "note": note}
    return create(f"{BASE}/supervisions/{supervision_id}/report", Supervision, body)


def read_draw(draw_id: str) -> Call[Draw]:
    return get(f"{BASE}/draws/{draw_id}", Draw)


def plan_recognition(plan_id: str) -> Call[tuple[Recognition, ...]]:
    return get(f"{BASE}/plans/{plan_id}/recognition", tuple[Recognition, ...])


def decide_recognition(batch_id: str, *, recognise: bool, reason: str) -> Call[Recognition]:
    return create(
        f"{BASE}/batches/{batch_id}/recognition/decision",
        Recognition,
        {"recognise": recognise, "reason": reason},
    )


def journal(source: str, *, after: int = 0, limit: int = 200) -> Call[tuple[Entry, ...]]:
    return get(f"{BASE}/journal", tuple[Entry, ...], {"source": source, "after": after, "limit": limit})


def journal_heads() -> Call[tuple[dict[str, Any], ...]]:
    return get(f"{BASE}/journal/heads", tuple[dict[str, Any], ...])


def log_state() -> Call[dict[str, Any]]:
    """How far the public log is, and the newest checkpoint that a witness cosigned."""
    return get(f"{BASE}/log", dict[str, Any])


def log_key() -> Call[dict[str, Any]]:
    """The log's name and verifier key, and the keys of its witnesses."""
    return get(f"{BASE}/log/key", dict[str, Any])


def log_checkpoint() -> Call[bytes]:
    """The newest signed checkpoint of the log."""
    return download(f"{BASE}/log/checkpoint")


def log_checkpoint_witnessed() -> Call[bytes]:
    """The newest checkpoint that a witness cosigned."""
    return download(f"{BASE}/log/checkpoint/witnessed")


def log_tile(path: str) -> Call[bytes]:
    """A tile or a bundle of entries: `tile/0/000`, `tile/entries/000.p/17`."""
    return download(f"{BASE}/log/{path}")


def prove_inclusion(
    *, event_id: str | None = None, source: str | None = None, position: int | None = None
) -> Call[dict[str, Any]]:
    """The proof that an event stands in the log, under the newest checkpoint."""
    query = {"event_id": event_id, "source": source, "position": position}
    return get(f"{BASE}/log/proofs/inclusion", dict[str, Any], query)


def prove_consistency(old: int, size: int) -> Call[dict[str, Any]]:
    """The proof that the log of `size` leaves begins with that of `old`."""
    return get(f"{BASE}/log/proofs/consistency", dict[str, Any], {"from": old, "to": size})


def log_salts(*, after: int = -1, limit: int = 1_000) -> Call[tuple[dict[str, Any], ...]]:
    """What opens the commitments, for those who may see the events' contents."""
    return get(f"{BASE}/log/salts", tuple[dict[str, Any], ...], {"after": after, "limit": limit})


def cosign(note: str) -> Call[dict[str, Any]]:
    """Send a checkpoint with a witness's cosignature; may be sent twice."""
    return Call(
        method="POST",
        path=f"{BASE}/log/cosignatures",
        read=reader(dict[str, Any]),
        content=note.encode(),
        headers={"Content-Type": "text/plain"},
        changes_nothing=True,
    )


def redraw(draw: Draw) -> tuple[str, ...]:
    """Run a revealed draw again from what is published of it. Raises ValueError when the hashes do not hold.

    Written apart from the platform's own code, from the published description of the algorithm.
    """
    if draw.pool is None or draw.seed is None:
        raise ValueError("the draw has not been revealed yet")
    seed = bytes.fromhex(draw.seed)
    pool_text = "[" + ",".join(f'"{member}"' for member in draw.pool) + "]"
    if hashlib.sha256(seed).hexdigest() != draw.seed_sha256:
        raise ValueError("the seed is not the one that was committed")
    if hashlib.sha256(pool_text.encode()).hexdigest() != draw.pool_sha256:
        raise ValueError("the pool is not the one that was committed")
    lots = {
        member: int.from_bytes(hashlib.sha256(seed + b"\x1f" + member.encode()).digest())
        for member in draw.pool
    }
    if draw.purpose == "spot_check":
        numerator, denominator = Decimal(draw.rate or "1").as_integer_ratio()  # exact, docs/draws.md
        return tuple(member for member in draw.pool if lots[member] < numerator * 2**256 // denominator)
    return tuple(sorted(draw.pool, key=lots.__getitem__)[:1])
