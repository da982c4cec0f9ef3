"""What certificate tells: signing keys, certificates issued (in chunks) and revoked."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.events import Event
from common.ids import (
    AccountId,
    BatchId,
    CompromiseId,
    CorrectionId,
    DecisionId,
    JobId,
    OrganisationId,
    PersonId,
    PlanId,
    ResultId,
)

CertificateKind = Literal["skill_level", "national_qualification", "special_ability"]
CertificateStatus = Literal["valid", "suspended", "under_review", "revoked", "superseded"]


class SigningKeyPublished(Event):
    """A key that certificates are signed with, for everyone who verifies offline."""

    type: ClassVar[str] = "skills.certificate.signing-key.published.v1"
    kid: str
    jwk: dict[str, str]
    sm2: dict[str, str] | None = Field(default=None, description="its SM2 companion, where there is one")
    valid_from: datetime
    valid_to: datetime

    @property
    def key(self) -> str:
        return f"signing-key:{self.kid}"


class PlatformKeyPublished(Event):
    """A key of the platform itself, which signs for this purpose only."""

    type: ClassVar[str] = "skills.certificate.platform-key.published.v1"
    kid: str
    purpose: Literal["status", "names", "answer", "credential", "log"]
    jwk: dict[str, str]
    valid_from: datetime
    valid_to: datetime

    @property
    def key(self) -> str:
        return f"platform-key:{self.kid}"


class SeriesNearlyExhausted(Event):
    """A series of numbers has given 95 % of what it can give: its body needs a further register (Art. 1)."""

    type: ClassVar[str] = "skills.certificate.series.nearly-exhausted.v1"
    kind: CertificateKind
    register_code: str
    year: int
    level: int = Field(ge=0, le=5, description="0: special ability, which has no levels")
    given: int
    left: int

    @property
    def key(self) -> str:
        return f"series:{self.kind}:{self.register_code}:{self.year}:{self.level}"


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
    status_index: int | None = Field(default=None, description="its place in the status lists")


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
    status_index: int | None = Field(default=None, description="place of this version in the status lists")

    @property
    def key(self) -> str:
        return f"certificate:{self.number}"


class KeyCompromised(Event):
    """What a key signed in a window proves nothing any more; certificates are signed again, or revoked (Art. 22)."""

    type: ClassVar[str] = "skills.certificate.key.compromised.v1"
    compromise_id: CompromiseId
    kid: str
    window_from: datetime
    window_to: datetime
    measure: Literal["reissue", "revoke"]
    certificates: int = Field(ge=0, description="of the key and window, at the time of the decision")
    decision_document: str
    decided_at: datetime
    decided_by: AccountId

    @property
    def key(self) -> str:
        return f"key:{self.kid}"


class ResignedCertificate(BaseModel):
    """A certificate signed again with another key: the same number, a higher version."""

    model_config = ConfigDict(frozen=True)
    number: str
    version: int = Field(ge=2)
    result_id: ResultId
    kid: str
    payload_sha256: str
    status_index: int


class CertificatesResigned(Event):
    """A chunk (at most 500) of the certificates that were signed again because their key was compromised."""

    type: ClassVar[str] = "skills.certificate.certificates.resigned.v1"
    compromise_id: CompromiseId
    certificates: tuple[ResignedCertificate, ...] = Field(min_length=1, max_length=500)
    resigned_at: datetime

    @property
    def key(self) -> str:
        return f"compromise:{self.compromise_id}"


class StatusChange(BaseModel):
    """The status of one place in the status lists from `since` on; of two, the one with the higher `serial` counts."""

    model_config = ConfigDict(frozen=True)
    number: str
    status_index: int
    status: CertificateStatus
    since: datetime
    reason_code: str
    decision_document: str
    serial: int = Field(ge=1, description="gap-free over all changes of the platform, in order of commit")


class StatusesChanged(Event):
    """A chunk (at most 500) of the changes that one decision made, for one certificate or for many (Art. 22)."""

    type: ClassVar[str] = "skills.certificate.statuses.changed.v1"
    decision_id: DecisionId
    changes: tuple[StatusChange, ...] = Field(min_length=1, max_length=500)

    @property
    def key(self) -> str:
        return f"decision:{self.decision_id}"


class PrintedSheet(BaseModel):
    """One printed sheet; its serial stands on it and rises with each sheet of the number."""

    model_config = ConfigDict(frozen=True)
    number: str
    version: int = Field(ge=1)
    serial: int = Field(ge=1)
    purpose: Literal["first", "reprint", "lost"]


class CertificatesPrinted(Event):
    """Sheets were printed: one, or a chunk (at most 500) of a batch's; by its body, an office, or the holder."""

    type: ClassVar[str] = "skills.certificate.certificates.printed.v1"
    sheets: tuple[PrintedSheet, ...] = Field(min_length=1, max_length=500)
    printed_by: Literal["body", "office", "holder"]
    account_id: AccountId | None = None
    job_id: JobId | None = None
    printed_at: datetime

    @property
    def key(self) -> str:
        return f"certificate:{self.sheets[0].number}" if self.job_id is None else f"job:{self.job_id}"


class GuessingNoticed(Event):
    """Names were guessed at a certificate's number until it rested: its holder is told. Nothing was shown."""

    type: ClassVar[str] = "skills.certificate.guessing.noticed.v1"
    number: str
    person_id: PersonId
    misses: int = Field(ge=1)
    noticed_at: datetime

    @property
    def key(self) -> str:
        return f"certificate:{self.number}"


class LegacyImported(Event):
    """Certificates of the time before were taken in from one source; whose they are is not told (Art. 2)."""

    type: ClassVar[str] = "skills.certificate.legacy.imported.v1"
    import_id: UUID
    taken_from: str = Field(description="the source that they were taken from")
    evidence: Literal["original_register", "archive_scan", "declared"]
    certificates: int
    document_sha256: str | None = None
    imported_by: AccountId

    @property
    def key(self) -> str:
        return f"legacy-import:{self.import_id}"
