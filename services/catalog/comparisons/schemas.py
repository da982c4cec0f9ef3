"""HTTP shapes of a comparison of two editions."""

from typing import Self

from pydantic import Field

from catalog.comparisons.domain import Changed, Difference
from catalog.editions.schemas import EditionSummary
from catalog.items.domain import Version
from common.events.catalog import Cause, Track
from common.ids import EditionId
from common.schemas import Output


class StandOut(Output):
    """An item as it stands under an edition, and the edition that brought it so."""

    name: str
    track: Track
    levels: list[int]
    admission_linked: bool
    national_item: str | None
    edition_id: EditionId
    cause: Cause

    @classmethod
    def of(cls, version: Version) -> Self:
        item = version.item
        return cls(
            name=item.name,
            track=item.track,
            levels=list(item.levels),
            admission_linked=item.admission_linked,
            national_item=item.national_item,
            edition_id=version.edition_id,
            cause=version.cause,
        )


class ChangedOut(Output):
    """An item that stands otherwise under the second edition."""

    code: str
    differences: list[Difference]
    before: StandOut | None = Field(description="none: not on the list under the first edition")
    after: StandOut | None = Field(description="none: not on the list under the second edition")
    went_on_as: list[str] = Field(description="codes that an item which left the list goes on as")

    @classmethod
    def of(cls, changed: Changed) -> Self:
        return cls(
            code=changed.code,
            differences=list(changed.differences),
            before=StandOut.of(changed.before) if changed.before else None,
            after=StandOut.of(changed.after) if changed.after else None,
            went_on_as=list(changed.went_on_as),
        )


class ComparisonOut(Output):
    """The whole list under two editions, on the days on which they took effect; what lay between is composed."""

    first: EditionSummary
    second: EditionSummary
    counts: dict[Difference, int]
    unchanged: int
    changes: list[ChangedOut]
