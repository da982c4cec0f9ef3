"""The code of a certificate: what its QR holds, and how anyone checks it with the published keys and nothing else.

A COSE_Sign1 (RFC 9052) over CWT claims (RFC 8392) with integer labels, base32 without padding, at the end of an
upper-case URL: any camera opens the verification page, and the same text is a complete offline proof (Art. 19).
One certificate has one byte string: deterministic CBOR, ES256 with deterministic nonces (RFC 6979) and low `s`.
The ID number is never in it, not even hashed: it could be tried out. The specification, with
vectors, is docs/certificate-code.md.
"""

import re
from base64 import b32decode, b32encode, urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base32Error
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from common import sm2
from common import strict_cbor as cbor
from common.errors import Bilingual
from common.identifiers.certificate_number import CertificateNumber, shape_of

Kind = Literal["skill_level", "national_qualification", "special_ability"]
VERSION: Final = 1
KID_BYTES: Final = 8
NAME_BYTES: Final = 30
ELLIPSIS: Final = "…"
LONGEST_TEXT: Final = 4096

CHINA: Final = ZoneInfo("Asia/Shanghai")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SUBJECT, _ISSUED_AT, _CERTIFICATE = 2, 6, -65537  # `sub`, `iat`, and the private-use claim that holds ours
_VERSION, _ITEM, _NAME, _STATUS_INDEX, _SECOND = 1, 2, 3, 4, 5
_LARGEST = 2**53 - 1  # the largest whole number that every reader of JSON holds exactly
_UTC_8 = timezone(timedelta(hours=8))  # without the summer times that China once had
# Tag 18, array of 4; protected header {1: -7 (ES256), 4: kid}; an empty unprotected header; payload; 64 bytes.
_PROTECTED_HEAD = bytes.fromhex("a201260448")
_ENVELOPE_HEAD = bytes.fromhex("d2844d") + _PROTECTED_HEAD
_UNPROTECTED = b"\xa0"
_SIGNATURE_HEAD = bytes.fromhex("5840")
_SIGNATURE_BYTES = 64
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SPECIAL_ABILITY = re.compile(r"\d{6}(?!000000)\d{6}", re.ASCII)
_CODE_OR_URL = re.compile(
    r"\s*(?:https?://[^\s/]+/V/)?(?P<code>[A-Z2-7][A-Z2-7\s-]*)", re.ASCII | re.IGNORECASE
)
_ES256 = ec.ECDSA(hashes.SHA256())


@dataclass(frozen=True, slots=True)
class Claims:
    """What a code says. Level, kind and register are in the number, the issuing body is in the key: one fact once."""

    number: str
    item_code: str
    name: str
    issued_on: date
    status_index: int
    second: bytes | None = field(default=None, repr=False)
    """A signature of another algorithm over all the rest; it is signed with the rest, so nobody can change it."""

    def payload(self) -> bytes:
        """The claims as they are signed."""
        second = b"" if self.second is None else cbor.integer(_SECOND) + cbor.byte_string(self.second)
        return b"".join(
            (
                cbor.map_head(3),
                cbor.integer(_SUBJECT) + cbor.text(self.number),
                cbor.integer(_ISSUED_AT) + cbor.integer(_midnight(self.issued_on)),
                cbor.integer(_CERTIFICATE) + cbor.map_head(5 if second else 4),
                cbor.integer(_VERSION) + cbor.integer(VERSION),
                cbor.integer(_ITEM) + cbor.text(self.item_code),
                cbor.integer(_NAME) + cbor.text(fitted_name(self.name)),
                cbor.integer(_STATUS_INDEX) + cbor.integer(self.status_index),
                second,
            )
        )


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A key that one body's certificates of one register are signed with, for a time."""

    kid: bytes
    public: ec.EllipticCurvePublicKey = field(repr=False)
    register: str
    valid_from: datetime
    valid_to: datetime
    issuer: str | None = None
    compromised: tuple[datetime, datetime] | None = None
    """From when to when somebody else may have signed with it: what was issued then is signed anew with another key."""
    sm2: bytes | None = field(default=None, repr=False)
    """The companion for second signatures: a point of sm2p256v1, x ‖ y."""

    def covers(self, issued_on: date) -> bool:
        return _lies_within(issued_on, (self.valid_from, self.valid_to))

    def is_in_doubt(self, issued_on: date) -> bool:
        return self.compromised is not None and _lies_within(issued_on, self.compromised)


def _lies_within(day: date, span: tuple[datetime, datetime]) -> bool:
    first, last = (moment.astimezone(CHINA).date() for moment in span)
    return first <= day <= last


@dataclass(frozen=True, slots=True)
class Verified:
    """A genuine code and what it says. Whether the certificate still stands is another question: ask for its state."""

    claims: Claims
    kid: str
    issuer: str | None = None

    @property
    def number(self) -> str:
        return self.claims.number

    @property
    def kind(self) -> Kind:
        return kind_of(self.claims.number)

    @property
    def level(self) -> int | None:
        return level_of(self.claims.number)

    @property
    def name_is_cut(self) -> bool:
        """Whether the holder's name was too long for the code: what it says is the beginning."""
        return self.claims.name.endswith(ELLIPSIS)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A code that proves nothing, and why. False where a truth value is asked for."""

    reason: str
    detail: Bilingual

    def __bool__(self) -> bool:
        return False


_DETAILS: Final = {
    "malformed": ("不是证书码，或输入有误。", "This is not the code of a certificate, or it was mistyped."),
    "envelope": ("证书码的结构或算法不符合规范。", "The structure or the algorithm is not that of a code."),
    "unknown-key": ("签发密钥未公布。", "It is signed with a key that is not published."),
    "signature": (
        "签名不成立，内容已被改动或系伪造。",
        "The signature does not hold: it was changed or forged.",
    ),
    "payload": ("签名内容不符合规范。", "What is signed is not what a code says."),
    "newer-version": (
        "证书码为更新的版本，请更新查验程序。",
        "It is made by a newer version; update what checks it.",
    ),
    "foreign-register": (
        "签发密钥不属于该编号所在机构。",
        "The key belongs to another body than the number.",
    ),
    "outside-key-validity": (
        "发证日期不在密钥有效期内。",
        "The day of issue lies outside the validity of the key.",
    ),
    "compromised-key": (
        "签发密钥在该发证日期前后已失控；真实的证书已换发新码。",
        "On that day others may have signed with this key; genuine certificates were given a new code.",
    ),
    "not-yet-issued": ("发证日期在将来。", "The day of issue lies in the future."),
}
REFUSALS: Final[Mapping[str, Refusal]] = MappingProxyType(
    {reason: Refusal(reason, Bilingual(*texts)) for reason, texts in _DETAILS.items()}
)


class _Refused(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.refusal = REFUSALS[reason]


class KeySet:
    """Published keys, ready for use; made once from the JWK set of `GET /certificate/v1/keys`."""

    def __init__(self, keys: Mapping[bytes, PublishedKey]) -> None:
        self._keys = dict(keys)

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> "KeySet":
        """Keys of other types and algorithms are left out. Raises ValueError for one that is not what it says."""
        keys = [
            read_key(jwk)
            for jwk in document.get("keys", ())
            if (jwk.get("kty"), jwk.get("crv"), jwk.get("alg", "ES256")) == ("EC", "P-256", "ES256")
        ]
        return cls({key.kid: key for key in keys})

    def get(self, kid: bytes) -> PublishedKey | None:
        return self._keys.get(kid)

    def __len__(self) -> int:
        return len(self._keys)


def verify_code(
    text: str, keys: KeySet | Mapping[str, Any], *, at: datetime | None = None
) -> Verified | Refusal:
    """Whether a code (or the URL that carries it) is genuine, by the published keys alone; never raises for any text.

    `keys`: the published JWK set, or a KeySet made of it. `at`: refuse a day of issue after this instant; without it
    the checker's clock plays no part.
    """
    key_set = keys if isinstance(keys, KeySet) else KeySet.parse(keys)
    try:
        return _verified(decode_text(text), key_set, at)
    except _Refused as refused:
        return refused.refusal


def _verified(cose: bytes, keys: KeySet, at: datetime | None) -> Verified:
    kid, payload, signature = split(cose)
    key = keys.get(kid)
    if key is None:
        raise _Refused("unknown-key")
    if not _signature_holds(key.public, to_be_signed(kid, payload), signature):
        raise _Refused("signature")
    claims = read_payload(payload)
    if not _second_holds(key, claims):
        raise _Refused("signature")
    if register_of(claims.number) != key.register:
        raise _Refused("foreign-register")
    if not key.covers(claims.issued_on):
        raise _Refused("outside-key-validity")
    if key.is_in_doubt(claims.issued_on):
        raise _Refused("compromised-key")
    if at is not None and claims.issued_on > at.astimezone(CHINA).date():
        raise _Refused("not-yet-issued")
    return Verified(claims, kid.hex(), key.issuer)


def key_named_in(text: str, keys: KeySet) -> PublishedKey | None:
    """The published key that a code says it is signed with; None for any other text."""
    try:
        kid, _, _ = split(decode_text(text))
    except _Refused:
        return None
    return keys.get(kid)


def decode_text(text: str) -> bytes:
    """The bytes behind a code or its URL. Small letters, spaces and hyphens are allowed; nothing is repaired."""
    if len(text) > LONGEST_TEXT:
        raise _Refused("malformed")
    match = _CODE_OR_URL.fullmatch(text)
    if match is None:
        raise _Refused("malformed")
    code = re.sub(r"[\s-]", "", match["code"]).upper()
    try:
        cose = b32decode(code + "=" * (-len(code) % 8))
    except Base32Error:
        raise _Refused("malformed") from None
    if encode_text(cose) != code:
        raise _Refused("malformed")
    return cose


def encode_text(cose: bytes) -> str:
    """Base32 (RFC 4648) in upper case without padding: QR codes hold it in 5.5 bits a character."""
    return b32encode(cose).decode().rstrip("=")


def code_url(public_url: str, cose: bytes) -> str:
    """The text of the QR code: upper case throughout, which neither scheme nor host minds."""
    return f"{public_url}/V/".upper() + encode_text(cose)


def to_be_signed(kid: bytes, payload: bytes) -> bytes:
    """The Sig_structure of RFC 9052 section 4.4: what the signature stands for."""
    protected = cbor.byte_string(_PROTECTED_HEAD + kid)
    return b"\x84" + cbor.text("Signature1") + protected + cbor.byte_string(b"") + cbor.byte_string(payload)


def assemble(kid: bytes, payload: bytes, signature: bytes) -> bytes:
    """The COSE_Sign1 bytes of a signed payload."""
    if len(kid) != KID_BYTES or len(signature) != _SIGNATURE_BYTES:
        raise ValueError("a code has a key id of 8 bytes and a signature of 64")
    return _ENVELOPE_HEAD + kid + _UNPROTECTED + cbor.byte_string(payload) + _SIGNATURE_HEAD + signature


def split(cose: bytes) -> tuple[bytes, bytes, bytes]:
    """Key id, payload and signature: the envelope has exactly one form, and so one algorithm."""
    start = len(_ENVELOPE_HEAD)
    kid = cose[start : start + KID_BYTES]
    signature = cose[-_SIGNATURE_BYTES:]
    payload_at = start + KID_BYTES + len(_UNPROTECTED) + 2  # a payload has 24 to 255 bytes: a head of 2
    payload = cose[payload_at : -_SIGNATURE_BYTES - len(_SIGNATURE_HEAD)]
    if len(cose) < payload_at + _SIGNATURE_BYTES or assemble(kid, payload, signature) != cose:
        raise _Refused("envelope")
    return kid, payload, signature


def read_payload(payload: bytes) -> Claims:
    """The claims of a signed payload, in the one form that they have."""
    try:
        claims = _read_claims(cbor.Reader(payload))
    except cbor.NotCanonical:
        raise _Refused("payload") from None
    try:
        kind_of(claims.number)
    except ValueError:
        raise _Refused("payload") from None
    return claims


def _read_claims(reader: cbor.Reader) -> Claims:
    if reader.map_size() != 3:
        raise cbor.NotCanonical("other claims")
    reader.expect(_SUBJECT)
    number = reader.text()
    reader.expect(_ISSUED_AT)
    issued_on = _day(reader.unsigned(_LARGEST))
    reader.expect(_CERTIFICATE)
    entries = reader.map_size()
    reader.expect(_VERSION)
    if reader.integer() != VERSION:
        raise _Refused("newer-version")
    if entries not in (4, 5):
        raise cbor.NotCanonical("other entries")
    reader.expect(_ITEM)
    item_code = reader.text()
    reader.expect(_NAME)
    name = reader.text()
    reader.expect(_STATUS_INDEX)
    status_index = reader.unsigned(_LARGEST)
    second = None
    if entries == 5:
        reader.expect(_SECOND)
        second = reader.byte_string()
        if len(second) != _SIGNATURE_BYTES:
            raise cbor.NotCanonical("not a signature")
    reader.end()
    return Claims(number, item_code, name, issued_on, status_index, second)


def _midnight(day: date) -> int:
    """A day of China as NumericDate: its first second."""
    return int(datetime.combine(day, time(), _UTC_8).timestamp())


def _day(seconds: int) -> date:
    try:
        moment = datetime.fromtimestamp(seconds, UTC).astimezone(_UTC_8)
    except (ValueError, OverflowError, OSError):
        raise cbor.NotCanonical("not a time") from None
    if moment.timetz().replace(tzinfo=None) != time():
        raise cbor.NotCanonical("not a day of China")
    return moment.date()


def fitted_name(name: str) -> str:
    """A name as the code holds it: whole up to 30 bytes of UTF-8, else its beginning and `…`."""
    if len(name.encode()) <= NAME_BYTES:
        return name
    room = NAME_BYTES - len(ELLIPSIS.encode())
    return name.encode()[:room].decode(errors="ignore") + ELLIPSIS


def kind_of(number: str) -> Kind:
    """The kind of certificate, by the shape of its number (Art. 1). Raises ValueError for a shape that none has."""
    match shape_of(number):
        case "national_22":
            return "skill_level"
        case "qualification_16":
            return "national_qualification"
    if _SPECIAL_ABILITY.fullmatch(number):
        return "special_ability"
    raise ValueError("not a certificate number of the platform")


def register_of(number: str) -> str:
    """The part of a number that names the register it was taken from. Raises ValueError."""
    match kind_of(number):
        case "skill_level":
            return str(CertificateNumber.parse(number).register)
        case "national_qualification":
            return number[2:10]
        case "special_ability":
            return number[2:6]


def level_of(number: str) -> int | None:
    """The skill level that a number names; special ability certificates have none. Raises ValueError."""
    match kind_of(number):
        case "skill_level":
            return int(number[15])
        case "national_qualification":
            return int(number[10])
        case "special_ability":
            return None


def key_id(public: ec.EllipticCurvePublicKey) -> bytes:
    """The first 8 bytes of the JWK thumbprint (RFC 7638): a key id that cannot be given to another key."""
    x, y = (_base64url(part.to_bytes(32, "big")) for part in _point(public))
    return sha256(f'{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}'.encode()).digest()[:KID_BYTES]


def public_jwk(key: PublishedKey) -> dict[str, str]:
    """A published key as a JWK (RFC 7517), without its validity."""
    x, y = (_base64url(part.to_bytes(32, "big")) for part in _point(key.public))
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": x,
        "y": y,
        "kid": key.kid.hex(),
        "alg": "ES256",
        "use": "sig",
        "register": key.register,
    }


def read_key(jwk: Mapping[str, Any]) -> PublishedKey:
    """A key from a published JWK with `nbf`, `exp` and `register`. Raises ValueError."""
    try:
        x, y = (int.from_bytes(_unbase64url(jwk[name]), "big") for name in ("x", "y"))
        public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        valid_from, valid_to = (_moment(jwk[name]) for name in ("nbf", "exp"))
        doubt = jwk.get("compromised")
        key = PublishedKey(
            key_id(public),
            public,
            str(jwk["register"]),
            valid_from,
            valid_to,
            jwk.get("issuer"),
            (_moment(doubt["from"]), _moment(doubt["to"])) if doubt is not None else None,
            _sm2_point(jwk.get("sm2")),
        )
    except (KeyError, TypeError) as error:
        raise ValueError("not a published certificate key") from error
    if key.kid.hex() != jwk.get("kid"):
        raise ValueError("the key id is not that of the key")
    return key


def is_low(s: int) -> bool:
    """Of the signatures (r, s) and (r, n - s) only the one with the smaller s is taken: no second text of a code."""
    return 1 <= s <= _ORDER // 2


def canonical_signature(r: int, s: int) -> bytes:
    """The pair r ‖ s with the smaller of the two values of s."""
    return r.to_bytes(32, "big") + (s if is_low(s) else _ORDER - s).to_bytes(32, "big")


def _signature_holds(public: ec.EllipticCurvePublicKey, message: bytes, signature: bytes) -> bool:
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    return 1 <= r < _ORDER and is_low(s) and es256_holds(public, message, signature)


def es256_holds(public: ec.EllipticCurvePublicKey, message: bytes, signature: bytes) -> bool:
    """Whether a signature r ‖ s of 64 bytes holds, whichever of its two values s has."""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        public.verify(encode_dss_signature(r, s), message, _ES256)
    except InvalidSignature:
        return False
    return True


def _second_holds(key: PublishedKey, claims: Claims) -> bool:
    """Whether the SM2 signature is the companion's. Without either, or without SM2 here, ES256 stands alone."""
    if claims.second is None or key.sm2 is None or not sm2.is_available():
        return True
    try:
        return sm2.holds(
            key.sm2, to_be_signed(key.kid, replace(claims, second=None).payload()), claims.second
        )
    except sm2.Refused:
        return False


def sm2_members(point: bytes) -> dict[str, str]:
    """A companion key, x ‖ y, as it is published in the member `sm2` of its key."""
    return {"x": _base64url(point[:32]), "y": _base64url(point[32:])}


def _sm2_point(members: Mapping[str, str] | None) -> bytes | None:
    return None if members is None else _unbase64url(members["x"]) + _unbase64url(members["y"])


def _point(public: ec.EllipticCurvePublicKey) -> tuple[int, int]:
    numbers = public.public_numbers()
    return numbers.x, numbers.y


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _moment(seconds: Any) -> datetime:
    return _EPOCH + timedelta(seconds=int(seconds))


def _unbase64url(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
