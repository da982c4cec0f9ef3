"""PURE: the file that certificates are checked with where no network is: published keys, statuses and names.

One JSON document; each part is signed by a key of the platform that was published for it. docs/certificate-code.md
specifies it. What does not hold is not read: a file is taken whole or refused.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from common.certificate_code import KeySet, PublishedKey, es256_holds, read_key
from common.status_bundle import NotABundle, StatusBundle, opened

FORMAT: Final = "skills-bundle"
VERSION: Final = 1
KEYS_TYPE: Final = "skills-keys+jws"
NAMES_TYPE: Final = "skills-names+jws"
CONTENT_TYPE: Final = "application/vnd.skills.bundle+json"
LARGEST: Final = 64 * 1024 * 1024
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BROKEN: Final = (KeyError, TypeError, AttributeError, ValueError, OverflowError, RecursionError)
Purpose = Literal["names", "status"]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Keys, statuses and names as of the times at which they were signed. `signed_by`: key ids of the platform."""

    keys: KeySet
    keys_at: datetime
    items: Mapping[str, str] = field(repr=False)
    bodies: Mapping[str, str] = field(repr=False)
    names_at: datetime
    status: StatusBundle | None
    signed_by: tuple[str, ...]

    @classmethod
    def parse(cls, raw: bytes, *, trusted: Mapping[str, Any] | None = None) -> "Bundle":
        """The bundle of a file, all its signatures checked. Raises NotABundle.

        `trusted`: the platform's keys (a JWK set) from elsewhere; without them those in the file are taken, and the
        file is as good as the way on which it came.
        """
        if len(raw) > LARGEST:
            raise NotABundle("larger than any bundle")
        try:
            return cls._read(json.loads(raw), trusted)
        except NotABundle:
            raise
        except _BROKEN as error:
            raise NotABundle("not a bundle") from error

    @classmethod
    def _read(cls, document: Mapping[str, Any], trusted: Mapping[str, Any] | None) -> "Bundle":
        if (document["format"], document["version"]) != (FORMAT, VERSION):
            raise NotABundle("another format or a newer version")
        platform = PlatformKeys(document["platform_keys"] if trusted is None else trusted)
        keys = platform.claims(document["keys"], KEYS_TYPE)
        names = platform.claims(document["names"], NAMES_TYPE)
        file = document["status"]
        status = None if file is None else opened(_unbase64url(file), holds=platform.holds_status)
        if status is not None and status.base is not None:
            raise NotABundle("a delta is no bundle")
        return cls(
            KeySet.parse(keys),
            _moment(keys["iat"]),
            _texts(names["items"]),
            _texts(names["bodies"]),
            _moment(names["iat"]),
            status,
            tuple(platform.used),
        )


class PlatformKeys:
    """The platform's own keys of a JWK set; each counts for its purpose and its time alone."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._keys: dict[tuple[str, str], PublishedKey] = {}
        self.used: dict[str, None] = {}
        for jwk in document["keys"]:
            if jwk["alg"] == "ES256" and jwk["purpose"] in {"names", "status"}:
                key = read_key({**jwk, "register": ""})
                self._keys[key.kid.hex(), jwk["purpose"]] = key

    def claims(self, jws: str, kind: str) -> dict[str, Any]:
        """What a compact JWS (RFC 7515) of purpose `names` says. Raises NotABundle, ValueError."""
        head, body, signature = jws.split(".")
        header = json.loads(_unbase64url(head))
        if (header["alg"], header["typ"]) != ("ES256", kind):
            raise NotABundle("a part is of another type")
        claims: dict[str, Any] = json.loads(_unbase64url(body))
        message = f"{head}.{body}".encode()
        if not self._holds("names", header["kid"], message, _unbase64url(signature), _moment(claims["iat"])):
            raise NotABundle("a signature does not hold")
        return claims

    def holds_status(self, kid: bytes, message: bytes, signature: bytes) -> bool:
        """Whether the file of statuses is signed by a key published for it."""
        return self._holds("status", kid.hex(), message, signature, None)

    def _holds(
        self, purpose: Purpose, kid: str, message: bytes, signature: bytes, made_at: datetime | None
    ) -> bool:
        key = self._keys.get((kid, purpose))
        if key is None or (made_at is not None and not key.valid_from <= made_at <= key.valid_to):
            return False
        self.used[kid] = None
        return len(signature) == 64 and es256_holds(key.public, message, signature)


def signed_part(claims: Mapping[str, Any], kind: str, *, kid: str, sign: Callable[[bytes], bytes]) -> str:
    """A part as a compact JWS. `sign`: ES256, 64 bytes."""
    header = {"alg": "ES256", "kid": kid, "typ": kind}
    message = b".".join(_base64url(_compact(part)) for part in (header, claims))
    return b".".join((message, _base64url(sign(message)))).decode()


def bundle_file(*, platform_keys: Mapping[str, Any], keys: str, names: str, status: bytes | None) -> bytes:
    """The file of these parts."""
    return _compact(
        {
            "format": FORMAT,
            "version": VERSION,
            "platform_keys": platform_keys,
            "keys": keys,
            "names": names,
            "status": None if status is None else _base64url(status).decode(),
        }
    )


def _compact(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _texts(value: Any) -> dict[str, str]:
    if not all(isinstance(name, str) for name in value.values()):
        raise NotABundle("names are texts")
    return dict(value)


def _moment(seconds: Any) -> datetime:
    return _EPOCH + timedelta(seconds=int(seconds))


def _base64url(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def _unbase64url(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
