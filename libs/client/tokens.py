"""Access tokens by OAuth 2.0 client credentials, kept until shortly before they end."""

import time
from dataclasses import dataclass, field

import httpx
from pydantic import BaseModel

from client.calls import Call, reader

EARLY_SECONDS = 30


class Token(BaseModel):
    access_token: str
    expires_in: int


@dataclass(slots=True)
class Credentials:
    """A dedicated account's client id and secret, with the token they last gave."""

    client_id: str
    client_secret: str = field(repr=False)
    _token: str = field(default="", repr=False)
    _good_until: float = 0.0

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

    def request(self) -> Call[Token]:
        basic = httpx.BasicAuth(self.client_id, self.client_secret)
        request = httpx.Request("POST", "http://token")
        header = next(basic.auth_flow(request)).headers["Authorization"]
        return Call(
            method="POST",
            path="/filing/v1/oauth/token",
            read=reader(Token),
            content=b"grant_type=client_credentials",
            headers={"Authorization": header, "Content-Type": "application/x-www-form-urlencoded"},
            changes_nothing=True,
        )
