"""Access tokens by OAuth 2.0 client credentials, kept until shortly before they end.

An account shows itself by its secret (`Credentials`) or by assertions that it signs with a key of its own
(`KeyCredentials`, RFC 7523), so that nothing worth stealing leaves the machine.
"""

import time
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey
from pydantic import BaseModel

from client.calls import Call, reader

EARLY_SECONDS = 30
ASSERTION_SECONDS = 60
TOKEN_PATH: Final = "/filing/v1/oauth/token"  # noqa: S105 — a path, not a secret
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
_ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Token(BaseModel):
    access_token: str
    expires_in: int


@dataclass(slots=True, kw_only=True)
class KeptToken:
    """The token that an account got last."""

    _token: str = field(default="", repr=False, init=False)
    _good_until: float = field(default=0.0, init=False)

    @property
    def token(self) -> str | None:
        """A token that is good for a while yet, or None."""
        return self._token if time.monotonic() < self._good_until else None

    def keep(self, token: Token) -> str:
        self._token = token.access_token
        self._good_until = time.monotonic() + token.expires_in - EARLY_SECONDS
        return token.access_token

    def forget(self) -> None:
        """After a 401: the next call fetches another token."""
        self._good_until = 0.0


@dataclass(slots=True)
class Credentials(KeptToken):
    """A dedicated account's client id and secret."""

    client_id: str
    client_secret: str = field(repr=False)

    def request(self) -> Call[Token]:
        basic = httpx.BasicAuth(self.client_id, self.client_secret)
        request = httpx.Request("POST", "http://token")
        header = next(basic.auth_flow(request)).headers["Authorization"]
        return _call({}, Authorization=header)


@dataclass(slots=True)
class KeyCredentials(KeptToken):
    """A dedicated account's client id, and the P-256 key whose public half it registered.

    `issuer` stands in the platform's metadata (`/filing/v1/oauth/metadata`).
    """

    client_id: str
    key: ECKey = field(repr=False)
    issuer: str

    def request(self) -> Call[Token]:
        """A fresh assertion each time: one is taken once."""
        now = int(time.time())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.issuer,
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
            "jti": str(uuid4()),
        }
        header = {"alg": "ES256", "kid": self.key.thumbprint()}
        assertion = jwt.encode(header, claims, self.key, algorithms=["ES256"])
        return _call({"client_assertion_type": _ASSERTION_TYPE, "client_assertion": assertion})


AnyCredentials = Credentials | KeyCredentials


def _call(form: dict[str, str], **headers: str) -> Call[Token]:
    return Call(
        method="POST",
        path=TOKEN_PATH,
        read=reader(Token),
        content=urlencode({"grant_type": "client_credentials"} | form).encode(),
        headers=_FORM | headers,
        changes_nothing="client_assertion" not in form,  # which is taken once: the next try signs another
    )
