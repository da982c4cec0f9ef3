"""The smallest editions and lists that a rule can be asked about."""

from datetime import date

from catalog.editions.content import CodeBook, Edition, EditionItem, Entry, Succession
from catalog.editions.domain import Diff, compare
from catalog.items.domain import Item
from catalog.names import name_key

DAY = date(2021, 12, 2)
BAKER, COOK = "6-02-01-01", "4-03-02-01"


def book(**codes: str) -> CodeBook:
    """A classification of these names and codes."""
    return CodeBook(
        by_name={name_key(name): code for name, code in codes.items()}, known=frozenset(codes.values())
    )


BOOK = book(面包师=BAKER, 厨师=COOK)


def national(name: str, *, code: str, under: str | None = None) -> Item:
    return Item(
        code=code,
        name=name,
        track="national_qualification",
        admission_linked=True,
        national_item=under or name,
    )


def skilled(name: str, *, code: str) -> Item:
    return Item(code=code, name=name, track="skill_level")


def edition(
    *entries: str | Entry,
    under: str = "食品人员",
    lineage: tuple[Succession, ...] = (),
    published_on: date = DAY,
    effective_on: date = DAY,
) -> Edition:
    """An edition of one licensed item with these occupations."""
    occupations = tuple(Entry(entry) if isinstance(entry, str) else entry for entry in entries)
    return Edition(
        published_on=published_on,
        effective_on=effective_on,
        items=(EditionItem(under, "准入类", occupations),),
        lineage=lineage,
    )


def goes_on_as(from_name: str, to_name: str) -> Succession:
    return Succession(from_name, to_name, "更名")


def changes(diff: Diff) -> dict[str, tuple[str, str]]:
    """Code → kind of change and name after it."""
    return {change.item.code: (change.kind, change.item.name) for change in diff.changes}


def changed(listed: list[Item], new: Edition, codes: CodeBook = BOOK) -> dict[str, tuple[str, str]]:
    return changes(compare(new, listed, codes))
