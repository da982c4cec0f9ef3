"""HTTP shapes of examiners' cards."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from audit.examiners.models import Grade
from common.schemas import Input, Line, Name, Output, RegionCode

CardNumber = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z][0-9A-Z-]{3,29}$")]
ItemCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z][0-9A-Z.-]{0,39}$")]
CreditCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{18}$")]


class CardIn(Input):
    """What a card says."""

    name: Name = Field(examples=["王建国"])
    grade: Grade = Field(description="a senior examiner examines levels 2 and 1 too", examples=["examiner"])
    item_codes: tuple[ItemCode, ...] = Field(min_length=1, max_length=50, examples=[["6-18-02-04"]])
    region: RegionCode = Field(description="whose centre keeps the card", examples=["320100"])
    employer_uscc: CreditCode | None = Field(
        default=None, description="who employs the examiner", examples=["91320100000000174E"]
    )
    trains_for_uscc: tuple[CreditCode, ...] = Field(
        default=(), max_length=20, description="bodies that the examiner is a registered trainer of"
    )
    valid_from: date = Field(examples=["2026-01-01"])
    valid_to: date = Field(description="three years at the longest", examples=["2028-12-31"])


class ExaminerIn(CardIn):
    """A card to be registered."""

    card_number: CardNumber = Field(examples=["32KP20240017"])


class RenewalIn(CardIn):
    """The card as it is from now on, and why it changes."""

    reason: Line = Field(examples=["换证"])


class WithdrawalIn(Input):
    """From which day on the card is not valid, and why."""

    withdrawn_on: date = Field(examples=["2026-12-01"])
    reason: Line = Field(examples=["违规考评"])


class ExaminerOut(Output):
    """A card as it stands now."""

    card_number: str
    version: int
    name: str
    grade: Grade
    item_codes: list[str]
    region: str
    employer_uscc: str | None
    trains_for_uscc: list[str]
    valid_from: date
    valid_to: date
    withdrawn_on: date | None
    near_its_end: bool = Field(default=False, description="within three months of its last day: prolong it")
