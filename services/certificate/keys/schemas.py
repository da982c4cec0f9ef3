"""HTTP shapes of published keys."""

from typing import Literal

from pydantic import ConfigDict, Field

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


class KeySetOut(Output):
    """All that an offline check of a code needs."""

    keys: list[PublishedKeyOut]
