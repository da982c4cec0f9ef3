"""The verifier's own tree, notes and tile paths: written from the specifications, not from the platform's code.

RFC 9162 section 2.1 (hashing), c2sp.org/tlog-tiles (paths, bundles), c2sp.org/signed-note and tlog-cosignature.
"""

import hashlib
import struct
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

WIDTH = 256
LOG_KEY, WITNESS_KEY = 1, 4


class NotTheLog(Exception):
    """What is served is not what was signed: a wrong signature, root, tile or entry, or a log that went back."""


def leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows leaf by leaf: the hashes of its complete subtrees, biggest first."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf_hash: bytes) -> None:
        found, size = leaf_hash, self.size
        while size & 1:
            found, size = node(self._peaks.pop(), found), size >> 1
        self._peaks.append(found)
        self.size += 1

    def root(self) -> bytes:
        if not self._peaks:
            return hashlib.sha256().digest()
        *rest, found = self._peaks
        for peak in reversed(rest):
            found = node(peak, found)
        return found


def tile_path(level: int | str, index: int, width: int = WIDTH) -> str:
    """`tile/0/x001/234.p/17`."""
    parts = [f"{index % 1000:03d}"]
    while index := index // 1000:
        parts.insert(0, f"x{index % 1000:03d}")
    return f"tile/{level}/{'/'.join(parts)}" + (f".p/{width}" if width < WIDTH else "")


def entries_in(bundle: bytes) -> list[bytes]:
    """Raises NotTheLog when the bundle is cut."""
    entries, rest = [], memoryview(bundle)
    while rest:
        (length,) = struct.unpack(">H", rest[:2]) if len(rest) >= 2 else (len(rest),)
        if len(rest) < 2 + length:
            raise NotTheLog("a bundle of entries is cut")
        entries.append(bytes(rest[2 : 2 + length]))
        rest = rest[2 + length :]
    return entries


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint whose signature holds."""

    origin: str
    size: int
    root: bytes
    note: str

    @property
    def text(self) -> str:
        return self.note.partition("\n\n")[0] + "\n"


def open_checkpoint(note: str, key: str) -> Signed:
    """The checkpoint under a note that the log signed with this verifier key. Raises NotTheLog."""
    try:
        name, ident, encoded = key.split("+", 2)
        kind_and_key = b64decode(encoded, validate=True)
        text, _, signatures = note.partition("\n\n")
        origin, size, root, *_ = f"{text}\n".split("\n")
        blobs = [
            b64decode(line.split(" ")[2]) for line in signatures.splitlines() if line.startswith(f"— {name} ")
        ]
        expected = hashlib.sha256(f"{name}\n".encode() + kind_and_key).digest()[:4]
        if origin != name or ident != expected.hex() or kind_and_key[:1] != bytes([LOG_KEY]):
            raise NotTheLog("the checkpoint, or the key, is of another log")
        public = Ed25519PublicKey.from_public_bytes(kind_and_key[1:])
        mine = [blob[4:] for blob in blobs if blob[:4] == expected]
        if not mine:
            raise NotTheLog("the log has not signed this checkpoint")
        for signature in mine:
            public.verify(signature, f"{text}\n".encode())
        return Signed(origin, int(size), b64decode(root, validate=True), note)
    except InvalidSignature:
        raise NotTheLog("the signature under the checkpoint is wrong") from None
    except (ValueError, IndexError):
        raise NotTheLog("this is no checkpoint, or no key") from None


def cosignature(signed: Signed, name: str, private: Ed25519PrivateKey, *, at: int) -> str:
    """A witness's line: it saw this checkpoint at that second, and it follows on from all that it saw before."""
    message = f"cosignature/v1\ntime {at}\n{signed.text}".encode()
    blob = _ident(name, private) + struct.pack(">Q", at) + private.sign(message)
    return f"— {name} {b64encode(blob).decode()}\n"


def witness_key(name: str, private: Ed25519PrivateKey) -> str:
    """The verifier key of a witness, to be registered with the log."""
    raw = bytes([WITNESS_KEY]) + private.public_key().public_bytes_raw()
    return f"{name}+{_ident(name, private).hex()}+{b64encode(raw).decode()}"


def _ident(name: str, private: Ed25519PrivateKey) -> bytes:
    raw = bytes([WITNESS_KEY]) + private.public_key().public_bytes_raw()
    return hashlib.sha256(f"{name}\n".encode() + raw).digest()[:4]


def follows(old: Signed, new: Signed, proof: Sequence[bytes]) -> bool:
    """Whether a consistency proof shows that the new tree begins with the old (RFC 9162 section 2.1.4.2)."""
    if old.size == new.size:
        return old.root == new.root
    if not 0 < old.size < new.size:
        return old.size == 0
    path = list(proof)
    if old.size & (old.size - 1) == 0:
        path.insert(0, old.root)
    first, last = old.size - 1, new.size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    return bool(path) and _climb(first, last, path) == (old.root, new.root)


def _climb(first: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    was = now = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if first & 1 or first == last:
            was, now = node(sibling, was), node(sibling, now)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            now = node(now, sibling)
        first, last = first >> 1, last >> 1
    return (was, now) if last == 0 else None


def is_in(entry: bytes, index: int, signed: Signed, proof: Sequence[bytes]) -> bool:
    """Whether an inclusion proof leads from an entry to the root (RFC 9162 section 2.1.3.2)."""
    first, last, found = index, signed.size - 1, leaf(entry)
    if not 0 <= index < signed.size:
        return False
    for sibling in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            found = node(sibling, found)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            found = node(found, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and found == signed.root
