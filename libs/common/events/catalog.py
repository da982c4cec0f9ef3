"""What the catalog tells: editions of the list, its items, standards, and (in a sandbox) the platform clock."""

from datetime import date
from typing import Any, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from common.events import Event
from common.ids import CallId, ConsultationId, EditionId, StandardId, TransitionId

Track = Literal["national_qualification", "skill_level", "special_ability"]
Cause = Literal["imported", "dropped_from_national_list", "renamed", "corrected"]


class EditionPublished(Event):
    """An edition of the national or provincial list took its place in the record (Art. 3)."""

    type: ClassVar[str] = "skills.catalog.edition.published.v1"
    edition_id: EditionId
    name: str
    kind: Literal["national", "provincial"]
    published_on: date
    effective_on: date
    entries: int

    @property
    def key(self) -> str:
        return f"edition:{self.edition_id}"


class ItemListed(Event):
    """An item stands on the list from `valid_from` on, with this name, track and levels (a new version of it)."""

    type: ClassVar[str] = "skills.catalog.item.listed.v1"
    item_code: str
    name: str
    track: Track
    levels: tuple[int, ...]
    admission_linked: bool = False
    valid_from: date
    edition_id: EditionId
    cause: Cause
    recorded_at: AwareDatetime | None = Field(
        default=None, description="when the list was told; of two versions for one day the later counts"
    )

    @property
    def key(self) -> str:
        return f"item:{self.item_code}"


class ItemTrackChanged(Event):
    """An item changed its track, as when the national list drops it (Art. 3: it becomes a skill level item)."""

    type: ClassVar[str] = "skills.catalog.item.track-changed.v1"
    item_code: str
    name: str
    from_track: Track
    track: Track
    levels: tuple[int, ...]
    valid_from: date
    edition_id: EditionId
    cause: Cause
    recorded_at: AwareDatetime | None = Field(
        default=None, description="when the list was told; of two versions for one day the later counts"
    )

    @property
    def key(self) -> str:
        return f"item:{self.item_code}"


class ItemWithdrawn(Event):
    """An item leaves the list; what was certified under it stays, and leads to the items it goes on as."""

    type: ClassVar[str] = "skills.catalog.item.withdrawn.v1"
    item_code: str
    name: str
    track: Track
    valid_from: date = Field(description="first day without it")
    edition_id: EditionId
    successors: tuple[str, ...] = Field(default=(), description="codes of the items that it goes on as")
    recorded_at: AwareDatetime | None = Field(
        default=None, description="when the list was told; of two versions for one day the later counts"
    )

    @property
    def key(self) -> str:
        return f"item:{self.item_code}"


class TransitionPublished(Event):
    """A cohort enrolled before the list was published still gets the national certificate (Art. 2).

    Told again of the same item, edition and cohort, the later recorded word counts.
    """

    type: ClassVar[str] = "skills.catalog.transition.published.v1"
    transition_id: TransitionId
    item_code: str
    edition_id: EditionId = Field(description="the edition that dropped the item")
    cohort: str
    enrolled_from: date | None = None
    enrolled_before: date
    opens_on: date = Field(description="first day on which the item is off the national list")
    ends_on: date = Field(description="day on which the last of the cohort graduates")
    basis: str
    recorded_at: AwareDatetime

    @property
    def key(self) -> str:
        return f"item:{self.item_code}"


class CalendarPublished(Event):
    """The State Council's calendar of a year is on record: deadlines that were provisional are decided anew."""

    type: ClassVar[str] = "skills.catalog.calendar.published.v1"
    year: int
    edition: int = Field(description="1 for the first notice of the year, more for what amends it")
    days_off: tuple[date, ...]
    makeup_days: tuple[date, ...]
    notice: str = Field(description="name of the State Council's notice")
    document_number: str
    published_on: date

    @property
    def key(self) -> str:
        return f"calendar:{self.year}"


class Component(BaseModel):
    """A part of an evaluation under a standard, with the mark that passes it."""

    model_config = ConfigDict(frozen=True)
    part: Literal["theory", "skill", "review"]
    pass_mark: int = Field(default=60, ge=0, le=100)
    full_marks: int = Field(default=100, ge=1, le=100)
    weight: int | None = Field(default=None, description="of 100 in the whole; none: every part for itself")
    minutes: int | None = Field(default=None, description="it lasts at least so long")


class StandardScope(BaseModel):
    """Whom an enterprise norm binds: posts of enterprises, named one by one (Art. 6)."""

    model_config = ConfigDict(frozen=True)
    posts: tuple[str, ...]
    enterprises: tuple[str, ...] = Field(
        default=(), description="unified social credit codes; those of the class that were let in, too"
    )
    enterprise_class: str | None = Field(default=None, description="in words")


class StandardInForce(Event):
    """A standard may be named by plans for this item and these levels from `valid_from` on (Art. 4)."""

    type: ClassVar[str] = "skills.catalog.standard.in-force.v1"
    standard_id: StandardId
    name: str
    kind: Literal["national", "provincial", "enterprise_norm"]
    item_code: str
    levels: tuple[int, ...]
    components: dict[str, tuple[Component, ...]] = Field(description="level digit → its parts")
    valid_from: date
    valid_to: date | None = None
    scope: StandardScope | None = Field(
        default=None, description="of an enterprise norm; none: binds everybody"
    )
    regulation: Literal["2018", "2023"] = Field(
        default="2023", description="edition of the technical regulation followed"
    )
    eligibility: dict[str, Any] | None = Field(
        default=None, description="who may sit for each level; none: the general table of `regulation`"
    )

    @property
    def key(self) -> str:
        return f"standard:{self.standard_id}"


StandardState = Literal[
    "planned", "drafting", "under_review", "approved", "filed", "in_force", "superseded", "withdrawn"
]


class StandardStepTaken(Event):
    """A standard took a step of its life, from the year's plan to its end, on a document (Art. 5, 6)."""

    type: ClassVar[str] = "skills.catalog.standard.step-taken.v1"
    standard_id: StandardId
    name: str
    kind: Literal["national", "provincial", "enterprise_norm"]
    item_code: str
    state: StandardState
    taken_on: date
    document_sha256: str | None = None
    superseded_by: StandardId | None = None

    @property
    def key(self) -> str:
        return f"standard:{self.standard_id}"


class ConsultationOpened(Event):
    """A draft was put before the public; opinions are taken through `deadline`."""

    type: ClassVar[str] = "skills.catalog.consultation.opened.v1"
    consultation_id: ConsultationId
    title: str
    subject: Literal["edition", "standard", "document"]
    clauses: int
    deadline: date

    @property
    def key(self) -> str:
        return f"consultation:{self.consultation_id}"


class ConsultationClosed(Event):
    """Every opinion was answered, and what came of the consultation is published."""

    type: ClassVar[str] = "skills.catalog.consultation.closed.v1"
    consultation_id: ConsultationId
    title: str
    opinions: int

    @property
    def key(self) -> str:
        return f"consultation:{self.consultation_id}"


class EnterprisesPicked(Event):
    """A city picked representative enterprises of those that its counties recommended."""

    type: ClassVar[str] = "skills.catalog.enterprises.picked.v1"
    call_id: CallId
    city: str
    enterprises: tuple[str, ...] = Field(description="their credit codes")

    @property
    def key(self) -> str:
        return f"call:{self.call_id}"


class ClockMoved(Event):
    """Sandbox only: the platform clock of all services stands this far ahead of real time."""

    type: ClassVar[str] = "skills.catalog.clock.moved.v1"
    offset_seconds: int

    @property
    def key(self) -> str:
        return "clock"
