"""What filing tells: token keys, organisations, accounts, and plans."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.events import Event
from common.ids import AccountId, EditionId, EntrustmentId, OrganisationId, PlanId, StandardId

OrganisationKind = Literal[
    "employer", "third_party_agency", "industry_body", "school", "government_centre", "foreign_body"
]
Mode = Literal["enterprise", "social", "school", "competition"]
PlanKind = Literal["employer", "social", "school"]  # by which of the flows of Art. 18 a plan runs
SpecialKind = Literal["competition", "direct", "trial", "joint"]
OrganisationState = Literal[
    "applied", "approved", "refused", "suspended", "abnormal", "blacklisted", "exited"
]


class TokenKeyPublished(Event):
    """A key that access tokens may be signed with; services check tokens with it offline (RFC 7517 JWK)."""

    type: ClassVar[str] = "skills.filing.token-key.published.v1"
    kid: str
    jwk: dict[str, str]
    not_after: datetime | None = None

    @property
    def key(self) -> str:
        return f"token-key:{self.kid}"


class ScopeEntry(BaseModel):
    """What an organisation may evaluate: items × levels × regions × modes (Art. 12)."""

    model_config = ConfigDict(frozen=True)
    item_codes: tuple[str, ...] = Field(description="empty: every item of the list")
    levels: tuple[int, ...]
    regions: tuple[str, ...] = Field(
        description="GB/T 2260 codes; a city or the province covers its counties"
    )
    modes: tuple[Mode, ...]


class RegisterAssigned(BaseModel):
    """The organisation's certificate register: positions 1–13 of its certificate numbers (DOMAIN: numbers)."""

    model_config = ConfigDict(frozen=True)
    category: str
    organisation_code: str
    province: str
    site_serial: str


class OrganisationApproved(Event):
    """An evaluating body may evaluate within this scope (Art. 12). Said again when the scope changes."""

    type: ClassVar[str] = "skills.filing.organisation.approved.v1"
    organisation_id: OrganisationId
    uscc: str
    name: str
    kind: OrganisationKind
    region: str
    register_code: RegisterAssigned
    scope: tuple[ScopeEntry, ...]
    valid_from: date
    valid_to: date

    @property
    def key(self) -> str:
        return f"organisation:{self.organisation_id}"


class OrganisationStandingChanged(Event):
    """An organisation was listed or cleared by audit (Art. 22): how it stands from `since` through `until`.

    Certificates issued before stay untouched; `may_sign_in` false: its accounts' tokens are refused.
    """

    type: ClassVar[str] = "skills.filing.organisation.standing-changed.v1"
    organisation_id: OrganisationId
    state: OrganisationState
    case: str | None = Field(default=None, description="the case that it stands by; none: in good standing")
    since: date | None = None
    until: date | None = Field(default=None, description="last day; none: until it is cleared")
    may_file: bool
    may_sign_in: bool

    @property
    def key(self) -> str:
        return f"organisation:{self.organisation_id}"


class EntrustedPart(BaseModel):
    """Items × levels that an employer entrusts."""

    model_config = ConfigDict(frozen=True)
    item_codes: tuple[str, ...] = Field(description="empty: every item of the list")
    levels: tuple[int, ...]


class EntrustmentConfirmed(Event):
    """An employer and a specialised body have both agreed that the body evaluates for the employer (Art. 12)."""

    type: ClassVar[str] = "skills.filing.entrustment.confirmed.v1"
    entrustment_id: EntrustmentId
    employer_id: OrganisationId
    employer_name: str
    agency_id: OrganisationId
    agency_name: str
    scope: tuple[EntrustedPart, ...]
    valid_from: date
    valid_to: date
    contract_sha256: str
    confirmed_on: date
    purpose: Literal["evaluation", "joint_training"] = Field(
        default="evaluation", description="joint training: a school's students, whom the employer evaluates"
    )
    cohort_year: int | None = Field(default=None, description="of joint training: year of enrolment")

    @property
    def key(self) -> str:
        return f"entrustment:{self.entrustment_id}"


class EntrustmentEnded(Event):
    """One side ended an entrustment; what was done under it until its last day stays."""

    type: ClassVar[str] = "skills.filing.entrustment.ended.v1"
    entrustment_id: EntrustmentId
    employer_id: OrganisationId
    agency_id: OrganisationId
    ended_by: OrganisationId = Field(description="the side that ended it")
    last_day: date

    @property
    def key(self) -> str:
        return f"entrustment:{self.entrustment_id}"


class AccountGranted(Event):
    """A dedicated account was granted (Art. 18(3)): to whom, by whom, until when."""

    type: ClassVar[str] = "skills.filing.account.granted.v1"
    account_id: AccountId
    role: str
    organisation_id: OrganisationId | None = None
    region: str | None = None
    granted_at: datetime
    granted_by: AccountId
    expires_on: date | None = None

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"


class AccountCredentialChanged(Event):
    """A secret or a key of an account was added or retired; never what it is."""

    type: ClassVar[str] = "skills.filing.account.credential-changed.v1"
    account_id: AccountId
    credential: Literal["secret", "key", "password"]
    change: Literal["added", "retired"]
    changed_at: datetime
    changed_by: AccountId

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"


class AccountRevoked(Event):
    """An account's tokens are refused from now on, on every service."""

    type: ClassVar[str] = "skills.filing.account.revoked.v1"
    account_id: AccountId
    revoked_at: datetime

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"


class PlanItem(BaseModel):
    """One item at one level in a plan, under a named standard, with the number of candidates expected."""

    model_config = ConfigDict(frozen=True)
    item_code: str
    item_name: str
    track: str
    level: int
    standard_id: StandardId = Field(description="of a trial: of the outline that the plan goes by")
    standard_name: str
    headcount: int
    edition_id: EditionId | None = Field(
        default=None, description="edition of the list by which the plan was decided (Art. 3)"
    )


class Site(BaseModel):
    model_config = ConfigDict(frozen=True)
    name: str
    region: str
    address: str


class PlanSession(BaseModel):
    """One sitting of a plan: an item at a level, in a room of the site, from one instant to another."""

    model_config = ConfigDict(frozen=True)
    number: int = Field(description="1, 2, … within the plan")
    item_code: str
    level: int
    site_name: str
    region: str
    room: str
    starts_at: datetime
    ends_at: datetime
    seats: int


class JointProgramme(BaseModel):
    """The school–enterprise programme whose students an employer evaluates (Art. 15)."""

    model_config = ConfigDict(frozen=True)
    entrustment_id: EntrustmentId = Field(description="the agreement that both sides confirmed")
    school_id: OrganisationId
    school_name: str
    cohort_year: int = Field(description="year in which its students enrolled")


class LateAdmission(BaseModel):
    """A named officer admitted a plan that was filed too late, with a reason that is public (Art. 18(1))."""

    model_config = ConfigDict(frozen=True)
    reason: str
    admitted_by: AccountId
    admitted_on: date


class Examiner(BaseModel):
    """An examiner named in a plan: by card number and name, as the field does (examiners act in office)."""

    model_config = ConfigDict(frozen=True)
    card_number: str
    name: str
    is_leader: bool = False


class PlanFiled(Event):
    """A plan was put on record, in time or admitted late with a reason (Art. 18(1))."""

    type: ClassVar[str] = "skills.filing.plan.filed.v1"
    plan_id: PlanId
    number: str
    organisation_id: OrganisationId
    kind: PlanKind
    region: str
    starts_on: date
    filed_on: date

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class EntrustedBy(BaseModel):
    """The employer on whose behalf a plan was filed (Art. 12): plans and certificates name both sides."""

    model_config = ConfigDict(frozen=True)
    entrustment_id: EntrustmentId
    organisation_id: OrganisationId
    name: str
    uscc: str


class PlanAccepted(Event):
    """The centre accepted a plan: everything the other services need to know of it, as it stood on that day."""

    type: ClassVar[str] = "skills.filing.plan.accepted.v1"
    plan_id: PlanId
    number: str
    name: str
    organisation_id: OrganisationId
    organisation_name: str
    organisation_kind: OrganisationKind
    uscc: str
    kind: PlanKind
    mode: Mode
    region: str = Field(description="county of the site: the centre in charge")
    site: Site
    items: tuple[PlanItem, ...]
    examiners: tuple[Examiner, ...]
    starts_on: date
    ends_on: date
    filed_on: date
    last_filing_day: date
    deadline_provisional: bool = False
    recorder_account_id: AccountId | None = Field(default=None, description="who may enter the batch")
    accepted_at: datetime
    accepted_by: AccountId
    entrusted_by: EntrustedBy | None = Field(default=None, description="the employer that entrusted it")
    by_rule: bool = Field(
        default=False,
        description="accepted by the rule that `accepted_by` switched on, by no person (Art. 21)",
    )
    special: SpecialKind | None = Field(
        default=None,
        description="a competition (Art. 11), the direct channel (14), a trial of a new occupation (1), "
        "a school–enterprise programme (15); `kind` tells by which flow it runs",
    )
    sessions: tuple[PlanSession, ...] = Field(default=(), description="none: the plan names no sittings")
    waives_seniority: bool = Field(
        default=False, description="the direct channel: conditions of seniority are waived (Art. 14)"
    )
    programme: JointProgramme | None = Field(default=None, description="of a joint plan (Art. 15)")
    roster_sha256: str | None = Field(
        default=None, description="the roster that was handed in with the plan (Art. 18(2))"
    )
    roster_candidates: int | None = None
    outline_sha256: str | None = Field(
        default=None, description="by what a new occupation without a standard is tried (Art. 1)"
    )
    late_admission: LateAdmission | None = Field(
        default=None, description="filed too late, and admitted by a named officer"
    )

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class PlanAdmittedLate(Event):
    """A named officer admits one plan of an organisation for this first day, though filed too late (Art. 18(1))."""

    type: ClassVar[str] = "skills.filing.plan.admitted-late.v1"
    admission_id: UUID
    organisation_id: OrganisationId
    region: str
    starts_on: date
    ground: str
    reason: str
    admitted_by: AccountId
    admitted_on: date

    @property
    def key(self) -> str:
        return f"late-admission:{self.admission_id}"


class PlanDeadlineDecided(Event):
    """The deadline of a plan was decided anew, for a year of the calendar was announced (Art. 18(1))."""

    type: ClassVar[str] = "skills.filing.plan.deadline-decided.v1"
    plan_id: PlanId
    organisation_id: OrganisationId
    starts_on: date
    filed_on: date
    last_filing_day: date
    provisional: bool = Field(description="another year that it depends on is not announced")
    missed: bool = Field(
        description="filed after that day and not accepted yet: postpone it, or ask for admission"
    )
    earliest_start: date = Field(description="first day possible if it is filed again today")
    calendar_year: int
    calendar_edition: int

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class PlanDecisionRefused(Event):
    """Somebody who also acts for the body tried to decide on its plan (Art. 22): nothing was decided."""

    type: ClassVar[str] = "skills.filing.plan.decision-refused.v1"
    plan_id: PlanId
    account_id: AccountId
    reason: Literal["conflict-of-interest"]
    refused_at: datetime

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class PlanReturned(Event):
    """The centre returned a plan with reasons, to be mended and filed again."""

    type: ClassVar[str] = "skills.filing.plan.returned.v1"
    plan_id: PlanId
    reasons: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class PlanRejected(Event):
    """The centre rejected a plan for good: another one has to be filed."""

    type: ClassVar[str] = "skills.filing.plan.rejected.v1"
    plan_id: PlanId
    reasons: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class PlanEscalated(Event):
    """A plan waited past the service-time target and was put before the centre of a region above; said once each."""

    type: ClassVar[str] = "skills.filing.plan.escalated.v1"
    plan_id: PlanId
    number: str
    region: str
    escalated_to: str
    due_on: date
    workdays_waiting: int

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class AutomaticAcceptanceSet(Event):
    """Acceptance by rule was switched on or off for an organisation (Art. 21)."""

    type: ClassVar[str] = "skills.filing.organisation.automatic-acceptance-set.v1"
    organisation_id: OrganisationId
    enabled: bool
    reason: str
    set_at: datetime
    set_by: AccountId

    @property
    def key(self) -> str:
        return f"organisation:{self.organisation_id}"


class PlanAmended(PlanAccepted):
    """An accepted plan was amended: everything that the other services need to know of it, as it stands now."""

    type: ClassVar[str] = "skills.filing.plan.amended.v1"
    number_of_amendment: int
    changes: tuple[str, ...]


class PlanCancelled(Event):
    """A plan is not carried out: nothing more is taken in under it; what was recorded stays."""

    type: ClassVar[str] = "skills.filing.plan.cancelled.v1"
    plan_id: PlanId
    organisation_id: OrganisationId
    side: Literal["organisation", "centre"]
    reason: str
    cancelled_at: datetime

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"
