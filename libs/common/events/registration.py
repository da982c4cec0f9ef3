"""What registration tells: rosters reviewed, results recorded (in chunks), batches complete."""

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from common.events import Event, Sealed
from common.ids import (
    AccountId,
    BatchId,
    CandidateId,
    CandidateSessionId,
    CorrectionId,
    CorrectionRequestId,
    EvidenceId,
    LateAdmissionId,
    ObjectionId,
    OrganisationId,
    PersonId,
    PlanId,
    ResultId,
)

Outcome = Literal["passed", "failed", "absent", "misconduct"]
CHUNK_ROWS = 500


class RosterReviewed(Event):
    """The centre reviewed candidates of a plan (social and school), or the machine did (employer) (Art. 18(2))."""

    type: ClassVar[str] = "skills.registration.roster.reviewed.v1"
    plan_id: PlanId
    approved: int = Field(description="candidates approved so far")
    refused: int
    pending: int
    reviewed_by: AccountId | None = Field(default=None, description="none: by the machine")

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class CandidateActed(Event):
    """Evidence was asked of a candidate or handed in, a refusal appealed against or decided on (Art. 18(2))."""

    type: ClassVar[str] = "skills.registration.candidate.acted.v1"
    plan_id: PlanId
    candidate_id: CandidateId
    act: Literal["evidence_asked", "evidence_given", "appealed", "upheld", "overturned"]
    acted_at: datetime
    acted_by: AccountId

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class AdmissionsChanged(Event):
    """Seats were given to candidates of a plan, or changed with its sessions; who doesn't fit is counted."""

    type: ClassVar[str] = "skills.registration.admissions.changed.v1"
    plan_id: PlanId
    seated: int
    moved: int
    unseated: int

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class ResultRow(BaseModel):
    """One candidate's result. `identity` opens to {name, id_type, id_number}; nothing names the person in clear."""

    model_config = ConfigDict(frozen=True)
    result_id: ResultId
    person_id: PersonId
    identity: Sealed
    sex: Literal["male", "female", "unknown"] = "unknown"
    birth_year: int | None = None
    item_code: str
    item_name: str
    track: str
    level: int
    outcome: Outcome
    evaluated_on: date
    examiners: tuple[str, ...] = Field(default=(), description="cards of those who examined the candidate")


class ResultsRecorded(Event):
    """A chunk (at most 500 rows) of a batch; key is the batch, so chunks arrive in order, before BatchRecorded."""

    type: ClassVar[str] = "skills.registration.results.recorded.v1"
    batch_id: BatchId
    plan_id: PlanId
    chunk: int = Field(ge=1)
    rows: tuple[ResultRow, ...] = Field(max_length=CHUNK_ROWS)

    @property
    def key(self) -> str:
        return f"batch:{self.batch_id}"


class LateResults(BaseModel):
    """A named officer admitted results that came after the time limit, with a reason that is public (Art. 17)."""

    model_config = ConfigDict(frozen=True)
    admission_id: LateAdmissionId
    reason: str
    admitted_by: AccountId
    admitted_on: date


class BatchRecorded(Event):
    """A batch is complete: all its chunks were said before this (Art. 18(3))."""

    type: ClassVar[str] = "skills.registration.batch.recorded.v1"
    batch_id: BatchId
    plan_id: PlanId
    organisation_id: OrganisationId
    chunks: int
    rows: int
    outcomes: dict[Outcome, int]
    evaluation_ended_on: date
    recorded_on: date
    recorded_at: datetime
    recorded_by: AccountId
    received_on: date | None = Field(default=None, description="the upload's day, which is what counts")
    workdays_allowed: int | None = Field(
        default=None, description="the limit, counted from the evaluation's end"
    )
    last_day: date | None = Field(default=None, description="the last day in time, as counted at the upload")
    late: bool = False
    days_late: int = Field(default=0, description="days of the calendar after the last day")
    admitted_late: LateResults | None = Field(default=None, description="by whom and why, where it was late")
    public_until: date | None = Field(
        default=None,
        description="before the public until then (公示); none: the province asks for no publicity",
    )

    @property
    def key(self) -> str:
        return f"batch:{self.batch_id}"


class ObjectionRaised(Event):
    """Somebody objects to published results; text and contact stay with the centre."""

    type: ClassVar[str] = "skills.registration.objection.raised.v1"
    objection_id: ObjectionId
    batch_id: BatchId
    plan_id: PlanId
    raised_at: datetime

    @property
    def key(self) -> str:
        return f"batch:{self.batch_id}"


class ObjectionDecided(Event):
    """The centre upheld or dismissed an objection."""

    type: ClassVar[str] = "skills.registration.objection.decided.v1"
    objection_id: ObjectionId
    batch_id: BatchId
    upheld: bool
    decided_at: datetime
    decided_by: AccountId

    @property
    def key(self) -> str:
        return f"batch:{self.batch_id}"


class ResultsPublicityEnded(Event):
    """A batch was before the public for its days, and every objection against it is decided."""

    type: ClassVar[str] = "skills.registration.publicity.ended.v1"
    batch_id: BatchId
    plan_id: PlanId
    public_until: date
    objections: int
    upheld: int
    ended_at: datetime

    @property
    def key(self) -> str:
        return f"batch:{self.batch_id}"


class ResultCorrected(Event):
    """A recorded result was corrected: a new version of it, with the old one kept; two accounts answer for it.

    Tells the result as it stands now, so that whoever never had the old one can go on from here. `identity` opens to
    {name, id_type, id_number}.
    """

    type: ClassVar[str] = "skills.registration.result.corrected.v1"
    correction_id: CorrectionId
    result_id: ResultId
    batch_id: BatchId
    plan_id: PlanId
    version: int = Field(ge=2)
    about: Literal["marks", "identity"]
    before: Outcome
    after: Outcome
    person_id: PersonId
    identity: Sealed
    sex: Literal["male", "female", "unknown"] = "unknown"
    birth_year: int | None = None
    item_code: str
    item_name: str
    track: str
    level: int
    evidence_kind: str
    evidence_sha256: str
    asked_by: AccountId
    approved_by: AccountId
    corrected_at: datetime

    @property
    def key(self) -> str:
        return f"batch:{self.batch_id}"


class ResultsAdmittedLate(Event):
    """A named officer lets a plan's results in after the time limit, until a day; the reason is public (Art. 17)."""

    type: ClassVar[str] = "skills.registration.results.admitted-late.v1"
    admission_id: LateAdmissionId
    plan_id: PlanId
    until: date
    reason: str
    admitted_on: date
    admitted_by: AccountId

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class IdentitiesRevealed(Event):
    """Somebody looked at the documents of a plan's candidates in clear: who, for what, at how many; not at whose."""

    type: ClassVar[str] = "skills.registration.identities.revealed.v1"
    plan_id: PlanId
    purpose: str = Field(description="appeal, correction, inspection, court_order, duplicate_person")
    people: int
    revealed_at: datetime
    revealed_by: AccountId

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class EvidenceKept(Event):
    """A file that candidates of a plan rely on was put on record; it is named by neither its hash nor its owner."""

    type: ClassVar[str] = "skills.registration.evidence.kept.v1"
    evidence_id: EvidenceId
    plan_id: PlanId
    media_type: str
    size: int = Field(description="bytes kept")

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class EvidenceRead(Event):
    """Somebody looked at a file with personal data (PIPL Art. 51): who, and at which."""

    type: ClassVar[str] = "skills.registration.evidence.read.v1"
    evidence_id: EvidenceId
    plan_id: PlanId
    read_by: AccountId

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class CandidateSessionOpened(Event):
    """A person proved to be the one with a code that was sent to the number on record.

    `token_sha256`: of the token given to that person (256 random bits, so the hash opens nothing); other services know
    the person by it until `expires_at`, a real instant.
    """

    type: ClassVar[str] = "skills.registration.candidate-session.opened.v1"
    session_id: CandidateSessionId
    person_id: PersonId
    token_sha256: str | None = None
    expires_at: datetime | None = None

    @property
    def key(self) -> str:
        return f"person:{self.person_id}"


class CandidateRecordShown(Event):
    """A person looked at everything recorded about that person (PIPL Art. 45)."""

    type: ClassVar[str] = "skills.registration.candidate-record.shown.v1"
    session_id: CandidateSessionId
    person_id: PersonId

    @property
    def key(self) -> str:
        return f"person:{self.person_id}"


class CandidateRequestAsked(Event):
    """A person says that a registration or a result is recorded wrongly (PIPL Art. 46); what is wrong stays sealed."""

    type: ClassVar[str] = "skills.registration.candidate-request.asked.v1"
    request_id: CorrectionRequestId
    plan_id: PlanId
    person_id: PersonId
    subject: Literal["registration", "result"]

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class CandidateRequestAnswered(Event):
    """The centre accepted or declined a person's request, with reasons told to that person (PIPL Art. 50)."""

    type: ClassVar[str] = "skills.registration.candidate-request.answered.v1"
    request_id: CorrectionRequestId
    plan_id: PlanId
    outcome: Literal["accepted", "declined"]
    answered_by: AccountId

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"
