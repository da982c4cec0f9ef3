"""Personal data at rest and in events: AES-256-GCM under a key of the person's own, found again by a keyed index.

Each person has a 32-byte data key, itself wrapped by the platform's keyring and kept in one table row. Deleting the row
forgets the person: whatever journals and back-ups still hold can no longer be opened (decision record 6).
"""

import hashlib
import hmac
import os
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from common.events import Sealed

KEY_BYTES = 32
NONCE_BYTES = 12


class Unreadable(Exception):
    """Sealed data that does not open: another's key, another purpose, or a changed byte."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The platform's wrapping keys by kid; the current one wraps, all of them unwrap (rotation)."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "Keyring":
        """From `kid:base64,kid2:base64`, the first being current. Raises ValueError."""
        pairs = [entry.strip().split(":", 1) for entry in text.split(",") if entry.strip()]
        keys = {kid: b64decode(value, validate=True) for kid, value in pairs}
        if not keys or any(
            len(key) != KEY_BYTES or not 1 <= len(kid.encode()) <= 32 for kid, key in keys.items()
        ):
            raise ValueError("a keyring is kid:base64 of 32 bytes, separated by commas")
        return cls(pairs[0][0], keys)

    def mark(self) -> bytes:
        """What everything wrapped by the current key begins with: length of kid ‖ kid."""
        kid = self.current.encode()
        return bytes([len(kid)]) + kid

    def wrap(self, key: bytes, person_id: UUID) -> bytes:
        """Mark ‖ nonce ‖ ciphertext, bound to the person."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, key, person_id.bytes)
        return self.mark() + nonce + sealed

    def unwrap(self, wrapped: bytes, person_id: UUID) -> bytes:
        """Raises Unreadable."""
        start = 1 + (wrapped[0] if wrapped else 0)
        key = self.keys.get(wrapped[1:start].decode(errors="replace"))
        if key is None:
            raise Unreadable("wrapped by a key that is not on the ring")
        return _decrypt(key, wrapped[start:], person_id.bytes)


@dataclass(frozen=True, slots=True)
class PersonKey:
    """A person's data key, open. Seals and opens small sets of text fields."""

    person_id: UUID
    key: bytes = field(repr=False)

    def seal(self, purpose: str, plain: Mapping[str, str]) -> Sealed:
        """Sealed for one purpose (`identity`, …): data of one purpose cannot be passed off as another's."""
        nonce = os.urandom(NONCE_BYTES)
        text = orjson.dumps(dict(plain), option=orjson.OPT_SORT_KEYS)
        sealed = nonce + AESGCM(self.key).encrypt(nonce, text, self._context(purpose))
        return Sealed(person_id=self.person_id, ciphertext=urlsafe_b64encode(sealed).decode().rstrip("="))

    def open(self, purpose: str, sealed: Sealed) -> dict[str, str]:
        """Raises Unreadable."""
        raw = urlsafe_b64decode(sealed.ciphertext + "=" * (-len(sealed.ciphertext) % 4))
        opened: dict[str, str] = orjson.loads(_decrypt(self.key, raw, self._context(purpose)))
        return opened

    def seal_bytes(self, plain: bytes) -> bytes:
        """A whole file, sealed. Blocking for large ones: call it in a thread."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, plain, self.person_id.bytes)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Raises Unreadable."""
        return _decrypt(self.key, sealed, self.person_id.bytes)

    def _context(self, purpose: str) -> bytes:
        return self.person_id.bytes + purpose.encode()


def _decrypt(key: bytes, raw: bytes, context: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context)
    except (InvalidTag, ValueError):
        raise Unreadable("does not open with this key") from None


def blind_index(key: bytes, kind: str, value: str) -> bytes:
    """A keyed look-up value (HMAC-SHA256): equal values meet, and without the key nothing can be tried out."""
    return hmac.digest(key, f"{kind}\0{value}".encode(), hashlib.sha256)
