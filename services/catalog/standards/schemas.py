"""HTTP shapes of standards."""

from datetime import date

from pydantic import Field

from catalog.standards.domain import Kind
from common.events.catalog import Component
from common.ids import EditionId, StandardId
from common.schemas import Output


class StandardOut(Output):
    """A standard that plans may name for its item and levels."""

    id: StandardId
    name: str = Field(examples=["国家职业技能标准·焊工"])
    kind: Kind
    item_code: str = Field(examples=["6-18-02-04"])
    levels: list[int] = Field(examples=[[5, 4, 3, 2, 1]])
    components: dict[str, list[Component]] = Field(
        description="level → parts of the evaluation with their pass marks"
    )
    valid_from: date | None = Field(description="none: not in force yet")
    valid_to: date | None = Field(description="last day, included; none: until it is superseded")
    edition_id: EditionId | None = Field(description="the edition of the list with which it came into force")
