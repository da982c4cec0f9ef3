"""FILING_* variables, validated at start."""

from datetime import timedelta
from typing import ClassVar, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from common.settings import ServiceSettings

SHORTEST_SECRET = 32
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_safe_url(url: str) -> bool:
    """HTTPS, or plain HTTP on this very machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


class OidcIssuer(BaseModel):
    """An issuer of ID tokens that the operator trusts (OpenID Connect), and who this platform is there."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    issuer: str
    client_id: str
    jwks_uri: str


class FilingSettings(ServiceSettings):
    """The authority's first account, and how long a token key signs."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="FILING_")

    bootstrap_client_id: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_.-]{3,100}$",
        description="client id of the authority's first account",
    )
    bootstrap_client_secret: SecretStr | None = Field(
        default=None,
        description=f"its secret, {SHORTEST_SECRET} characters or more; a new one here replaces the old",
    )
    token_key_days: int = Field(default=90, ge=1, le=3650, description="a token key signs this long")

    oidc_issuers: tuple[OidcIssuer, ...] = Field(
        default=(), description="JSON list of {issuer, client_id, jwks_uri}: where people may sign in, too"
    )

    @field_validator("oidc_issuers")
    @classmethod
    def _fetched_safely(cls, value: tuple[OidcIssuer, ...]) -> tuple[OidcIssuer, ...]:
        if not all(is_safe_url(one.jwks_uri) for one in value):
            raise ValueError("FILING_OIDC_ISSUERS: jwks_uri is https, or http on this machine")
        return value

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        secret = self.bootstrap_client_secret
        if (self.bootstrap_client_id is None) != (secret is None):
            raise ValueError("FILING_BOOTSTRAP_CLIENT_ID and FILING_BOOTSTRAP_CLIENT_SECRET go together")
        if secret is not None and len(secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"FILING_BOOTSTRAP_CLIENT_SECRET has {SHORTEST_SECRET} characters or more")
        return self

    @property
    def token_key_lifetime(self) -> timedelta:
        return timedelta(days=self.token_key_days)
