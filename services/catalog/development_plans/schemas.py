"""HTTP shapes of yearly plans."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from catalog.standards.schemas import ItemCode, Levels
from common.documents import Sha256
from common.events.catalog import StandardState
from common.ids import StandardId
from common.schemas import Input, Int, Line, Note, Output


class EntryIn(Input):
    """A provincial standard to be developed, or revised when it names the present one."""

    item_code: ItemCode
    name: Line = Field(examples=["江苏省职业技能标准·焊工"])
    levels: Levels
    supersedes: StandardId | None = Field(
        default=None, description="the standard to be revised", examples=[None]
    )
    reason: Note = Field(examples=["产业急需"])


class PlanIn(Input):
    """A year's plan, as it is published."""

    year: Annotated[Int, Field(ge=2000, le=2099)] = Field(examples=[2027])
    entries: tuple[EntryIn, ...] = Field(min_length=1, max_length=500)
    document_sha256: Sha256 | None = Field(default=None, description="the notice", examples=[None])


class EntryOut(Output):
    """What became of an entry."""

    standard_id: StandardId
    name: str
    item_code: str
    levels: list[int]
    action: Literal["develop", "revise"]
    state: StandardState
    planned_on: date
    reason: str | None


class ChangeOut(Output):
    """How the plan changed after it was published."""

    standard_id: StandardId
    kind: Literal["added", "withdrawn"]
    changed_on: date
    reason: str | None


class PlanOut(Output):
    """A year's plan with what became of it."""

    year: int
    published_on: date
    is_late: bool = Field(description="published later than the year's first month (Art. 5)")
    document_sha256: str | None
    entries: list[EntryOut]
    changes: list[ChangeOut]


class PlanSummary(Output):
    year: int
    published_on: date
