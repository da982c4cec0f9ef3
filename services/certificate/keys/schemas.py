"""HTTP shapes of published keys."""

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from certificate.keys.models import Measure, Purpose
from common.ids import CompromiseId
from common.schemas import Input, Line, Output

KeyState = Literal["signing", "replaced", "ending", "ended", "compromised"]


class WindowOut(Output):
    """When a key was in foreign hands or abused: codes of these days are refused (Art. 22)."""

    window_from: int = Field(alias="from", description="first instant (NumericDate)")
    window_to: int = Field(alias="to", description="last instant (NumericDate)")

    model_config = ConfigDict(frozen=True, serialize_by_alias=True)


class PointOut(Output):
    """A point of sm2p256v1, base64url."""

    x: str
    y: str


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
    sm2: PointOut | None = Field(
        default=None, description="its SM2 companion, where the operator signs twice (GB/T 32918)"
    )
    compromised: WindowOut | None = Field(
        default=None, description="absent unless decided: codes whose day of issue lies in it prove nothing"
    )

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
    compromised: WindowOut | None = Field(
        default=None, description="absent unless decided: what it signed in this window proves nothing"
    )


class PlatformKeySetOut(Output):
    """The keys of the platform itself."""

    keys: list[PlatformKeyOut]


class KeySetOut(Output):
    """All that an offline check of a code needs."""

    keys: list[PublishedKeyOut]


class CompromiseIn(Input):
    """A decision that a key was in foreign hands, or abused, in a window."""

    window_from: datetime = Field(
        description="where the key itself leaked: the beginning of its validity, for days can be written back",
        examples=["2026-11-01T00:00:00+08:00"],
    )
    window_to: datetime = Field(examples=["2026-11-23T10:00:00+08:00"])
    measure: Measure = Field(
        description="sign the certificates again with another key, or revoke them", examples=["reissue"]
    )
    decision_document: Line = Field(description="the decision's reference", examples=["苏人社撤〔2026〕15号"])


class EstimateOut(Output):
    """What a decision would touch; nothing is decided by asking."""

    kid: str
    window_from: datetime
    window_to: datetime
    certificates: int


class CompromiseOut(Output):
    """A decision, and how far it is carried out."""

    id: CompromiseId
    kid: str
    window_from: datetime
    window_to: datetime
    measure: Measure
    decision_document: str
    decided_at: datetime
    certificates: int = Field(description="of the key and window when it was decided")
    outcomes: dict[str, int] = Field(
        description="certificates by what became of them: `waiting`, `reissued`, `revoked`, "
        "`not-valid` (revoked before), or why they could not be signed"
    )
    state: Literal["running", "completed"]


class KeyLifeOut(Output):
    """The life of a key as staff see it."""

    kid: str
    scope: Literal["body", "platform"]
    used_for: str = Field(description="its register, or its purpose", examples=["Y000032000017"])
    issuer: str | None
    valid_from: datetime
    valid_to: datetime
    days_left: int = Field(description="whole days to its end; below zero: it has ended")
    state: KeyState = Field(
        description="`replaced`: another signs now; `ending`: it signs, and ends within 30 days"
    )
    told_at_days: list[int] = Field(description="alarms told: 30, 7 and 1 days before its end")
