"""HTTP shapes of occupations."""

from typing import Self

from pydantic import Field

from catalog.occupations.domain import Classification, Group, GroupLevel, Occupation
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


class GroupOut(Output):
    """A group of the classification."""

    code: str = Field(examples=["6-18-02"])
    name: str = Field(examples=["机械热加工人员"])
    level: GroupLevel
    parent: str | None = Field(description="the group that it lies in", examples=["6-18"])
    children: list[str] = Field(description="codes of the groups right below it")
    occupations: int = Field(description="how many occupations lie in it, at whatever depth")

    @classmethod
    def of(cls, group: Group) -> Self:
        return cls(
            code=group.code,
            name=group.name,
            level=group.level,
            parent=group.parent,
            children=list(group.children),
            occupations=group.size,
        )


class GroupDetail(GroupOut):
    """The same with what lies right below it: groups, or the occupations of a minor group."""

    groups: list[GroupOut]
    members: list[OccupationOut]

    @classmethod
    def with_members(cls, group: Group, classification: Classification) -> Self:
        below = [classification.tree[code] for code in group.children]
        members = () if below else classification.within(group.code)
        return cls(
            **GroupOut.of(group).model_dump(),
            groups=[GroupOut.of(child) for child in below],
            members=[OccupationOut.of(occupation, classification) for occupation in members],
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
