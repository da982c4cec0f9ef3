"""HTTP shapes of occupations."""

from typing import Self

from pydantic import Field

from catalog.occupations.domain import Classification, Occupation
from catalog.occupations.searching import Match
from common.schemas import Output


class OccupationOut(Output):
    """An occupation of the classification with the groups it lies in."""

    code: str = Field(examples=["6-18-02-04"])
    name: str = Field(examples=["焊工"])
    major_group: str
    middle_group: str
    minor_group: str
    is_digital: bool
    is_green: bool

    @classmethod
    def of(cls, occupation: Occupation, classification: Classification) -> Self:
        major, middle, minor = classification.group_names(occupation.code)
        return cls(
            code=occupation.code,
            name=occupation.name,
            major_group=major,
            middle_group=middle,
            minor_group=minor,
            is_digital=occupation.is_digital,
            is_green=occupation.is_green,
        )


class HitOut(Output):
    """An occupation that was looked for, with how it was found and what the list says of it."""

    code: str = Field(
        description="of the classification; leading 0: an item of the list alone", examples=["6-18-02-04"]
    )
    name: str = Field(examples=["焊工"])
    match: Match = Field(description="how it was found; hits come in this order")
    by: str = Field(description="the name that it was found by: its own or a former one", examples=["焊工"])
    groups: list[str] = Field(description="major, middle and minor group; none for an item of the list alone")
    track: str | None = Field(
        description="on the list today (Art. 1); none: not on it", examples=["skill_level"]
    )
    levels: list[int] = Field(examples=[[5, 4, 3, 2, 1]])
