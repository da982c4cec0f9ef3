"""HTTP shape of regions."""

from typing import Literal, Self

from pydantic import Field

from common import regions
from common.schemas import Output


class RegionOut(Output):
    """A division; one out of use names what replaced it."""

    code: str = Field(examples=["320106"])
    name: str = Field(examples=["鼓楼区"])
    full_name: str = Field(examples=["江苏省南京市鼓楼区"])
    kind: regions.Kind
    level: Literal["province", "city", "county"]
    parent: str | None = Field(examples=["320100"])
    is_current: bool
    replaced_by: str | None
    predecessors: list[str] = Field(description="codes that it took the place of", examples=[["320684"]])
    since: str | None = Field(
        description="first month under this code, where a change is on record", examples=["2020-07"]
    )
    until: str | None = Field(description="first month out of use", examples=["2020-07"])

    @classmethod
    def of(cls, region: regions.Region) -> Self:
        return cls(
            code=region.code,
            name=region.name,
            full_name=regions.full_name(region.code),
            kind=region.kind,
            level=region.level,
            parent=region.parent,
            is_current=region.is_current,
            replaced_by=region.replaced_by,
            predecessors=list(region.predecessors),
            since=region.since,
            until=region.until,
        )
