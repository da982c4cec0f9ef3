"""Receipts kept, and checked later: what a service accepted must stand in the public log within a minute.

A folder holds a file of JSON lines for each service. A receipt is the service's own signed word, so an event that was
taken away before it was logged is found by whoever holds its receipt.
"""

import json
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from client import audit
from client.calls import Call, get
from client.log_tree import NotTheLog, is_in, open_checkpoint
from client.platform import Platform
from client.problems import Problem
from client.receipts import HEADER

State = Literal["in the log", "not yet", "MISSING", "FORGED"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one event that a receipt promised."""

    event_id: str
    accepted: str
    state: State


def receipt_keys(service: str) -> Call[dict[str, Any]]:
    """The keys that a service signs receipts with."""
    return get(f"/{service}/v1/receipt-keys", dict[str, Any])


def check_receipts(
    platform: Platform, folder: Path, *, log_key: str | None = None, now: float | None = None
) -> Iterator[Checked]:
    """Look every promised event up in the log, with its proof. Raises NotTheLog when the log itself is not right."""
    known = log_key or str(platform.send(audit.log_key())["key"])
    for file in sorted(folder.glob("*.jsonl")):
        keys = _keys(platform, file.stem)
        for line in file.read_text().splitlines():
            kept = json.loads(line)
            yield from _of_receipt(platform, kept, keys, known, now or time.time())


def _of_receipt(
    platform: Platform, kept: dict[str, Any], keys: dict[str, bytes], log_key: str, now: float
) -> Iterator[Checked]:
    accepted = f"{kept['method']} {kept['path']}"
    claims = opened(kept["receipt"], keys)
    if claims is None:
        yield Checked("-", accepted, "FORGED")
        return
    for event in claims["events"]:
        is_logged = _is_logged(platform, event["id"], log_key)
        late: State = "MISSING" if now > claims["log_by"] else "not yet"
        yield Checked(event["id"], accepted, "in the log" if is_logged else late)


def _is_logged(platform: Platform, event_id: str, log_key: str) -> bool:
    try:
        found = platform.send(audit.prove_inclusion(event_id=event_id))
    except Problem as problem:
        if problem.status == 404:
            return False
        raise
    signed = open_checkpoint(found["checkpoint"], log_key)
    proof = [bytes.fromhex(part) for part in found["proof"]]
    entry = found["entry"].encode()
    if not is_in(entry, found["leaf_index"], signed, proof) or json.loads(entry)["id"] != event_id:
        raise NotTheLog(f"the proof of event {event_id} does not hold")
    return True


def opened(receipt: str, keys: dict[str, bytes]) -> dict[str, Any] | None:
    """What a receipt says; None when its service did not sign it."""
    try:
        head, claims, signature = receipt.split(".")
        header = json.loads(_raw(head))
        if header["alg"] != "EdDSA" or header["typ"] != "receipt+jwt":
            return None
        public = Ed25519PublicKey.from_public_bytes(keys[header["kid"]])
        public.verify(_raw(signature), f"{head}.{claims}".encode())
        found: dict[str, Any] = json.loads(_raw(claims))
    except (InvalidSignature, ValueError, KeyError):
        return None
    return found


def _keys(platform: Platform, service: str) -> dict[str, bytes]:
    try:
        published = platform.send(receipt_keys(service))["keys"]
    except (Problem, httpx.HTTPError):
        return {}
    return {key["kid"]: _raw(key["x"]) for key in published}


def _raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


__all__ = ["HEADER", "Checked", "check_receipts", "opened", "receipt_keys"]
