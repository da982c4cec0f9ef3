"""PURE: signed notes, checkpoints of logs, and cosignatures of witnesses (c2sp.org: signed-note, tlog-checkpoint,
tlog-cosignature, tlog-witness).
"""

import hashlib
import re
import struct
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from common.merkle import HASH_BYTES

SIGNED: Final = 1
COSIGNED: Final = 4
_DASH = "— "
_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9]\d{0,18}", re.ASCII)


class BadNote(ValueError):
    """Text that is no signed note, or a key or checkpoint that is none."""


class WrongSignature(BadNote):
    """A signature under a known key that does not hold."""


@dataclass(frozen=True, slots=True)
class NoteKey:
    """Whose signatures are believed: a log (kind 1) or a witness (kind 4) under its name."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, text: str) -> "NoteKey":
        """From `name+id+base64`. Raises BadNote."""
        try:
            name, ident, encoded = text.split("+", 2)
            raw = b64decode(encoded, validate=True)
        except ValueError:
            raise BadNote("a verifier key is name+id+base64") from None
        if not _NAME.fullmatch(name) or len(raw) != 1 + HASH_BYTES or raw[0] not in (SIGNED, COSIGNED):
            raise BadNote("a verifier key names an Ed25519 key of a log or a witness")
        key = cls(name, raw[0], raw[1:])
        if key.ident.hex() != ident:
            raise BadNote("a verifier key that does not match its own id")
        return key

    @property
    def ident(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.ident.hex()}+{b64encode(bytes([self.kind]) + self.public).decode()}"

    def check(self, text: str, blob: bytes) -> int | None:
        """When a witness signed (seconds since 1970), None for a log. Raises WrongSignature."""
        public = Ed25519PublicKey.from_public_bytes(self.public)
        try:
            if self.kind == SIGNED:
                public.verify(blob, text.encode())
                return None
            at = int(struct.unpack(">Q", blob[:8])[0])
            public.verify(blob[8:], _stamped(text, at))
        except (InvalidSignature, struct.error):
            raise WrongSignature(f"a wrong signature by {self.name}") from None
        return at


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """A private key under its name."""

    name: str
    private: Ed25519PrivateKey = field(repr=False)

    def key(self, kind: int = SIGNED) -> NoteKey:
        return NoteKey(self.name, kind, self.private.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The log's own signature line under a text."""
        return _line(self.key(), self.private.sign(text.encode()))

    def cosign(self, text: str, *, at: int) -> str:
        """A witness's line: it saw this checkpoint at that second, and it follows on from all it saw before."""
        return _line(self.key(COSIGNED), struct.pack(">Q", at) + self.private.sign(_stamped(text, at)))


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that holds: whose, and for a witness when."""

    key: NoteKey
    at: int | None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log commits itself to: so many leaves with this root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Raises BadNote."""
        lines = text.split("\n")
        if len(lines) < 4 or not lines[0] or not _SIZE.fullmatch(lines[1]):
            raise BadNote("a checkpoint is an origin, a size and a root")
        try:
            root = b64decode(lines[2], validate=True)
        except NotBase64:
            raise BadNote("the root of a checkpoint is base64") from None
        if len(root) != HASH_BYTES:
            raise BadNote("the root of a checkpoint has 32 bytes")
        return cls(lines[0], int(lines[1]), root)


def note_parts(note: str) -> tuple[str, list[str]]:
    """A note's text and its signature lines. Raises BadNote."""
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise BadNote("a note is a text, an empty line and signatures")
    found = lines.removesuffix("\n").split("\n")
    if not all(line.startswith(_DASH) and line.count(" ") == 2 for line in found):
        raise BadNote("a signature line is a dash, a name and base64")
    return text + "\n", found


def signatures(text: str, lines: Iterable[str], keys: Sequence[NoteKey]) -> list[Signature]:
    """The signatures by known keys; those of strangers are passed over. Raises WrongSignature."""
    known = {(key.name, key.ident): key for key in keys}
    found = []
    for line in lines:
        _, name, encoded = line.split(" ", 2)
        try:
            blob = b64decode(encoded, validate=True)
        except NotBase64:
            raise BadNote("a signature is base64") from None
        key = known.get((name, blob[:4]))
        if key is not None:
            found.append(Signature(key, key.check(text, blob[4:])))
    return found


def open_checkpoint(note: str, log: NoteKey) -> Checkpoint:
    """The checkpoint that a log signed. Raises BadNote when it is another log's, or not signed by it."""
    text, lines = note_parts(note)
    if not signatures(text, lines, [log]):
        raise BadNote("not signed by this log")
    checkpoint = Checkpoint.parse(text)
    if checkpoint.origin != log.name:
        raise BadNote("the checkpoint of another log")
    return checkpoint


def _line(key: NoteKey, signature: bytes) -> str:
    return f"{_DASH}{key.name} {b64encode(key.ident + signature).decode()}\n"


def _stamped(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()
