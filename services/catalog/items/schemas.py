"""HTTP shapes of items."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from fastapi import Path
from pydantic import Field

from catalog.items.domain import CODE_PATTERN, Span
from common.events.catalog import Cause, Track
from common.ids import EditionId
from common.schemas import Listing, Output

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
    is_listed: bool = Field(default=True, description="false: it left the list with this version")
    edition_id: EditionId = Field(description="the edition that brought this version")
    cause: Cause
    recorded_at: datetime

    standard: str | None = Field(
        default=None,
        description="standard that evaluations go by on the day asked for; not told in histories",
    )

    @classmethod
    def of(cls, span: Span, *, standard: str | None = None) -> Self:
        version = span.version
        return cls(
            code=version.item.code,
            name=version.item.name,
            track=version.item.track,
            levels=list(version.item.levels),
            admission_linked=version.item.admission_linked,
            national_item=version.item.national_item,
            is_listed=version.item.is_listed,
            valid_from=version.valid_from,
            valid_to=span.valid_to,
            edition_id=version.edition_id,
            cause=version.cause,
            recorded_at=version.recorded_at,
            standard=standard,
        )


class Remark(Output):
    """What a reader of an answer should know, in both languages."""

    zh: str
    en: str


class ItemsOut(Listing[ItemOut]):
    """A page of the list; one without items says why it may be so."""

    note: Remark | None = Field(default=None, description="of an empty page")

    @classmethod
    def told(cls, items: list[ItemOut], cursor: str | None) -> Self:
        return cls(items=items, next=cursor, note=None if items else NOTHING_LISTED)


class SuccessionOut(Output):
    """An item that went on as another."""

    from_code: str
    to_code: str
    kind: str = Field(examples=["merged"])
    valid_from: date
    reason: str
    edition_id: EditionId


class LineageOut(Output):
    """Where an item comes from and where it leads; under its code it keeps its history of names."""

    code: str
    names: list[str] = Field(description="it had, the oldest first")
    ancestors: list[str] = Field(description="codes it goes back to")
    descendants: list[str] = Field(description="codes it went on as, directly or through others")
    present: list[str] = Field(
        description="where a certificate of it leads today; itself when nothing follows"
    )
    steps: list[SuccessionOut]


class OccupationOut(Output):
    """An occupation of the classification (大典, 2022)."""

    code: str
    name: str


class PresentOut(Output):
    """What an item is, or has gone on as, in its last version."""

    code: str
    name: str
    track: Track
    is_listed: bool


class FoundOut(Output):
    """An item that had the name asked for, from `valid_from` to `valid_to`, and what a certificate of it leads to."""

    code: str
    name: str = Field(description="then")
    found_by: Literal["name", "occupation"] = Field(
        description="occupation: no item ever had the name; the classification of occupations gives or gave it to this"
    )
    valid_from: date
    valid_to: date | None
    occupation: OccupationOut | None = Field(
        description="none: the classification of 2022 shows no counterpart"
    )
    present: list[PresentOut]


NOTHING_LISTED = Remark(
    zh="该日没有符合条件的项目:首版目录施行前清单为空,也请核对筛选条件。",
    en="Nothing on the list answers to this: before the first edition it is empty; or look at the filters.",
)
