"""HTTP shapes of plans. They bound what can be stored; what the policy asks is checked by the rules, all at once."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints

from common.documents import Sha256
from common.errors import FieldError
from common.events.filing import Mode
from common.ids import (
    AccountId,
    EditionId,
    EntrustmentId,
    LateAdmissionId,
    OrganisationId,
    PlanId,
    StandardId,
)
from common.problems import Mistake
from common.schemas import Bool, Input, Int, Line, Name, Note, Output, RegionCode
from filing.plans.lifecycle import State
from filing.plans.rules.draft import Assessment, PlanKind

LARGEST = 2**31 - 1
MOST_SESSIONS = 500
ItemCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z][0-9A-Z.-]{0,39}$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{4,19}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]  # calendars reckon well within these
Weight = Annotated[Int, Field(ge=0, le=100)]


class PlanItemIn(Input):
    """An item at a level, the standard it is evaluated by, and the number of candidates expected."""

    item_code: ItemCode = Field(examples=["6-18-02-04"])
    level: Int = Field(ge=0, le=99, description="5 (初级工) to 1 (高级技师)", examples=[4])
    standard_id: StandardId | None = Field(
        default=None, description="none only in trials of a new occupation (Art. 1)"
    )
    headcount: Int = Field(ge=-LARGEST, le=LARGEST, examples=[120])


class WeightsIn(Input):
    """Weights of the dimensions (Art. 7–10), per cent; ethics is a gate, never a weight."""

    ethics: Literal["gate"] | None = Field(default=None, examples=["gate"])
    ability: Weight | None = Field(default=None, examples=[40])
    performance: Weight | None = Field(default=None, examples=[40])
    contribution: Weight | None = Field(default=None, examples=[20])


class SiteIn(Input):
    """Where the evaluation takes place."""

    name: Line = Field(examples=["一号实训车间"])
    region: RegionCode = Field(description="county (GB/T 2260); its centre decides", examples=["320104"])
    address: Line = Field(examples=["南京市秦淮区光华路1号"])


class ExaminerIn(Input):
    """An examiner, by card; one of them leads the team (考评组长)."""

    card_number: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z][0-9A-Z-]{3,29}$")] = Field(
        examples=["32KP20240017"]
    )
    name: Name = Field(examples=["王建国"])
    is_leader: Bool = False
    is_relative: Bool = Field(default=False, description="declared: a relative of a candidate")
    teaches_candidate: Bool = Field(
        default=False, description="declared: master, teacher or trainer of a candidate within twelve months"
    )


class SessionIn(Input):
    """One sitting: an item at a level, in a room of the site, from one instant to another."""

    item_code: ItemCode = Field(examples=["6-18-02-04"])
    level: Int = Field(ge=0, le=99, examples=[4])
    room: Line = Field(max_length=50, examples=["一号考场"])
    starts_at: datetime = Field(examples=["2026-12-21T09:00:00+08:00"])
    ends_at: datetime = Field(examples=["2026-12-21T11:30:00+08:00"])
    seats: Int = Field(ge=1, le=10_000, examples=[30])


class RosterIn(Input):
    """The roster that goes with the plan (Art. 18(2)): its file by hash, uploaded to registration once accepted."""

    sha256: Sha256 = Field(examples=["9f" * 32])
    candidates: Int = Field(ge=1, le=100_000, examples=[57])


class OutlineIn(Input):
    """By what a new occupation without a standard is tried (Art. 1)."""

    title: Line = Field(examples=["无人机装调检修工试验性鉴定大纲"])
    sha256: Sha256 = Field(description="send the file to /documents", examples=["8e" * 32])


class DirectIn(Input):
    """Why candidates are assessed directly, and on what evidence (Art. 14)."""

    reason: Note = Field(examples=["重大工程急需紧缺高技能人才,经省厅研究同意直接认定。"])
    evidence_sha256: Sha256 = Field(examples=["7d" * 32])


class ContactIn(Input):
    """A person to ask about the plan; sealed at rest."""

    name: Name = Field(examples=["李静"])
    phone: Phone = Field(examples=["025-83230000"])


class PlanContent(Input):
    """What a plan says, without the person to ask: this is kept as it was sent."""

    name: Line = Field(
        description="unlike the organisation's other plans of that day", examples=["2026年第3批焊工认定"]
    )
    kind: PlanKind = Field(examples=["employer"])
    mode: Mode = Field(examples=["enterprise"])
    items: tuple[PlanItemIn, ...] = Field(min_length=1, max_length=100)
    methods: tuple[Slug, ...] = Field(max_length=20, examples=[["production_observation", "skill_exam"]])
    weights: WeightsIn
    site: SiteIn
    starts_on: Day = Field(examples=["2026-12-21"])
    ends_on: Day = Field(examples=["2026-12-23"])
    examiners: tuple[ExaminerIn, ...] = Field(max_length=200)
    recorder_account_id: AccountId | None = Field(
        default=None, description="the account that enters the batch; none: any recorder of the organisation"
    )
    internal_supervisor: Name | None = Field(default=None, description="内部督导员", examples=["周敏"])
    fee_cents: Int | None = Field(default=None, ge=0, le=LARGEST, description="per candidate", examples=[0])
    entrustment_id: EntrustmentId | None = Field(
        default=None,
        description="the agreement behind a plan that a specialised body files for an employer (Art. 12), or behind a"
        " joint plan (Art. 15)",
    )
    sessions: tuple[SessionIn, ...] = Field(
        default=(),
        max_length=MOST_SESSIONS,
        description="sittings; only plans of kind employer and joint may do without",
    )
    roster: RosterIn | None = Field(default=None, description="asked of social and school plans (Art. 18(2))")
    outline: OutlineIn | None = Field(default=None, description="asked of trials (Art. 1)")
    direct: DirectIn | None = Field(default=None, description="asked of the direct channel (Art. 14)")
    late_admission_id: LateAdmissionId | None = Field(
        default=None, description="where a named officer admitted this plan though it is filed too late"
    )


class PlanIn(PlanContent):
    """An evaluation plan (评价实施方案). Who files it stands in the token."""

    contact: ContactIn


class DirectPlanIn(PlanIn):
    """A plan of the direct channel, which the department files itself; a government centre carries it out."""

    organisation_id: OrganisationId


class PlanItemOut(Output):
    """An item of a plan, with the names that item and standard had when it was filed, or accepted."""

    item_code: str
    item_name: str
    track: str
    level: int
    standard_id: StandardId
    standard_name: str
    headcount: int
    edition_id: EditionId | None = Field(
        default=None, description="the edition of the list by which it was decided; none: not known any more"
    )


class SiteOut(Output):
    """Where the evaluation takes place."""

    name: str
    region: str
    address: str


class ExaminerOut(Output):
    """An examiner of the team."""

    card_number: str
    name: str
    is_leader: bool
    is_relative: bool = False
    teaches_candidate: bool = False


class SessionOut(Output):
    """One sitting."""

    item_code: str
    level: int
    room: str
    starts_at: datetime
    ends_at: datetime
    seats: int


class RosterOut(Output):
    """The roster that was handed in with the plan."""

    sha256: str
    candidates: int


class OutlineOut(Output):
    """The outline of a trial."""

    title: str
    sha256: str


class DirectOut(Output):
    """Why candidates are assessed directly."""

    reason: str
    evidence_sha256: str


class WeightsOut(Output):
    """Weights of the dimensions."""

    ethics: Literal["gate"] | None
    ability: int | None
    performance: int | None
    contribution: int | None


class ContactOut(Output):
    """The person to ask."""

    name: str
    phone: str


class ReasonOut(Output):
    """What the centre wants mended."""

    field: str
    reason: str


class PlanOut(Output):
    """A plan as its organisation and the centre in charge see it; the ETag carries its version."""

    id: PlanId
    number: str
    organisation_id: OrganisationId
    state: State
    name: str
    kind: PlanKind
    mode: Mode
    items: list[PlanItemOut]
    methods: list[str]
    weights: WeightsOut
    site: SiteOut
    starts_on: date
    ends_on: date
    examiners: list[ExaminerOut]
    recorder_account_id: AccountId | None
    internal_supervisor: str | None
    fee_cents: int | None
    entrustment_id: EntrustmentId | None = None
    sessions: list[SessionOut] = Field(default_factory=list)
    roster: RosterOut | None = None
    outline: OutlineOut | None = None
    direct: DirectOut | None = None
    late_admission_id: LateAdmissionId | None = None
    frozen_by: str | None = Field(
        default=None, description="the case by which this plan stands still until it is cleared (Art. 22)"
    )
    filed_on: date = Field(description="day of filing that the 15 working days are counted from")
    filed_at: datetime = Field(description="when it was last filed")
    last_filing_day: date
    deadline_provisional: bool = Field(description="a year of the official calendar was not published yet")
    deadline_missed: bool = Field(
        default=False,
        description="by the calendar announced since, it was filed too late: file it again with a later first day",
    )
    decided_at: datetime | None
    reasons: list[ReasonOut] = Field(description="of the last return, until the plan is filed again")


class PlanDetail(PlanOut):
    """A plan with the person to ask, for those who may see it."""

    contact: ContactOut


class PlanSummary(Output):
    """A line of the list of plans."""

    id: PlanId
    number: str
    organisation_id: OrganisationId
    organisation_name: str
    state: State
    name: str
    kind: PlanKind
    region: str
    starts_on: date
    filed_on: date


class FieldProblem(Output):
    """One thing to mend."""

    pointer: str | None
    code: str
    detail: str
    remedy: str
    article: str | None

    @classmethod
    def of(cls, found: FieldError | Mistake, *, language: Literal["zh", "en"]) -> Self:
        """One mistake, told in one language."""
        return cls(
            pointer=found.pointer,
            code=found.code,
            detail=getattr(found.detail, language),
            remedy=getattr(found.remedy, language),
            article=found.article if isinstance(found, FieldError) else None,
        )


class PlanCheck(Output):
    """What filing this plan today would bring (`dry_run`); nothing was kept."""

    acceptable: bool
    problems: list[FieldProblem]
    last_filing_day: date
    earliest_start: date
    provisional: bool

    @classmethod
    def of(cls, found: Assessment, *, language: Literal["zh", "en"]) -> Self:
        """The assessment, told in one language."""
        return cls(
            acceptable=not found.problems,
            problems=[FieldProblem.of(one, language=language) for one in found.problems],
            last_filing_day=found.last_filing_day,
            earliest_start=found.earliest_start,
            provisional=found.provisional,
        )
