"""HTTP shapes of entrustments."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from common.documents import Sha256
from common.errors import Bilingual
from common.ids import EntrustmentId, OrganisationId
from common.schemas import Input, Int, Line, Output, refused
from filing.entrustments.domain import Act, Purpose
from filing.organisations.schemas import ItemCode, Level


class EntrustedIn(Input):
    """Items × levels."""

    item_codes: tuple[ItemCode, ...] = Field(
        default=(), max_length=500, description="none: every item of the list", examples=[["6-18-02-04"]]
    )
    levels: tuple[Level, ...] = Field(min_length=1, max_length=5, examples=[[5, 4, 3]])


class EntrustmentIn(Input):
    """What the caller's organisation proposes to the other side; one of the two is an employer."""

    partner_id: OrganisationId = Field(description="the other side: an employer, or the body it entrusts")
    scope: Annotated[tuple[EntrustedIn, ...], Field(min_length=1, max_length=50)]
    valid_from: date = Field(examples=["2027-01-01"])
    valid_to: date = Field(examples=["2027-12-31"])
    contract_sha256: Sha256 = Field(
        description="hash of the contract; send it to /documents afterwards", examples=["9f" * 32]
    )
    purpose: Purpose = Field(
        default="evaluation",
        description="`joint_training`: a school trains those whom the employer evaluates (Art. 15)",
    )
    cohort_year: Int | None = Field(
        default=None,
        ge=2000,
        le=2199,
        description="of joint training: the year in which the students enrolled",
    )

    @model_validator(mode="after")
    def _cohort(self) -> Self:
        if (self.purpose == "joint_training") != (self.cohort_year is not None):
            raise refused(
                "cohort-year",
                Bilingual(
                    "联合培养须填写学生入学年份,委托评价不填。",
                    "Joint training names the year in which its students enrolled; an entrustment names none.",
                ),
                Bilingual("请填写或删去 cohort_year。", "Fill in cohort_year, or leave it out."),
            )
        return self


class EndIn(Input):
    """The end of an entrustment."""

    last_day: date | None = Field(default=None, description="none: today", examples=["2027-06-30"])
    reason: Line = Field(examples=["合同提前解除"])


class SideOut(Output):
    """One side."""

    id: OrganisationId
    name: str


class EntrustedOut(Output):
    """Items × levels."""

    item_codes: list[str]
    levels: list[int]


class ActOut(Output):
    """What one side did."""

    act: Act
    organisation_id: OrganisationId
    acted_on: date
    last_day: date | None
    reason: str | None
    recorded_at: datetime


class EntrustmentOut(Output):
    """An entrustment with all that was done with it."""

    id: EntrustmentId
    employer: SideOut
    agency: SideOut
    state: Act = Field(description="by the last act")
    scope: list[EntrustedOut]
    valid_from: date
    valid_to: date
    last_day: date | None = Field(description="where it was ended early")
    contract_sha256: str
    purpose: Purpose
    cohort_year: int | None
    acts: list[ActOut]
