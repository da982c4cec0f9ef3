"""HTTP shapes of the candidate's own view."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from common.events.certificate import CertificateKind
from common.events.registration import Outcome
from common.ids import (
    AccountId,
    CandidateId,
    CandidateSessionId,
    CorrectionRequestId,
    PlanId,
    ResultId,
)
from common.schemas import Bool, Input, Line, Name, Note, Output
from registration.candidate_view.domain import CODE_DIGITS
from registration.candidate_view.models import RequestState, Subject
from registration.results.schemas import Mark, Reason
from registration.reviews.domain import Act
from registration.rosters.domain import CandidateState, Eligible


class CandidateSessionIn(Input):
    """Who wants to see what is recorded."""

    id_type: Line = Field(default="resident_id", examples=["resident_id"], description="as rosters name it")
    id_number: Line = Field(examples=["320106199003071015"])
    name: Name = Field(examples=["王伟"])


class CandidateSessionOut(Output):
    """The same for everybody: where there is such a person, a code is on its way to the number on record."""

    id: CandidateSessionId
    expires_at: datetime


class CodeIn(Input):
    """The code that was sent."""

    code: Annotated[str, StringConstraints(pattern=rf"^[0-9]{{{CODE_DIGITS}}}$")] = Field(
        examples=["40917355"]
    )


class TokenOut(Output):
    """Sent back in the header `Candidate-Token`; shown once."""

    token: str
    expires_at: datetime


class IdentityOut(Output):
    """Who the record is about, as it is recorded."""

    name: str
    id_type: str
    id_number: str
    phone: str | None
    registered_at: datetime


class PlanOut(Output):
    """The evaluation that an entry belongs to."""

    id: PlanId
    number: str
    name: str
    region: str
    starts_on: date
    ends_on: date
    cancelled: bool


class AdmissionOut(Output):
    """Number and seat of who may sit; the newest version holds."""

    number: str
    session_number: int | None
    site: str | None
    room: str | None
    seat: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    version: int


class ReviewStepOut(Output):
    """One act of the review: a decision, a question, an answer, an appeal."""

    act: Act
    code: str | None
    words: str | None
    until: date | None
    acted_at: datetime


class RegistrationOut(Output):
    """A registration for an item at a level, with the centre's decision."""

    id: CandidateId
    plan: PlanOut
    item_code: str
    item_name: str
    level: int
    state: CandidateState
    reason: str | None
    submitted_at: datetime
    reviewed_at: datetime | None
    claims: dict[str, Any] = Field(
        description="what the row said: years of work, earlier certificate, school"
    )
    eligible: Eligible | None = Field(description="what the rules say to the claims of the row (Art. 2, 14)")
    finding: dict[str, Any] | None = Field(description="the same, clause by clause")
    alarms: list[str] = Field(description="what the reviewer was told to look at; it blocks nothing")
    review: list[ReviewStepOut] = Field(description="what was done since, in its order")
    admission: AdmissionOut | None


class ResultVersionOut(Output):
    """What a result says, as recorded (version 1) or as a correction left it."""

    version: int
    theory: Mark | None
    skill: Mark | None
    review: Mark | None
    ethics_passed: bool
    absent: bool
    misconduct: bool
    outcome: Outcome
    since: datetime | None


class OwnResultOut(ResultVersionOut):
    """A result as it stands, with why it came to this by the standard's rule as it was then."""

    id: ResultId
    plan: PlanOut
    item_code: str
    level: int
    reasons: list[Reason]
    evaluated_on: date
    recorded_on: date | None
    remark: str | None
    earlier: list[ResultVersionOut] = Field(description="what corrections replaced; it stays on record")


class CertificateOut(Output):
    """A certificate of a result, as the register has it; anybody may check it by its number and name (Art. 20)."""

    number: str
    result_id: ResultId
    kind: CertificateKind
    item_code: str
    level: int
    issued_on: date
    state: Literal["valid", "revoked"]
    revoked_at: datetime | None


class CorrectionRequestIn(Input):
    """What is wrong: with one registration or one result, and how it should be."""

    candidate_id: CandidateId | None = None
    result_id: ResultId | None = None
    text: Note = Field(examples=["姓名应为“王玮”,见身份证。"])


class RequestKept(Output):
    """A request and where it stands, without what was written: answers to a POST are kept to be repeated."""

    id: CorrectionRequestId
    plan_id: PlanId
    subject: Subject
    subject_id: str = Field(examples=["candidate_01jdqkrphefh0stfg14d2pf2db"])
    state: RequestState
    asked_at: datetime
    answered_at: datetime | None


class CorrectionRequestOut(RequestKept):
    """A request, and how it was answered."""

    text: str
    answer: str | None


class AskedOut(CorrectionRequestOut):
    """A request as the centre and the organisation see it."""

    name: str = Field(examples=["王*"])
    id_number: str | None
    answered_by: AccountId | None


class AnswerIn(Input):
    """The centre's answer. What is accepted is then put right by a correction of its own."""

    accepted: Bool
    answer: Note = Field(examples=["已核对身份证,姓名将更正。"])


class MeOut(Output):
    """Everything recorded about a person here, and what state it is in (PIPL Art. 45)."""

    identity: IdentityOut
    registrations: list[RegistrationOut]
    results: list[OwnResultOut]
    certificates: list[CertificateOut]
    requests: list[CorrectionRequestOut]
