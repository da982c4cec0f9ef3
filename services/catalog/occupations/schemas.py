"""HTTP shape of occupations."""

from typing import Self

from pydantic import Field

from catalog.occupations.domain import Classification, Occupation
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
