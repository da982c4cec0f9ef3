"""HTTP shapes of published keys."""

from typing import Literal

from pydantic import ConfigDict, Field

from certificate.keys.models import Purpose
from common.schemas import Output


class PublishedKeyOut(Output):
    """A JWK (RFC 7517) with its validity and the body and register it signs for."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    kid: str = Field(
        description="first 8 bytes of the RFC 7638 thumbprint, hexadecimal", examples=["b0715e66934906cc"]
    )
    alg: Literal["ES256"]
    use: Literal["sig"]
    nbf: int = Field(description="valid from (NumericDate)", examples=[1795363200])
    exp: int = Field(description="valid to (NumericDate)", examples=[1826899200])
    register_code: str = Field(
        alias="register", description="numbers of this register only", examples=["Y000032000017"]
    )
    issuer: str = Field(description="the issuing body's name", examples=["江苏某某精密制造有限公司"])

    model_config = ConfigDict(frozen=True, from_attributes=True, serialize_by_alias=True)


class PlatformKeyOut(Output):
    """A JWK (RFC 7517, RFC 8037) with its validity and what the platform signs with it."""

    kty: Literal["EC", "OKP"]
    crv: Literal["P-256", "Ed25519"]
    x: str
    y: str | None = Field(default=None, description="of keys on P-256")
    kid: str = Field(
        description="first 8 bytes of the RFC 7638 thumbprint, hexadecimal", examples=["b0715e66934906cc"]
    )
    alg: Literal["ES256", "EdDSA"]
    use: Literal["sig"]
    nbf: int = Field(description="valid from (NumericDate)", examples=[1795363200])
    exp: int = Field(description="valid to (NumericDate)", examples=[1826899200])
    purpose: Purpose = Field(description="signatures for anything else do not count")
    iss: str = Field(description="the platform's address", examples=["https://skills.example"])


class PlatformKeySetOut(Output):
    """The keys of the platform itself."""

    keys: list[PlatformKeyOut]


class KeySetOut(Output):
    """All that an offline check of a code needs."""

    keys: list[PublishedKeyOut]
