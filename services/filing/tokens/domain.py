"""PURE: what a token request says (RFC 6749 section 4.4), the claims of a token (RFC 9068), and the life of a key."""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from urllib.parse import parse_qsl, unquote_plus
from uuid import UUID

from common.ids import encode_id
from filing.accounts.domain import Holder

AUDIENCE: Final = "skills"
TOKEN_SECONDS: Final = 900
KEY_LEAD: Final = timedelta(minutes=1)  # services know a key this long before it signs
KEY_MARGIN: Final = timedelta(minutes=5)  # and keep it this long after the last token that it signed
FORM: Final = "application/x-www-form-urlencoded"
ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
CLIENT_ID: Final = re.compile(r"[\x21-\x7e]{1,100}")
_MEMBERS: Final = 16

OAuthCode = Literal[
    "invalid_request", "invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"
]


class OAuthError(Exception):
    """The token endpoint refuses (RFC 6749 section 5.2); the edge makes the two answers of it, zh and en."""

    def __init__(self, code: OAuthCode) -> None:
        super().__init__(code)
        self.code: OAuthCode = code


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """Who asks, for which scopes (none: all that the account has), and by what: a secret or a signed assertion."""

    client_id: str | None
    client_secret: str | None
    scopes: frozenset[str] | None
    assertion: str | None = None


def read_token_request(*, content_type: str | None, authorization: str | None, body: bytes) -> TokenRequest:
    """Parse a client-credentials request, with a secret in the Basic header or the body, or an assertion: one of them.

    Raises OAuthError.
    """
    if (content_type or "").partition(";")[0].strip().lower() != FORM:
        raise OAuthError("invalid_request")
    form = _form(body)
    if "grant_type" not in form:
        raise OAuthError("invalid_request")
    if form["grant_type"] != "client_credentials":
        raise OAuthError("unsupported_grant_type")
    scopes = _scopes(form.get("scope"))
    assertion = _assertion(authorization, form)
    if assertion is not None:
        return TokenRequest(form.get("client_id"), None, scopes, assertion)
    client_id, client_secret = _credentials(authorization, form)
    if not CLIENT_ID.fullmatch(client_id):
        raise OAuthError("invalid_client")
    return TokenRequest(client_id, client_secret, scopes)


def _form(body: bytes) -> dict[str, str]:
    """Members of the form, each named once (RFC 6749 section 3.2); an empty one counts as left out."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=_MEMBERS, errors="strict"
        )
    except ValueError:  # also what is not ASCII, and too many members
        raise OAuthError("invalid_request") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise OAuthError("invalid_request")
    return {name: value for name, value in form.items() if value}


def _assertion(authorization: str | None, form: dict[str, str]) -> str | None:
    """The signed assertion of RFC 7523, where the client shows itself by one. Raises OAuthError beside another way."""
    assertion = form.get("client_assertion")
    if assertion is None:
        return None
    if authorization is not None or "client_secret" in form:
        raise OAuthError("invalid_request")  # RFC 6749 section 2.3: one method a request
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise OAuthError("invalid_client")
    return assertion


def _credentials(authorization: str | None, form: dict[str, str]) -> tuple[str, str]:
    if "client_secret" in form and authorization is not None:
        raise OAuthError("invalid_request")  # RFC 6749 section 2.3: one method a request
    if authorization is not None:
        client_id, client_secret = _basic(authorization)
        if form.get("client_id", client_id) != client_id:
            raise OAuthError("invalid_request")
        return client_id, client_secret
    if "client_id" not in form or "client_secret" not in form:
        raise OAuthError("invalid_client")
    return form["client_id"], form["client_secret"]


def _basic(authorization: str) -> tuple[str, str]:
    """Both parts of a Basic header are form-encoded before they are joined (RFC 6749 section 2.3.1)."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise OAuthError("invalid_client")
    try:
        text = b64decode(encoded.strip(), validate=True).decode("ascii")
    except (Base64Error, ValueError):
        raise OAuthError("invalid_client") from None
    client_id, colon, client_secret = text.partition(":")
    if not colon:
        raise OAuthError("invalid_client")
    return unquote_plus(client_id), unquote_plus(client_secret)


def _scopes(text: str | None) -> frozenset[str] | None:
    if text is None:
        return None
    if not re.fullmatch(r"[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*", text):
        raise OAuthError("invalid_scope")
    return frozenset(text.split(" "))


def granted_scopes(asked: frozenset[str] | None, held: frozenset[str]) -> frozenset[str]:
    """All scopes of the account, or the part that was asked for. Raises OAuthError when that is more."""
    if asked is None:
        return held
    if not asked <= held:
        raise OAuthError("invalid_scope")
    return asked


def claims_of(
    holder: Holder, *, issuer: str, scopes: frozenset[str], issued_at: datetime, token_id: UUID
) -> dict[str, Any]:
    """The claims of an access token (RFC 9068); organisation and region only where the account has them."""
    claims: dict[str, Any] = {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": encode_id("account", holder.account_id),
        "client_id": holder.client_id,
        "role": holder.role,
        "scope": " ".join(sorted(scopes)),
        "iat": int(issued_at.timestamp()),
        "exp": int(issued_at.timestamp()) + TOKEN_SECONDS,
        "jti": str(token_id),
    }
    if holder.organisation_id is not None:
        claims["org"] = encode_id("organisation", holder.organisation_id)
    if holder.region is not None:
        claims["region"] = holder.region
    return claims


@dataclass(frozen=True, slots=True)
class KeyLife:
    """When a key begins to sign, and when no token that it signed can be valid any more (None: still open)."""

    kid: str
    signs_from: datetime
    not_after: datetime | None


def signing_key(keys: Sequence[KeyLife], *, now: datetime) -> KeyLife | None:
    """The newest key that signs already."""
    return max(
        (key for key in keys if key.signs_from <= now),
        key=lambda key: (key.signs_from, key.kid),
        default=None,
    )


def is_published(key: KeyLife, *, now: datetime) -> bool:
    """A key stands in the key set from its making until the last token that it signed has expired."""
    return key.not_after is None or now <= key.not_after


def is_due(keys: Sequence[KeyLife], *, now: datetime, lifetime: timedelta) -> bool:
    """Whether a new key has to be made: there is none, or the newest has signed for its lifetime."""
    newest = max((key.signs_from for key in keys), default=None)
    return newest is None or now >= newest + lifetime


def last_use(signs_until: datetime) -> datetime:
    """Until when tokens signed by a key may be met, once it signs no more."""
    return signs_until + timedelta(seconds=TOKEN_SECONDS) + KEY_MARGIN
