"""What certificate tells: signing keys, certificates issued (in chunks) and revoked."""

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from common.events import Event
from common.ids import BatchId, CorrectionId, OrganisationId, PlanId, ResultId

CertificateKind = Literal["skill_level", "national_qualification", "special_ability"]


class SigningKeyPublished(Event):
    """A key that certificates are signed with, for everyone who verifies offline."""

    type: ClassVar[str] = "skills.certificate.signing-key.published.v1"
    kid: str
    jwk: dict[str, str]
    valid_from: datetime
    valid_to: datetime

    @property
    def key(self) -> str:
        return f"signing-key:{self.kid}"


class IssuedCertificate(BaseModel):
    """One certificate as the record needs it: no name, no ID number."""

    model_config = ConfigDict(frozen=True)
    number: str
    result_id: ResultId
    kind: CertificateKind
    item_code: str
    level: int
    issued_on: date
    kid: str
    payload_sha256: str


class CertificatesIssued(Event):
    """A chunk (at most 500) of the certificates of a recognised batch."""

    type: ClassVar[str] = "skills.certificate.certificates.issued.v1"
    batch_id: BatchId
    plan_id: PlanId
    organisation_id: OrganisationId
    chunk: int = Field(ge=1)
    certificates: tuple[IssuedCertificate, ...] = Field(max_length=500)

    @property
    def key(self) -> str:
        return f"batch:{self.batch_id}"


class CertificateRevoked(Event):
    """A certificate lost its validity (撤销), with the reason's code and the decision it rests on."""

    type: ClassVar[str] = "skills.certificate.certificate.revoked.v1"
    number: str
    reason_code: str
    decision_document: str
    revoked_at: datetime
    revoked_by: str

    @property
    def key(self) -> str:
        return f"certificate:{self.number}"


class CertificateReissued(Event):
    """A certificate was signed again under its number: whom it names was corrected; its older codes are superseded."""

    type: ClassVar[str] = "skills.certificate.certificate.reissued.v1"
    number: str
    version: int = Field(ge=2)
    result_id: ResultId
    correction_id: CorrectionId
    kid: str
    payload_sha256: str
    reissued_at: datetime

    @property
    def key(self) -> str:
        return f"certificate:{self.number}"
