"""Signed receipts: what was accepted will stand in the public log within a minute, or the receipt proves otherwise.

A receipt is a compact JWS (RFC 7515, EdDSA of RFC 8037) in the header `Skills-Receipt` of the answer to a write that
says events: their ids, the hash of what each tells, and the time. It is signed by a key of the service's own and
stored with the answer, so a repetition of the request gives the same receipt.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common.outbox import Told

HEADER: Final = "Skills-Receipt"
PURPOSE: Final = "receipt"
LOGGED_WITHIN_SECONDS: Final = 60
MOST_EVENTS: Final = 40  # named one by one: a header has its limits; `count` tells of all


@dataclass(slots=True)
class Receipts:
    """Who signs the receipts of one service; the key comes once the database is open."""

    issuer: str
    _private: Ed25519PrivateKey | None = field(default=None, repr=False)

    def use(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    def sign(self, told: Sequence[Told], at: datetime) -> str | None:
        """The receipt of what one transaction said; none when it said nothing."""
        if self._private is None or not told:
            return None
        events = [{"id": str(one.event_id), "sha256": one.sha256.hex()} for one in told[:MOST_EVENTS]]
        claims = {
            "iss": self.issuer,
            "iat": int(at.timestamp()),
            "log_by": int(at.timestamp()) + LOGGED_WITHIN_SECONDS,
            "count": len(told),
            "events": events,
        }
        raw = self._private.public_key().public_bytes_raw()
        header = {"alg": "EdDSA", "kid": key_id(raw), "typ": "receipt+jwt"}
        signed = f"{_part(header)}.{_part(claims)}"
        return f"{signed}.{_text(self._private.sign(signed.encode()))}"


def key_id(public: bytes) -> str:
    """First 8 bytes of the RFC 7638 thumbprint, hexadecimal."""
    members = f'{{"crv":"Ed25519","kty":"OKP","x":"{_text(public)}"}}'
    return hashlib.sha256(members.encode()).hexdigest()[:16]


def jwk_of(public: bytes) -> dict[str, str]:
    """The key as it is published (RFC 8037)."""
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": _text(public),
        "kid": key_id(public),
        "alg": "EdDSA",
        "use": "sig",
    }


def _part(value: dict[str, Any]) -> str:
    return _text(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
