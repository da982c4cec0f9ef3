"""PURE: the lists as their standards want them, of one store: every place has four bits.

IETF Token Status List (draft-ietf-oauth-status-list): the first place of a byte in its low bits, zlib, as JWT or CWT.
W3C Bitstring Status List 1.0: the first place in the highest bits, GZIP, multibase; here as a credential in a JWT
(VC-JOSE-COSE). Its lists of purpose `revocation` and `suspension` have one bit a place, `message` has four.
"""

import gzip
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, Protocol, get_args

import orjson

from certificate.issuance.status_index import LIST_BITS, LIST_PLACES
from certificate.status.domain import BITS, NAMES, OF_WIRE, WIRE, Status
from common import strict_cbor as cbor

Purpose = Literal["revocation", "suspension", "message"]
PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)
BASE: Final = "/certificate/v1/status"
TOKEN_JWT: Final = "application/statuslist+jwt"  # noqa: S105  # a media type
TOKEN_CWT: Final = "application/statuslist+cwt"  # noqa: S105
CREDENTIAL_JWT: Final = "application/vc+jwt"
TTL: Final = timedelta(seconds=15)
"""How long a copy serves without asking again; with the seconds until it is written, well within the minute."""
LIFETIME: Final = timedelta(hours=12)
_SETS: Final[Mapping[Purpose, frozenset[Status]]] = {
    "revocation": frozenset({"revoked", "superseded"}),
    "suspension": frozenset({"suspended"}),
}
_TAG: Final = b"\xd2"
_ALGORITHM, _KEY_ID, _TYPE, _ES256 = 1, 4, 16, -7
_SUBJECT, _EXPIRES, _ISSUED_AT, _STATUS_LIST, _TTL = 2, 4, 6, 65533, 65534


class Signer(Protocol):
    """A platform key."""

    @property
    def kid(self) -> str: ...

    def sign(self, message: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class StatusList:
    """One list: what is not valid in it, by place, as it stood at an instant."""

    number: int
    statuses: Mapping[int, Status]
    at: datetime
    public_url: str

    @property
    def uri(self) -> str:
        return f"{self.public_url}{BASE}/lists/{self.number}"

    @property
    def values(self) -> Mapping[int, int]:
        """Place → value on the wire."""
        return {place: WIRE[status] for place, status in self.statuses.items()}

    def bitstring(self, purpose: Purpose) -> bytes:
        """The bits of one purpose."""
        if purpose == "message":
            return high_first(self.values)
        told = _SETS[purpose]
        return high_first({place: 1 for place, status in self.statuses.items() if status in told}, bits=1)

    def bitstring_uri(self, purpose: Purpose) -> str:
        return f"{self.public_url}{BASE}/bitstrings/{purpose}/{self.number}"


def list_uri(public_url: str, status_index: int) -> tuple[str, int]:
    """Where the status of a place is told, and its index there: the `status_list` claim of a referenced token."""
    number, index = status_index >> LIST_BITS, status_index & (LIST_PLACES - 1)
    return f"{public_url}{BASE}/lists/{number}", index


def bitstring_entries(public_url: str, status_index: int) -> list[dict[str, Any]]:
    """The `credentialStatus` of a credential: revocation and suspension by one bit, the whole status as a message."""
    number, index = status_index >> LIST_BITS, status_index & (LIST_PLACES - 1)
    entries: list[dict[str, Any]] = []
    for purpose in PURPOSES:
        uri = f"{public_url}{BASE}/bitstrings/{purpose}/{number}"
        entry: dict[str, Any] = {
            "id": f"{uri}#{index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": purpose,
            "statusListIndex": str(index),
            "statusListCredential": uri,
        }
        if purpose == "message":
            entry |= {"statusSize": BITS, "statusMessage": status_messages()}
        entries.append(entry)
    return entries


def status_messages() -> list[dict[str, str]]:
    """What each value of a message list means: all that four bits can hold have to be named."""
    return [
        {"status": f"0x{value:x}", "message": NAMES[OF_WIRE[value]].en if value in OF_WIRE else "unused"}
        for value in range(1 << BITS)
    ]


def low_first(values: Mapping[int, int], *, bits: int = BITS, places: int = LIST_PLACES) -> bytes:
    """So many bits a place, the first place of a byte in its low bits: Token Status List, section 4.1."""
    content = bytearray(places * bits // 8)
    for place, value in values.items():
        at, shift = divmod(place * bits, 8)
        content[at] |= value << shift
    return bytes(content)


def high_first(values: Mapping[int, int], *, bits: int = BITS, places: int = LIST_PLACES) -> bytes:
    """The first place of a byte in its high bits: Bitstring Status List, section 3.3."""
    content = bytearray(places * bits // 8)
    for place, value in values.items():
        at, shift = divmod(place * bits, 8)
        content[at] |= value << 8 - bits - shift
    return bytes(content)


def token_jwt(listed: StatusList, signer: Signer) -> bytes:
    """A Status List Token as a JWT."""
    packed = base64url(zlib.compress(low_first(listed.values), 9))
    return jwt("statuslist+jwt", _claims(listed) | {"status_list": {"bits": BITS, "lst": packed}}, signer)


def token_cwt(listed: StatusList, signer: Signer) -> bytes:
    """A Status List Token as a CWT in a tagged COSE_Sign1; maps in deterministic order."""
    claims, packed = _claims(listed), zlib.compress(low_first(listed.values), 9)
    payload = b"".join(
        (
            cbor.map_head(5),
            cbor.integer(_SUBJECT) + cbor.text(claims["sub"]),
            cbor.integer(_EXPIRES) + cbor.integer(claims["exp"]),
            cbor.integer(_ISSUED_AT) + cbor.integer(claims["iat"]),
            cbor.integer(_STATUS_LIST) + cbor.map_head(2),
            cbor.text("lst") + cbor.byte_string(packed),
            cbor.text("bits") + cbor.integer(BITS),
            cbor.integer(_TTL) + cbor.integer(claims["ttl"]),
        )
    )
    protected = b"".join(
        (
            cbor.map_head(3),
            cbor.integer(_ALGORITHM) + cbor.integer(_ES256),
            cbor.integer(_KEY_ID) + cbor.byte_string(bytes.fromhex(signer.kid)),
            cbor.integer(_TYPE) + cbor.text(TOKEN_CWT),
        )
    )
    message = b"".join(
        (
            cbor.array_head(4),
            cbor.text("Signature1"),
            cbor.byte_string(protected),
            cbor.byte_string(b""),
            cbor.byte_string(payload),
        )
    )
    parts = (cbor.byte_string(protected), cbor.map_head(0), cbor.byte_string(payload))
    return _TAG + cbor.array_head(4) + b"".join(parts) + cbor.byte_string(signer.sign(message))


def bitstring_credential(listed: StatusList, purpose: Purpose) -> dict[str, Any]:
    """A BitstringStatusListCredential, unsecured."""
    uri, content = listed.bitstring_uri(purpose), listed.bitstring(purpose)
    # The entry of each credential says it too; some readers look for it here.
    size = {"statusSize": BITS} if purpose == "message" else {}
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": uri,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": listed.public_url,
        "validFrom": _moment(listed.at),
        "validUntil": _moment(listed.at + LIFETIME),
        "credentialSubject": {
            "id": f"{uri}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "ttl": int(TTL.total_seconds() * 1000),
            "encodedList": "u" + base64url(gzip.compress(content, 9, mtime=0)),
        }
        | size,
    }


def bitstring_jwt(listed: StatusList, purpose: Purpose, signer: Signer) -> bytes:
    """The credential as the payload of a JWT (VC-JOSE-COSE, section 3.1.1)."""
    return jwt("vc+jwt", bitstring_credential(listed, purpose), signer)


def jwt(kind: str, claims: Mapping[str, Any], signer: Signer) -> bytes:
    """A signed JWT in compact form (RFC 7515), ES256."""
    header = {"alg": "ES256", "kid": signer.kid, "typ": kind}
    message = f"{base64url(orjson.dumps(header))}.{base64url(orjson.dumps(claims))}".encode()
    return message + b"." + base64url(signer.sign(message)).encode()


def base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _claims(listed: StatusList) -> dict[str, Any]:
    issued_at = int(listed.at.timestamp())
    return {
        "sub": listed.uri,
        "iat": issued_at,
        "exp": issued_at + int(LIFETIME.total_seconds()),
        "ttl": int(TTL.total_seconds()),
    }


def _moment(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
