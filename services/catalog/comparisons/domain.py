"""PURE: what differs between the list on two days, whatever editions lie between."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from catalog.items.domain import Item, Version

Difference = Literal["added", "left", "renamed", "track", "levels", "admission", "national_item"]
DIFFERENCES: Final[tuple[Difference, ...]] = (
    "added",
    "left",
    "track",
    "renamed",
    "levels",
    "admission",
    "national_item",
)


@dataclass(frozen=True, slots=True)
class Changed:
    """An item that stands otherwise on the second day. `before`, `after`: its versions then, none where it is not on.

    `went_on_as`: codes that an item which left leads to on the second day.
    """

    code: str
    differences: tuple[Difference, ...]
    before: Version | None
    after: Version | None
    went_on_as: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As it was called last."""
        version = self.after or self.before
        return version.item.name if version else ""


def compare_lists(
    before: Mapping[str, Version], after: Mapping[str, Version], went_on_as: Mapping[str, tuple[str, ...]]
) -> tuple[Changed, ...]:
    """Every item that differs, in the order of the codes. `before`, `after`: the list on each day, by code."""
    return tuple(_changes(before, after, went_on_as))


def _changes(
    before: Mapping[str, Version], after: Mapping[str, Version], went_on_as: Mapping[str, tuple[str, ...]]
) -> Iterator[Changed]:
    for code in sorted(before.keys() | after.keys()):
        old, new = before.get(code), after.get(code)
        found = tuple(_differences(old.item if old else None, new.item if new else None))
        if found:
            ends = went_on_as.get(code, ()) if new is None else ()
            yield Changed(code, found, old, new, ends)


def _differences(old: Item | None, new: Item | None) -> Iterator[Difference]:
    if old is None or new is None:
        yield "added" if old is None else "left"
        return
    if old.track != new.track:
        yield "track"
    if old.name != new.name:
        yield "renamed"
    if old.levels != new.levels:
        yield "levels"
    if old.admission_linked != new.admission_linked:
        yield "admission"
    if old.national_item != new.national_item:
        yield "national_item"
