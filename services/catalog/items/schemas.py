"""HTTP shapes of items."""

from datetime import date, datetime
from typing import Annotated, Self

from fastapi import Path
from pydantic import Field

from catalog.items.domain import CODE_PATTERN, Span
from common.events.catalog import Cause, Track
from common.ids import EditionId
from common.schemas import Output

ItemCode = Annotated[str, Path(pattern=CODE_PATTERN, description="the item's code", examples=["6-18-02-04"])]


class ItemOut(Output):
    """An item in one version: what it is from `valid_from` to `valid_to`, both days included."""

    code: str = Field(
        description="of the classification of occupations; leading 0: local", examples=["6-18-02-04"]
    )
    name: str = Field(examples=["焊工"])
    track: Track = Field(description="decides the certificate (Art. 1)")
    levels: list[int] = Field(description="5 is the lowest", examples=[[5, 4, 3, 2, 1]])
    admission_linked: bool = Field(description="may be asked for where one wants to work (准入类)")
    national_item: str | None = Field(description="item of the national list it stands under")
    valid_from: date
    valid_to: date | None = Field(description="none: no later version is known")
    edition_id: EditionId = Field(description="the edition that brought this version")
    cause: Cause
    recorded_at: datetime

    @classmethod
    def of(cls, span: Span) -> Self:
        version = span.version
        return cls(
            code=version.item.code,
            name=version.item.name,
            track=version.item.track,
            levels=list(version.item.levels),
            admission_linked=version.item.admission_linked,
            national_item=version.item.national_item,
            valid_from=version.valid_from,
            valid_to=span.valid_to,
            edition_id=version.edition_id,
            cause=version.cause,
            recorded_at=version.recorded_at,
        )
