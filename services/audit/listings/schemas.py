"""HTTP shapes of cases and of the public lists."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from audit.listings.domain import State
from common.events.audit import Measure
from common.ids import AccountId, OrganisationId
from common.schemas import Input, Line, Name, Note, Output

CaseNumber = Annotated[str, StringConstraints(pattern=r"^LC-20[0-9]{2}-[0-9]{5}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
GroundCode = Literal[
    "plans_late",
    "results_late",
    "outside_scope",
    "unsupervised",
    "inspection_refused",
    "data_leaked",
    "under_investigation",
    "yearly_check_failed",
    "roster_falsified",
    "substitute_candidates",
    "scores_changed",
    "certificates_sold",
    "own_request",
    "inactive",
    "conditions_lost",
]


class CaseIn(Input):
    """A measure proposed against one body, named by its id: names are shared."""

    organisation_id: OrganisationId
    ground: GroundCode = Field(
        description="from the closed list; the measure follows from it", examples=["plans_late"]
    )
    fact: Line = Field(
        max_length=100,
        description="what it rests on, by its public number (plan, batch, report, complaint): held against a body once",
        examples=["JS-320106-2026-000017"],
    )
    account: Note = Field(min_length=10, max_length=4000, examples=["该机构三个月内五次逾期备案，详见附件。"])
    evidence: tuple[Sha256, ...] = Field(default=(), max_length=50, description="SHA-256 of files on record")
    responsible: Name | None = Field(default=None, description="person in charge; the public reads it masked")


class StatementIn(Input):
    """What the body says to it."""

    statement: Note = Field(min_length=5, max_length=4000, examples=["逾期系因系统故障，已附证明。"])


class CaseDecisionIn(Input):
    """The decision on a proposal."""

    outcome: Literal["listed", "dropped"]
    reason: Note = Field(min_length=5, max_length=2000, examples=["事实清楚，证据充分。"])
    valid_from: date | None = Field(default=None, description="first day; today when left out")
    valid_to: date | None = Field(default=None, description="last day, by the rule of the ground")
    plans: Literal["freeze", "finish"] = Field(
        default="freeze", description="open plans stand still, or are finished"
    )
    certificates: Literal["stand", "under_review"] = Field(
        default="stand", description="whether certificates of the body read `under review` meanwhile"
    )


class AppealIn(Input):
    """Why the body holds the decision to be wrong."""

    grounds: Note = Field(min_length=5, max_length=4000, examples=["所列方案并非本机构备案。"])


class AppealDecisionIn(Input):
    """The decision on an appeal, by a third person."""

    outcome: Literal["upheld", "dismissed"]
    reason: Note = Field(min_length=5, max_length=2000, examples=["复核无误，维持原决定。"])


class RemovalIn(Input):
    """Why a measure ends before its last day."""

    reason: Note = Field(min_length=5, max_length=2000, examples=["已整改到位，经复查合格。"])


class ActOut(Output):
    """A step of a case: who took it, when, and what was said."""

    act: str
    at: datetime
    by: AccountId | None
    said: str | None = None


class CaseOut(Output):
    """A case, for the staff in charge and the body itself."""

    number: str = Field(examples=["LC-2026-00001"])
    organisation_id: OrganisationId
    organisation_name: str
    measure: Measure
    ground: str
    fact: str
    account: str
    evidence: tuple[str, ...]
    state: State
    heard_until: date
    statement: str | None
    valid_from: date | None
    valid_to: date | None
    plans: str
    certificates: str
    cleared_on: date | None
    acts: tuple[ActOut, ...]


class ListedOut(Output):
    """An entry of the public lists."""

    number: str
    organisation_name: str
    uscc: str
    region: str
    measure: Measure
    ground_zh: str
    ground_en: str
    responsible: str | None = Field(description="masked")
    valid_from: date
    valid_to: date | None
    is_appealed: bool


class DeductionOut(Output):
    case: str
    ground: str
    points: int


class CreditOut(Output):
    """A body's credit: every point that it lacks is explained by a case of the last three years."""

    organisation_id: OrganisationId
    credit: int = Field(ge=0, le=100)
    deductions: tuple[DeductionOut, ...]
