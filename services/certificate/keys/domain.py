"""PURE: the life of a signing key: made at the first need, replaced before its end, never used after it."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from common.certificate_code import CHINA, KID_BYTES
from common.errors import Bilingual, RuleViolation, StateConflict

OVERLAP: Final = timedelta(days=30)


class KeyExpired(StateConflict):
    """Nothing is signed with a key outside its validity."""

    code = "signing-key-expired"
    title = Bilingual("签发密钥已过有效期", "Signing key expired")

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                "签发密钥不在有效期内，未签发任何证书。",
                "The key is outside its validity; nothing was signed.",
            )
        )


class WindowUnfit(RuleViolation):
    """A window that lies outside the life of the key says nothing."""

    code = "compromise-window-unfit"
    title = Bilingual("密钥失密时段有误", "Window of the compromise unfit")
    article = "22"

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                "时段的起点须早于终点，并与该密钥的有效期有重合；请按密钥公布的有效期更正。",
                "A window begins before it ends and lies, at least in part, within the key's validity; "
                "correct it by the validity published with the key.",
            )
        )


class WindowTooNarrow(StateConflict):
    """What is published as compromised is never taken back: a further decision only widens the window."""

    code = "compromise-window-narrower"
    title = Bilingual("失密时段不得缩小", "Window narrower than the one published")
    article = "22"

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                "该密钥已公布失密时段；新的时段须包含已公布的时段。",
                "A window is published for this key already; a further one has to contain it.",
            )
        )


@dataclass(frozen=True, slots=True)
class KeyLife:
    kid: str
    valid_from: datetime
    valid_to: datetime


def key_to_sign_with(lives: Sequence[KeyLife], *, issued_on: date, now: datetime) -> KeyLife | None:
    """The newest key that covers the day of issue and has more than the overlap before it; None: make one."""
    fit = [life for life in lives if life.valid_from <= start_of(issued_on) and life.valid_to > now + OVERLAP]
    return max(fit, key=lambda life: life.valid_to, default=None)


def new_life(*, issued_on: date, now: datetime, lifetime: timedelta) -> tuple[datetime, datetime]:
    """From the day of issue that needed the key, which may lie a little back, until its lifetime from now is over."""
    return start_of(issued_on), now + lifetime


def check_may_sign(life: KeyLife, now: datetime) -> None:
    """Raises KeyExpired."""
    if not life.valid_from <= now <= life.valid_to:
        raise KeyExpired


def start_of(day: date) -> datetime:
    """The first instant of a day in China."""
    return datetime.combine(day, time(), CHINA)


def day_of(moment: datetime) -> date:
    """The day of an instant in China: what stands on a certificate."""
    return moment.astimezone(CHINA).date()


def thumbprint(
    public: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey,
) -> tuple[str, dict[str, str]]:
    """A key id that cannot be given to another key (RFC 7638, first 8 bytes), and the required members of the JWK."""
    if isinstance(public, ed25519.Ed25519PublicKey):
        raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        jwk = {"crv": "Ed25519", "kty": "OKP", "x": _base64url(raw)}
    else:
        numbers = public.public_numbers()
        x, y = (_base64url(part.to_bytes(32, "big")) for part in (numbers.x, numbers.y))
        jwk = {"crv": "P-256", "kty": "EC", "x": x, "y": y}
    canonical = json.dumps(jwk, separators=(",", ":"), sort_keys=True)
    return sha256(canonical.encode()).digest()[:KID_BYTES].hex(), jwk


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
