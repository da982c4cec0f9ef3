"""PURE: a plan as its rules see it, and what it is checked against."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from common.errors import Bilingual, FieldError
from common.events.filing import Mode, OrganisationKind
from common.workdays import WorkCalendar
from filing.listing.domain import Item, Standard
from filing.organisations.domain import Scope
from filing.plans.rules.entrusted import OnBehalf

PlanKind = Literal["employer", "social", "school", "competition", "direct", "trial", "joint"]
CardGrade = Literal["examiner", "senior_examiner"]


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """An item at a level, the standard named for it (none: tried by an outline), and the candidates expected."""

    code: str
    level: int
    standard_id: UUID | None
    headcount: int


@dataclass(frozen=True, slots=True)
class PlannedExaminer:
    """An examiner by card, with what is declared of him: a relative of a candidate, a candidate's own teacher."""

    card_number: str
    is_leader: bool
    is_relative: bool = False
    teaches_candidate: bool = False


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """One sitting: an item at a level, in a room, from one instant to another, both told in China's time."""

    item_code: str
    level: int
    room: str
    starts_at: datetime
    ends_at: datetime
    seats: int


@dataclass(frozen=True, slots=True)
class Card:
    """An examiner's card as the register has it. `valid_to`: the last day, also of a card that was withdrawn."""

    grade: CardGrade
    item_codes: frozenset[str]
    employer: str | None
    trains_for: frozenset[str]
    valid_from: date
    valid_to: date

    def is_valid_through(self, first: date, last: date) -> bool:
        return self.valid_from <= first and last <= self.valid_to


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan as it is checked.

    `weights`: dimension → per cent; `gates_ethics`: failing in ethics fails the candidate (Art. 7);
    `region`: the site's county; `roster_candidates`: of the roster handed in with it; `has_outline`: of a trial;
    `has_grounds`: reason and evidence of the direct channel.
    """

    kind: PlanKind
    mode: Mode
    items: tuple[PlannedItem, ...]
    methods: tuple[str, ...]
    weights: Mapping[str, int]
    gates_ethics: bool
    region: str
    starts_on: date
    ends_on: date
    examiners: tuple[PlannedExaminer, ...]
    recorder_account_id: UUID | None = None
    entrustment_id: UUID | None = None
    sessions: tuple[PlannedSession, ...] = ()
    address: str = ""
    roster_candidates: int | None = None
    has_outline: bool = False
    has_grounds: bool = False
    late_admission_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a plan is checked against.

    `filed_on`: the day it counts as filed; `scope`: of the organisation on the first day of evaluation; `items`: those
    of the plan that stand on the list on that day; `standards`: those of the plan that exist; `standardised`: items at
    levels that have a unified standard on that day; `recorders`: accounts of the organisation that may enter results;
    `on_behalf`: what was found for the agreement that the plan names; `employer`: credit code of whose people are
    evaluated, the organisation itself or who entrusted it; `own_code`: the organisation's; `cards`: those of the
    plan's examiners that the register has; `taken`: pointers of what another plan has booked;
    `is_admitted_late`: a named officer admitted it.
    """

    filed_on: date
    calendar: WorkCalendar
    organisation_kind: OrganisationKind
    scope: Scope | None
    items: Mapping[str, Item]
    standards: Mapping[UUID, Standard]
    recorders: frozenset[UUID]
    on_behalf: OnBehalf | None = None
    employer: str = ""
    own_code: str = ""
    standardised: frozenset[tuple[str, int]] = frozenset()
    cards: Mapping[str, Card] = field(default_factory=dict)
    taken: tuple[str, ...] = ()
    is_admitted_late: bool = False


@dataclass(frozen=True, slots=True)
class Assessment:
    """Every problem of a plan, and the dates that its filer needs."""

    problems: tuple[FieldError, ...]
    last_filing_day: date
    earliest_start: date
    provisional: bool


def problem(pointer: str, code: str, article: str | None, detail: Bilingual, remedy: Bilingual) -> FieldError:
    """One thing to mend, at its place in the plan."""
    return FieldError(pointer=pointer, code=code, article=article, detail=detail, remedy=remedy)
