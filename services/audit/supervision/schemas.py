"""HTTP shapes of supervisors, supervision and draws."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from common.ids import AccountId, DrawId, PersonId, PlanId, SupervisionId, SupervisorId
from common.schemas import Input, Int, Line, Name, Note, Output, RegionCode


class SupervisorIn(Input):
    """A supervisor to be registered."""

    name: Name = Field(max_length=50, examples=["赵敏"])
    card_number: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{6,20}$")] = Field(
        examples=["R3226000123"]
    )
    region: RegionCode = Field(examples=["320100"])
    valid_to: date = Field(
        description="last day of the card (three years, DOMAIN 5)", examples=["2028-12-31"]
    )
    account_id: AccountId = Field(description="the account that the reports are filed with")


class SupervisorOut(Output):
    """A supervisor as dispatchers see one; the name is shown to those who may manage supervisors only."""

    id: SupervisorId
    person_id: PersonId
    card_number: str
    region: str
    valid_to: date
    account_id: AccountId


class AssignmentIn(Input):
    """A supervisor sent, or replaced, by a person."""

    supervisor_id: SupervisorId
    reason: Line = Field(max_length=200, examples=["原督导员因病不能到场"])


class ChecklistEntry(Input):
    """One item of the on-site checklist."""

    item: Line = Field(max_length=100, examples=["考场与设备符合要求"])
    result: Literal["pass", "fail", "not_applicable"]
    note: Note | None = Field(default=None, max_length=500)


class ReportIn(Input):
    """The on-site report (质量督导报告)."""

    verdict: Literal["normal", "rectify", "stop"] = Field(examples=["normal"])
    checklist: tuple[ChecklistEntry, ...] = Field(min_length=1, max_length=50)
    head_count: Int = Field(ge=0, le=100_000, description="candidates present", examples=[60])
    note: Note | None = Field(default=None, max_length=2000)


class SupervisionOut(Output):
    """The supervision of a plan's session."""

    id: SupervisionId
    plan_id: PlanId
    state: Literal["needed", "assigned", "reported"]
    on: date
    supervisor_id: SupervisorId | None
    draw_id: DrawId | None
    verdict: Literal["normal", "rectify", "stop"] | None
    head_count: int | None
    reported_at: datetime | None


class DrawOut(Output):
    """A draw: before it is revealed only hashes are told; after, everything needed to run it again."""

    id: DrawId
    plan_id: PlanId
    purpose: Literal["spot_check", "supervisor"]
    rate: str | None
    pool_sha256: str
    seed_sha256: str
    committed_at: datetime
    revealed_at: datetime | None
    pool: tuple[str, ...] | None
    seed: str | None
    drawn: tuple[str, ...] | None
    algorithm: str


class PlanSupervisionOut(Output):
    """Whether and by whom a plan is supervised, with the draws that decided it."""

    plan_id: PlanId
    required: bool | None = Field(description="null: the draw has not been revealed yet")
    supervision: SupervisionOut | None
    draws: tuple[DrawOut, ...]
