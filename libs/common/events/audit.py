"""What audit tells: supervision assigned and reported, results recognised or not."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.events import Event
from common.ids import (
    AccountId,
    BatchId,
    ComplaintId,
    DrawId,
    OrganisationId,
    PlanId,
    SupervisionId,
    SupervisorId,
)

GateState = Literal["pass", "fail", "waiting"]
Verdict = Literal["normal", "rectify", "stop"]
Measure = Literal["suspended", "abnormal", "blacklisted", "exited"]


class DrawCommitted(Event):
    """A draw will be made from this list with this seed; only hashes are told yet, so nobody can choose (Art. 22)."""

    type: ClassVar[str] = "skills.audit.draw.committed.v1"
    draw_id: DrawId
    plan_id: PlanId
    purpose: Literal["spot_check", "supervisor"]
    pool_sha256: str
    seed_sha256: str

    @property
    def key(self) -> str:
        return f"draw:{self.draw_id}"


class DrawRevealed(Event):
    """The seed and the outcome of a draw: anyone can run it again."""

    type: ClassVar[str] = "skills.audit.draw.revealed.v1"
    draw_id: DrawId
    plan_id: PlanId
    seed: str
    pool: tuple[str, ...]
    drawn: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"draw:{self.draw_id}"


class SupervisionAssigned(Event):
    """A supervisor was sent to the session of a plan (Art. 18(2))."""

    type: ClassVar[str] = "skills.audit.supervision.assigned.v1"
    supervision_id: SupervisionId
    plan_id: PlanId
    supervisor_id: SupervisorId
    draw_id: DrawId | None = None
    on: date

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class SupervisionReported(Event):
    """The supervisor's on-site report was filed."""

    type: ClassVar[str] = "skills.audit.supervision.reported.v1"
    supervision_id: SupervisionId
    plan_id: PlanId
    supervisor_id: SupervisorId
    verdict: Verdict
    findings: int
    reported_at: datetime

    @property
    def key(self) -> str:
        return f"plan:{self.plan_id}"


class Gate(BaseModel):
    """One condition of recognition (Art. 17), with what was found and where it is written."""

    model_config = ConfigDict(frozen=True)
    gate: str
    state: GateState
    article: str
    detail_zh: str
    detail_en: str


class ResultsRecognised(Event):
    """The results of a batch are recognised: they give certificates and may carry subsidies (Art. 17)."""

    type: ClassVar[str] = "skills.audit.results.recognised.v1"
    batch_id: BatchId
    plan_id: PlanId
    organisation_id: OrganisationId
    rows: int
    gates: tuple[Gate, ...]
    decided_at: datetime
    decided_by: str = Field(description="`rule` or the account of the person in charge")

    @property
    def key(self) -> str:
        return f"batch:{self.batch_id}"


class RecognitionRefused(Event):
    """The results of a batch are not recognised, gate by gate."""

    type: ClassVar[str] = "skills.audit.recognition.refused.v1"
    batch_id: BatchId
    plan_id: PlanId
    organisation_id: OrganisationId
    gates: tuple[Gate, ...]
    decided_at: datetime
    decided_by: str

    @property
    def key(self) -> str:
        return f"batch:{self.batch_id}"


class RecognitionWithdrawn(Event):
    """A recognition is taken back; `certificates` says what becomes of those that rest on it (Art. 17, 22).

    `revoke`: they lose their validity; `suspend`: for the time being; `review`: they are looked at again and may be
    used meanwhile at the asker's risk; `stand`: nothing, only what is still to be issued is not.
    """

    type: ClassVar[str] = "skills.audit.recognition.withdrawn.v1"
    batch_id: BatchId
    plan_id: PlanId
    organisation_id: OrganisationId
    decided_at: datetime
    decided_by: str
    reason: str = Field(description="number of the decision, or its reason in words; published")
    certificates: Literal["revoke", "suspend", "review", "stand"]

    @property
    def key(self) -> str:
        return f"batch:{self.batch_id}"


class OrganisationListed(Event):
    """A measure against an evaluating body: suspension, abnormal list, blacklist, or its exit (Art. 22).

    It counts from `valid_from` on, through `valid_to` (none: until it is cleared). One case is one measure: told again
    with other dates, the later word counts. No new plans; `plans` says whether open ones stand still or are finished,
    `certificates` whether those that the body issued are looked at again until it is cleared.
    """

    type: ClassVar[str] = "skills.audit.organisation.listed.v1"
    organisation_id: OrganisationId
    case: str = Field(description="number of the case, which is published")
    measure: Measure
    valid_from: date
    valid_to: date | None = None
    plans: Literal["freeze", "finish"] = "freeze"
    certificates: Literal["stand", "under_review"] = "stand"

    @property
    def key(self) -> str:
        return f"organisation:{self.organisation_id}"


class OrganisationCleared(Event):
    """A measure ends: from `cleared_on` on it counts no more (removed from the list, lifted, or taken in error)."""

    type: ClassVar[str] = "skills.audit.organisation.cleared.v1"
    organisation_id: OrganisationId
    case: str
    cleared_on: date = Field(description="first day without the measure")

    @property
    def key(self) -> str:
        return f"organisation:{self.organisation_id}"


class ExaminerRegistered(Event):
    """An examiner's card as it stands now (Art. 22): said again when it is prolonged, changed or withdrawn.

    Examiners act in office: card and name are public. `withdrawn_on`: from that day on the card is not valid.
    """

    type: ClassVar[str] = "skills.audit.examiner.registered.v1"
    card_number: str
    name: str
    grade: Literal["examiner", "senior_examiner"]
    item_codes: tuple[str, ...] = Field(description="occupations that the card is for")
    employer_uscc: str | None = Field(default=None, description="credit code of whoever employs the examiner")
    trains_for_uscc: tuple[str, ...] = Field(
        default=(), description="bodies whose registered trainer the examiner is"
    )
    valid_from: date
    valid_to: date
    withdrawn_on: date | None = None

    @property
    def key(self) -> str:
        return f"examiner:{self.card_number}"


class StatisticsPublished(Event):
    """A month's figures were published (Art. 19); as they were then they stay, a later edition stands beside them."""

    type: ClassVar[str] = "skills.audit.statistics.published.v1"
    month: date = Field(description="its first day")
    edition: int = Field(ge=1)
    note: str | None = None
    published_at: datetime

    @property
    def key(self) -> str:
        return f"statistics:{self.month.isoformat()[:7]}"


class LogIncluded(Event):
    """A certificate's event stands in the public log: its leaf, and the proof under a signed checkpoint (Art. 22)."""

    type: ClassVar[str] = "skills.audit.log.included.v1"
    event_id: UUID = Field(description="of the event that is included")
    event_source: str
    position: int = Field(description="in its source's journal")
    event_type: str
    numbers: tuple[str, ...] = Field(description="certificates that the event tells of")
    leaf_index: int
    tree_size: int
    entry: str = Field(description="the leaf as it was hashed (RFC 9162: SHA-256 of 00 and these bytes)")
    proof: tuple[str, ...] = Field(description="hashes from the leaf to the root, hex")
    checkpoint: str = Field(description="signed note with size and root")

    @property
    def key(self) -> str:
        return f"log:{self.event_source}"


class ListingProposed(Event):
    """A measure against a body was proposed; the body is heard until `heard_until` (Art. 22)."""

    type: ClassVar[str] = "skills.audit.listing.proposed.v1"
    case: str
    organisation_id: OrganisationId
    measure: Measure
    ground: str
    fact: str = Field(description="public number of what it rests on")
    heard_until: date
    proposed_by: AccountId | None = Field(default=None, description="none: by the rule of repeated listings")

    @property
    def key(self) -> str:
        return f"listing-case:{self.case}"


class ListingHeard(Event):
    """The body made its statement; what it says stays with the case."""

    type: ClassVar[str] = "skills.audit.listing.heard.v1"
    case: str
    organisation_id: OrganisationId

    @property
    def key(self) -> str:
        return f"listing-case:{self.case}"


class ListingAppealed(Event):
    """The body appeals against a measure, which stands meanwhile."""

    type: ClassVar[str] = "skills.audit.listing.appealed.v1"
    case: str
    organisation_id: OrganisationId

    @property
    def key(self) -> str:
        return f"listing-case:{self.case}"


class ListingAppealDecided(Event):
    """A third person upheld the appeal (the measure is cleared) or dismissed it."""

    type: ClassVar[str] = "skills.audit.listing.appeal-decided.v1"
    case: str
    organisation_id: OrganisationId
    outcome: Literal["upheld", "dismissed"]
    decided_by: AccountId

    @property
    def key(self) -> str:
        return f"listing-case:{self.case}"


class ComplaintReceived(Event):
    """Somebody complains; who, and in which words, stays sealed with the centre (Art. 22)."""

    type: ClassVar[str] = "skills.audit.complaint.received.v1"
    complaint_id: ComplaintId
    region: str
    subject: Literal["organisation", "plan", "certificate", "person", "other"]
    acknowledge_by: date
    answer_by: date

    @property
    def key(self) -> str:
        return f"complaint:{self.complaint_id}"


class ComplaintAcknowledged(Event):
    """The centre took the complaint up, or declined it."""

    type: ClassVar[str] = "skills.audit.complaint.acknowledged.v1"
    complaint_id: ComplaintId
    accepted: bool
    acknowledged_by: AccountId

    @property
    def key(self) -> str:
        return f"complaint:{self.complaint_id}"


class ComplaintAnswered(Event):
    """What came of a complaint. `organisation_id`: whose record it goes into, where it was founded."""

    type: ClassVar[str] = "skills.audit.complaint.answered.v1"
    complaint_id: ComplaintId
    outcome: Literal["founded", "partly_founded", "unfounded"]
    organisation_id: OrganisationId | None = None
    card_number: str | None = None
    answered_by: AccountId

    @property
    def key(self) -> str:
        return f"complaint:{self.complaint_id}"
