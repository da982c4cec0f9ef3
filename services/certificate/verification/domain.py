"""PURE: the verdict on a certificate: valid, not valid, or cannot be proven now; always with reasons and times.

It is never `valid` when the state could not be read, and never `not_valid` because a call failed.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal

from certificate.certificates.domain import REASONS, ReasonCode
from common.certificate_code import Kind, Refusal, Verified
from common.errors import Bilingual, NotFound
from common.identifiers.names import mask_name

Verdict = Literal["valid", "not_valid", "unprovable"]
State = Literal["valid", "revoked", "not_genuine", "not_issued", "superseded", "unknown"]


class CertificateNotFound(NotFound):
    """No certificate has this number and this holder: which of the two is wrong is nobody's to learn."""

    code = "certificate-not-found"
    title = Bilingual("未查到证书", "No such certificate")
    article = "19"

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                "没有与所填编号和姓名同时相符的证书；请对照证书逐字核对后重试。",
                "No certificate has this number and this holder's name; check both against the certificate.",
            )
        )


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    detail: Bilingual


@dataclass(frozen=True, slots=True)
class Ground:
    """What a certificate rests on: its plan and standard, and when its results were recognised."""

    plan_number: str | None = None
    filed_on: date | None = None
    starts_on: date | None = None
    standard: str | None = None
    recognised_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """A certificate as the register has it."""

    number: str
    kind: Kind
    level: int
    item_code: str
    item_name: str
    organisation_name: str
    entrusted_by: str | None
    issued_on: date
    kid: str
    code: bytes = field(repr=False)
    revoked_for: ReasonCode | None
    revoked_at: datetime | None
    ground: Ground


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: the verdict, why, when, and what may be shown of the certificate (the holder masked)."""

    verdict: Verdict
    state: State
    reasons: tuple[Reason, ...]
    checked_at: datetime
    holder: str | None = None
    registered: Registered | None = None
    claims: Verified | None = None


SIGNATURE_HOLDS: Final = Reason(
    "signature-holds",
    Bilingual(
        "签名成立：内容由签发机构以已公布的密钥签发，未被改动。",
        "The signature holds: the issuing body signed this with a published key, and nothing was changed.",
    ),
)
STANDS: Final = Reason(
    "registered",
    Bilingual("证书已登记，未被撤销。", "The certificate is on the register and has not been revoked."),
)
NOT_ISSUED: Final = Reason(
    "not-issued",
    Bilingual("登记册中没有这份证书。", "The register has no such certificate."),
)
SUPERSEDED: Final = Reason(
    "superseded",
    Bilingual(
        "该证书码已被新的证书码取代。", "This code was superseded by a newer one of the same certificate."
    ),
)
STATE_UNKNOWN: Final = Reason(
    "state-unreadable",
    Bilingual(
        "暂时无法读取证书状态，现在不能证明其有效；请稍后重试。",
        "The certificate's state cannot be read at the moment, so nothing can be proven now; try again shortly.",
    ),
)
KEYS_UNKNOWN: Final = Reason(
    "keys-unreadable",
    Bilingual(
        "暂时无法读取已公布的密钥；请稍后重试。", "The published keys cannot be read now; try again shortly."
    ),
)


def not_genuine(refusal: Refusal, at: datetime) -> Finding:
    """A code that proves nothing; nothing of what it claims is shown."""
    return Finding("not_valid", "not_genuine", (Reason(refusal.reason, refusal.detail),), at)


def unprovable(reason: Reason, at: datetime, claims: Verified | None = None) -> Finding:
    """Nothing can be proven now, though the signature may hold."""
    proven = (SIGNATURE_HOLDS,) if claims is not None else ()
    holder = mask_name(claims.claims.name) if claims is not None else None
    return Finding("unprovable", "unknown", (*proven, reason), at, holder, claims=claims)


def by_code(verified: Verified, code: bytes, registered: Registered | None, at: datetime) -> Finding:
    """The verdict on a genuine code: a stolen key alone makes no certificate, so the register decides."""
    if registered is None:
        return Finding("not_valid", "not_issued", (SIGNATURE_HOLDS, NOT_ISSUED), at)
    holder = mask_name(verified.claims.name)
    if registered.code != code:
        reasons = (SIGNATURE_HOLDS, SUPERSEDED)
        return Finding("not_valid", "superseded", reasons, at, holder, registered, verified)
    return _standing(registered, at, holder, (SIGNATURE_HOLDS,), verified)


def by_number(registered: Registered, name: str, at: datetime) -> Finding:
    """The verdict on a number whose holder's name was given."""
    return _standing(registered, at, mask_name(name), ())


def _standing(
    registered: Registered,
    at: datetime,
    holder: str,
    proven: tuple[Reason, ...],
    claims: Verified | None = None,
) -> Finding:
    if registered.revoked_for is None:
        return Finding("valid", "valid", (*proven, STANDS), at, holder, registered, claims)
    why = REASONS[registered.revoked_for]
    revoked = Reason(
        "revoked", Bilingual(f"证书已被撤销：{why.zh}。", f"The certificate was revoked: {why.en}.")
    )
    return Finding("not_valid", "revoked", (*proven, revoked), at, holder, registered, claims)
