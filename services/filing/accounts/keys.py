"""PURE: public keys of accounts, and the assertions that they sign (RFC 7523, `private_key_jwt`).

Taken are EC keys on P-256 and RSA keys of 2048 bits or more; the algorithm comes from the key, not the assertion.
"""

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from common import strict_json
from common.errors import Bilingual, FieldError, Violations

LONGEST_LIFE: Final = timedelta(minutes=5)
LONGEST_ASSERTION: Final = 8 * 1024
_SMALLEST_RSA: Final = 2048
_LARGEST_RSA: Final = 8192
_ALGORITHMS: Final[Mapping[str, tuple[str, ...]]] = {"EC": ("ES256",), "RSA": ("PS256", "RS256")}


class KeyRefused(Violations):
    """A key that is weak, of another kind, or not public alone."""

    code = "key-refused"
    article = "18(3)"
    title = Bilingual("公钥不可用", "Key refused")


class AssertionRefused(Exception):
    """An assertion that proves nothing; why is nobody's to know."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a checked assertion says: it is used once, and of no use after `expires_at`."""

    jti: str
    expires_at: datetime


def public_key(jwk: Mapping[str, Any]) -> dict[str, Any]:
    """The public members of a key that may be registered, with its thumbprint as `kid`. Raises KeyRefused."""
    kind = jwk.get("kty")
    if kind not in _ALGORITHMS or "d" in jwk or any(not isinstance(value, str) for value in jwk.values()):
        raise _refused()
    try:
        if kind == "EC" and jwk.get("crv") != "P-256":
            raise _refused()
        if kind == "RSA" and not _SMALLEST_RSA <= _bits(str(jwk["n"])) <= _LARGEST_RSA:
            raise _refused()
        key = ECKey.import_key(dict(jwk)) if kind == "EC" else RSAKey.import_key(dict(jwk))
    except (JoseError, ValueError, KeyError, TypeError):
        raise _refused() from None
    members = ("kty", "crv", "x", "y") if kind == "EC" else ("kty", "n", "e")
    public = key.as_dict(private=False)
    return {name: str(public[name]) for name in members} | {"kid": key.thumbprint()}


def _bits(number: str) -> int:
    return int.from_bytes(urlsafe_b64decode(number + "=" * (-len(number) % 4))).bit_length()


def _refused() -> KeyRefused:
    return KeyRefused(
        [
            FieldError(
                pointer="/jwk",
                code="key-refused",
                article="18(3)",
                detail=Bilingual(
                    "公钥须为 P-256 椭圆曲线或不少于 2048 位的 RSA,且不含私钥。",
                    "A public key is EC on P-256 or RSA of 2048 bits or more, without its private half.",
                ),
                remedy=Bilingual(
                    "请重新生成密钥对,只登记公钥。", "Make a new pair and register its public half."
                ),
            )
        ]
    )


def subject_of(assertion: str) -> tuple[str, str | None]:
    """Whom an assertion that is not checked yet speaks for, and the key it names. Raises AssertionRefused."""
    segments = assertion.split(".")
    if len(assertion) > LONGEST_ASSERTION or len(segments) != 3:
        raise AssertionRefused
    header, claims = (_object(segment) for segment in segments[:2])
    subject, kid = claims.get("sub"), header.get("kid")
    if (
        not isinstance(subject, str)
        or not isinstance(kid, str | None)
        or not set(header) <= {"alg", "typ", "kid"}
    ):
        raise AssertionRefused
    return subject, kid


def check_assertion(
    assertion: str, jwk: Mapping[str, Any], *, client_id: str, issuer: str, now: datetime
) -> Assertion:
    """Signed by this key, by this client, for us alone, for five minutes at most. Raises AssertionRefused."""
    kind = str(jwk["kty"])
    key = ECKey.import_key(dict(jwk)) if kind == "EC" else RSAKey.import_key(dict(jwk))
    try:
        signed = jws.deserialize_compact(assertion, key, algorithms=list(_ALGORITHMS[kind]))
    except (JoseError, ValueError):
        raise AssertionRefused from None
    claims = _parsed(signed.payload)
    expires, jti = claims.get("exp"), claims.get("jti")
    if not (claims.get("iss") == claims.get("sub") == client_id) or claims.get("aud") != issuer:
        raise AssertionRefused  # one audience, as one string (RFC 7523bis)
    if not isinstance(jti, str) or not 1 <= len(jti) <= 200:
        raise AssertionRefused
    if not isinstance(expires, int | float) or isinstance(expires, bool):
        raise AssertionRefused
    if not now.timestamp() < expires <= (now + LONGEST_LIFE).timestamp():
        raise AssertionRefused
    return Assertion(jti, datetime.fromtimestamp(expires, now.tzinfo))


def _object(segment: str) -> dict[str, Any]:
    try:
        raw = urlsafe_b64decode(segment.encode("ascii") + b"=" * (-len(segment) % 4))
    except ValueError:
        raise AssertionRefused from None
    return _parsed(raw)


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        value = strict_json.parse(raw)
    except ValueError:
        raise AssertionRefused from None
    if not isinstance(value, dict):
        raise AssertionRefused
    return value
