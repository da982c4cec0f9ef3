"""HTTP shapes of certificates."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Path
from pydantic import ConfigDict, Field

from certificate.certificates.domain import ReasonCode
from certificate.proofs.schemas import LogProofOut
from certificate.status.domain import Status
from common.certificate_code import Kind
from common.ids import BatchId, OrganisationId, PlanId
from common.schemas import Input, Line, Output

NUMBER_EXAMPLE = "Y000032000017263000042"


NumberPath = Annotated[
    str, Path(description="as printed; small letters are taken", examples=[NUMBER_EXAMPLE])
]


class CertificateOut(Output):
    """A certificate for those who may read it; the holder is masked."""

    number: str = Field(examples=[NUMBER_EXAMPLE])
    version: int = Field(
        default=1, description="higher: signed again, for its holder's name or document was corrected"
    )
    kind: Kind
    level: int = Field(examples=[3])
    item_code: str = Field(examples=["6-31-01-03"])
    item_name: str = Field(examples=["电工"])
    holder: str = Field(description="masked", examples=["张*"])
    organisation_id: OrganisationId
    organisation_name: str
    entrusted_by: str | None = Field(
        default=None, description="employer on whose behalf it was evaluated (Art. 12)"
    )
    plan_id: PlanId
    batch_id: BatchId
    issued_on: date
    state: Status
    code: str = Field(
        description="the text of the QR code", examples=["HTTPS://SKILLS.EXAMPLE.ORG/V/2KCE3IQBEYCERMDR…"]
    )


class NumberPartOut(Output):
    """A part of a number and what it means."""

    characters: str
    part_zh: str
    part_en: str
    meaning_zh: str
    meaning_en: str


class RevocationOut(Output):
    """The revocation of a certificate: final."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "number": NUMBER_EXAMPLE,
                    "reason_code": "issued_in_error",
                    "decision_document": "苏人社撤〔2026〕1号",
                    "revoked_at": "2026-12-01T09:30:00+08:00",
                }
            ]
        }
    )

    number: str
    reason_code: ReasonCode
    decision_document: str
    revoked_at: datetime


class StatusOut(Output):
    """How a certificate stands that something was decided about: since when, why, on which paper."""

    status: Status
    since: datetime
    reason_code: ReasonCode
    decision_document: str


class CertificateDetail(CertificateOut):
    """A certificate with its number explained and, where something was decided about it, its status."""

    number_parts: list[NumberPartOut]
    kid: str = Field(description="the signing key, see GET /certificate/v1/keys")
    status: StatusOut | None = None
    revocation: RevocationOut | None = None
    log_proof: LogProofOut | None = Field(
        default=None, description="from the public log; there within seconds of issue"
    )


class RevocationIn(Input):
    """Why a certificate loses its validity, and the decision that says so (Art. 22)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"reason_code": "issued_in_error", "decision_document": "苏人社撤〔2026〕1号"}]
        }
    )

    reason_code: ReasonCode
    decision_document: Annotated[Line, Field(description="number of the decision")]
