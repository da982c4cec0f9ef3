"""PURE: one-time codes of RFC 6238: HMAC-SHA-1, six digits, thirty seconds, as every authenticator app makes them."""

import hashlib
import hmac
from base64 import b32encode
from typing import Final
from urllib.parse import quote

STEP_SECONDS: Final = 30
DIGITS: Final = 6
WINDOW: Final = 1  # steps that a clock may be off, either way
SECRET_BYTES: Final = 20  # RFC 4226 section 4, R6


def code_at(secret: bytes, step: int, *, digits: int = DIGITS, digest: str = "sha1") -> str:
    """The code of one step (RFC 4226 section 5.3)."""
    mac = hmac.new(secret, step.to_bytes(8), getattr(hashlib, digest)).digest()
    offset = mac[-1] & 0xF
    number = int.from_bytes(mac[offset : offset + 4]) & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}}"


def matched_step(secret: bytes, code: str, *, seconds: float, last_step: int | None) -> int | None:
    """The step that a code is of, now or one off; none for a wrong code, and for one at or before the last one used."""
    present = int(seconds) // STEP_SECONDS
    found = None
    for step in range(present - WINDOW, present + WINDOW + 1):
        same = hmac.compare_digest(code_at(secret, step).encode(), code.encode())
        if same and (last_step is None or step > last_step):
            found = step
    return found


def provisioning_uri(secret: bytes, *, account: str, issuer: str) -> str:
    """What an authenticator app reads from a QR code."""
    label = f"{quote(issuer)}:{quote(account)}"
    text = b32encode(secret).decode().rstrip("=")
    return (
        f"otpauth://totp/{label}?secret={text}&issuer={quote(issuer)}&digits={DIGITS}&period={STEP_SECONDS}"
    )
