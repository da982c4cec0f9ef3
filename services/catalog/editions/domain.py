"""PURE: what a new edition of the national list changes (Art. 3): computed, never listed by hand.

An occupation stays on the national list when its name stands in the new edition, or the name that lineage says it is
continued under, or when the edition has an item of its name (as 焊工, whose entries are named otherwise). Every other
occupation of the national track left the list and becomes a skill level item by itself (decision record 11).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from catalog.editions.content import ADMISSION, CodeBook, Edition
from catalog.editions.matching import Place, check_dates, check_repeats, give_codes, match, places_of
from catalog.items.domain import Item
from catalog.names import name_key
from common.errors import Violations
from common.events.catalog import Cause

ChangeKind = Literal["added", "kept", "renamed", "restored", "dropped"]
CAUSES: Final[Mapping[ChangeKind, Cause]] = {
    "added": "imported",
    "kept": "imported",
    "renamed": "renamed",
    "restored": "imported",
    "dropped": "dropped_from_national_list",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One item under a new edition. `before`: as it stood until then, none for one that is new on the list."""

    kind: ChangeKind
    item: Item
    before: Item | None = None

    @property
    def makes_a_version(self) -> bool:
        return self.item != self.before

    @property
    def changes_track(self) -> bool:
        return self.before is not None and self.before.track != self.item.track


@dataclass(frozen=True, slots=True)
class Diff:
    """Everything that an edition touches: first its occupations in their order, then what it dropped."""

    changes: tuple[Change, ...]

    def of(self, kind: ChangeKind) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.kind == kind)

    @property
    def entries(self) -> tuple[Change, ...]:
        """Those that stand on the national list under the edition."""
        return tuple(change for change in self.changes if change.kind != "dropped")


def compare(edition: Edition, listed: Iterable[Item], codes: CodeBook) -> Diff:
    """What the edition changes, given the list as it stands before it: an item per code, of whatever track.

    Raises Violations, with every mistake of the edition at once.
    """
    standing = {item.code: item for item in listed}
    places = [*places_of(edition)]
    matching = match(edition, places, standing, codes)
    check_dates(edition, matching)
    check_repeats(places, matching)
    new = [place for place in places if place.is_entry and place.pointer not in matching.continued]
    given = give_codes(new, standing, codes, matching)
    if matching.errors:
        raise Violations(matching.errors)
    return Diff(tuple(_changes(places, matching.continued, given, standing)))


def _changes(
    places: Iterable[Place],
    continued: Mapping[str, Item],
    given: Mapping[str, str],
    standing: Mapping[str, Item],
) -> Iterator[Change]:
    for place in places:
        before = continued.get(place.pointer)
        if before is not None:
            yield _continued(place, before)
        elif place.is_entry:
            yield Change("added", _national(place, given[place.pointer]))
    kept = {item.code for item in continued.values()}
    for item in standing.values():
        if item.track == "national_qualification" and item.code not in kept:
            yield Change("dropped", _dropped(item), before=item)


def _continued(place: Place, before: Item) -> Change:
    after = replace(_national(place, before.code), levels=before.levels)
    if before.track != "national_qualification":
        return Change("restored", after, before)
    is_same_name = place.key == name_key(before.name)
    return Change("kept" if is_same_name else "renamed", after, before)


def _national(place: Place, code: str) -> Item:
    return Item(
        code=code,
        name=place.name,
        track="national_qualification",
        admission_linked=place.under.category == ADMISSION,
        national_item=place.under.name,
    )


def _dropped(item: Item) -> Item:
    """Art. 3: it becomes a skill level item; what is off the national list is never tied to admission (Art. 1)."""
    return replace(item, track="skill_level", admission_linked=False, national_item=None)
