"""HTTP shapes of the token endpoint and its metadata."""

from typing import Literal

from pydantic import Field

from common.schemas import Output


class TokenOut(Output):
    """An access token (RFC 6749 section 5.1)."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  # the name of a scheme
    expires_in: int = Field(examples=[900])
    scope: str = Field(examples=["plans:file plans:read"])


class OAuthErrorOut(Output):
    """A refusal (RFC 6749 section 5.2), with the members of a problem (RFC 9457) for people."""

    error: str = Field(examples=["invalid_client"])
    error_description: str = Field(description="English; ASCII, as the RFC asks")
    type: str
    title: str
    status: int
    detail: str = Field(description="in the language of Accept-Language")


class PublicKeyOut(Output):
    """A public key of the token endpoint (RFC 7517)."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    kid: str
    use: Literal["sig"]
    alg: Literal["ES256"]


class KeySetOut(Output):
    """The keys that tokens may be signed with; during a rotation there are two."""

    keys: list[PublicKeyOut]


class MetadataOut(Output):
    """What an OAuth client has to know of this server (RFC 8414)."""

    issuer: str
    token_endpoint: str
    jwks_uri: str
    grant_types_supported: list[str]
    response_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    token_endpoint_auth_signing_alg_values_supported: list[str]
    scopes_supported: list[str]
    service_documentation: str
