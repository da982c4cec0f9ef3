"""HTTP shapes of editions and of what they change."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from catalog.editions.content import Category, Succession
from catalog.editions.content import Edition as EditionContent
from catalog.editions.content import EditionItem as ItemContent
from catalog.editions.content import Entry as EntryContent
from catalog.editions.domain import Change, Diff
from catalog.editions.provincial import ProvincialDiff, ProvincialRow
from catalog.editions.rows import Levels, ListedName, RowIn
from catalog.items.domain import CODE_PATTERN, Item, corrected
from common.ids import EditionId
from common.schemas import Input, Line, Output

FIRST_DAY, LAST_DAY = date(1949, 10, 1), date(2199, 12, 31)
PolicyDay = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]


class EntryIn(Input):
    """An occupation on the list."""

    name: ListedName = Field(examples=["焊工"])
    code: Annotated[str, StringConstraints(pattern=CODE_PATTERN)] | None = Field(
        default=None,
        description="of the classification of occupations; none: looked up by name, else a local one is given",
        examples=["6-18-02-04"],
    )


class EditionItemIn(Input):
    """An item of the national list with the occupations under it."""

    name: ListedName = Field(examples=["焊工"])
    category: Category = Field(description="准入类: may be asked for where one wants to work")
    entries: tuple[EntryIn, ...] = Field(min_length=1, max_length=1_000)


class SuccessionIn(Input):
    """A name that changed since the last edition: the occupation is the same."""

    from_name: ListedName = Field(description="on the list as it stands", examples=["安检员"])
    to_name: ListedName = Field(description="in this edition", examples=["民航安全检查员"])
    reason: Line = Field(examples=["更名,职业相同"])


class EditionIn(Input):
    """An edition of the national list (国家职业资格目录), as the state published it."""

    name: ListedName = Field(examples=["国家职业资格目录(2021年版)技能人员职业资格"])
    kind: Literal["national"] = Field(examples=["national"])
    published_on: PolicyDay = Field(examples=["2021-12-02"])
    effective_on: PolicyDay = Field(examples=["2021-12-02"])
    items: tuple[EditionItemIn, ...] = Field(
        max_length=1_000,
        description="none: everything leaves the list; `confirm_dropped` has to say how many",
    )
    lineage: tuple[SuccessionIn, ...] = Field(default=(), max_length=1_000)

    def content(self) -> EditionContent:
        """The edition as the rules see it."""
        return EditionContent(
            published_on=self.published_on,
            effective_on=self.effective_on,
            items=tuple(
                ItemContent(
                    name=item.name,
                    category=item.category,
                    entries=tuple(EntryContent(entry.name, entry.code) for entry in item.entries),
                )
                for item in self.items
            ),
            lineage=tuple(Succession(row.from_name, row.to_name, row.reason) for row in self.lineage),
        )


class AdjustmentIn(Input):
    """An edition of the province's own part of the list: its skill level and special ability items (Art. 3)."""

    name: ListedName = Field(examples=["江苏省职业技能等级目录(2026年调整)"])
    published_on: PolicyDay = Field(examples=["2026-11-20"])
    effective_on: PolicyDay = Field(examples=["2027-01-01"])
    rows: tuple[RowIn, ...] = Field(min_length=1, max_length=100_000)

    @property
    def kind(self) -> Literal["provincial"]:
        return "provincial"

    def content(self) -> tuple[ProvincialRow, ...]:
        """The rows as the rules see them, numbered from 1."""
        return tuple(row.content(place) for place, row in enumerate(self.rows, start=1))


class ChangeOut(Output):
    """An item that an edition touches, by its name under it."""

    code: str
    name: str


class RenamedOut(ChangeOut):
    """An item that goes on under another name."""

    from_name: str


class WithdrawnOut(ChangeOut):
    """An item that leaves the list, and the codes that it goes on as."""

    successors: list[str]


class DiffOut(Output):
    """What an edition changes on the province's list."""

    added: list[ChangeOut] = Field(description="new on the list, as national items")
    kept: list[ChangeOut] = Field(description="national items that stay")
    renamed: list[RenamedOut] = Field(description="national items that stay under another name")
    restored: list[ChangeOut] = Field(description="skill level items that are national again")
    dropped: list[ChangeOut] = Field(
        description="off the national list: skill level items from the effective day on (Art. 3)"
    )
    changed: list[ChangeOut] = Field(default=[], description="items of the province that read otherwise now")
    withdrawn: list[WithdrawnOut] = Field(default=[], description="items of the province that leave the list")

    @classmethod
    def of(cls, diff: Diff) -> Self:
        return cls(
            added=[_change(change) for change in diff.of("added")],
            kept=[_change(change) for change in diff.of("kept")],
            renamed=[
                RenamedOut(code=change.item.code, name=change.item.name, from_name=change.before.name)
                for change in diff.of("renamed")
                if change.before is not None
            ],
            restored=[_change(change) for change in diff.of("restored")],
            dropped=[_change(change) for change in diff.of("dropped")],
        )

    @classmethod
    def of_province(cls, diff: ProvincialDiff) -> Self:
        successors: dict[str, list[str]] = {}
        for row in diff.successions:
            successors.setdefault(row.from_code, []).append(row.to_code)
        lists = {
            kind: [ChangeOut(code=change.item.code, name=change.item.name) for change in diff.of(kind)]
            for kind in ("added", "kept", "changed")
        }
        withdrawn = [
            WithdrawnOut(
                code=change.item.code,
                name=change.item.name,
                successors=successors.get(change.item.code, []),
            )
            for change in diff.of("withdrawn")
        ]
        return cls(**lists, renamed=[], restored=[], dropped=[], withdrawn=withdrawn)


def _change(change: Change) -> ChangeOut:
    return ChangeOut(code=change.item.code, name=change.item.name)


class EditionSummary(Output):
    """A line of the list of editions."""

    id: EditionId
    name: str
    kind: Literal["national", "provincial"]
    published_on: date
    effective_on: date
    entries: int = Field(description="occupations that stand in it")
    recorded_at: datetime


class EntryOut(Output):
    """An occupation as the edition names it; `code` as the edition brought it."""

    name: str
    code: str | None


class EditionItemOut(Output):
    """An item of the national list with the occupations under it."""

    name: str
    category: Category
    entries: list[EntryOut]


class SuccessionOut(Output):
    """A name that changed."""

    from_name: str
    to_name: str
    reason: str


class RowOut(Output):
    """A row of a provincial edition, as it was published."""

    name: str
    code: str | None
    track: str
    levels: list[int]
    successors: list[str]
    reason: str | None


class EditionOut(EditionSummary):
    """An edition as it was published."""

    items: list[EditionItemOut]
    lineage: list[SuccessionOut]
    rows: list[RowOut] = Field(default=[], description="of a provincial edition")


class PublicationOut(Output):
    """An edition that was published, and what it changed; no edition when it was only tried (`dry_run`)."""

    edition: EditionSummary | None
    diff: DiffOut
    token: str | None = Field(
        default=None, description="of a dry run: sent with the edition, only what was shown is published"
    )


class CorrectionIn(Input):
    """What an edition should have said of an item; left out: as it was said. Levels and name of any item."""

    item_code: Annotated[str, StringConstraints(pattern=CODE_PATTERN)] = Field(examples=["6-18-02-04"])
    name: ListedName | None = None
    levels: Levels | None = None
    admission_linked: bool | None = Field(default=None, description="national items only (Art. 1)")
    reason: Line = Field(examples=["公布文本勘误"])

    def applied_to(self, item: Item) -> Item:
        """The item as it should have been shown. Raises AdmissionForNationalOnly."""
        return corrected(item, name=self.name, levels=self.levels, admission_linked=self.admission_linked)


class CorrectionOut(Output):
    """A correction on record: it counts from its day on, and for decisions made after it was recorded."""

    id: UUID | None = Field(description="none: the list said so already")
    edition_id: EditionId
    item_code: str
    valid_from: date
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]
    recorded_at: datetime
