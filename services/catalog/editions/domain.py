"""PURE: what a new edition of the national list changes (Art. 3): computed, never listed by hand.

An occupation stays on the national list when its name stands in the new edition, or the name that lineage says it is
continued under, or when the edition has an item of its name (as 焊工, whose entries are named otherwise). Every other
occupation of the national track left the list and becomes a skill level item by itself (decision record 11).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal

from catalog.items.domain import LAST_LOCAL_SERIAL, Item, local_code, local_serial
from catalog.names import name_key
from common.errors import Bilingual, FieldError, Violations
from common.events.catalog import Cause

Category = Literal["准入类", "水平评价类"]
ChangeKind = Literal["added", "kept", "renamed", "restored", "dropped"]
ADMISSION: Final[Category] = "准入类"
ARTICLE: Final = "3"
CAUSES: Final[Mapping[ChangeKind, Cause]] = {
    "added": "imported",
    "kept": "imported",
    "renamed": "renamed",
    "restored": "imported",
    "dropped": "dropped_from_national_list",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An occupation as an edition names it; `code` of the classification, where the edition gives one."""

    name: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class EditionItem:
    """An item of the national list with the occupations under it."""

    name: str
    category: Category
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Succession:
    """A row of lineage: the occupation that was called `from_name` goes on as `to_name`."""

    from_name: str
    to_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of the national list, with what the authority knows of names that changed since the last one."""

    published_on: date
    effective_on: date
    items: tuple[EditionItem, ...]
    lineage: tuple[Succession, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeBook:
    """Codes that can be given: those of the classification, by name key and all of them."""

    by_name: Mapping[str, str]
    known: frozenset[str]


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


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an edition names an occupation: an entry, or an item that may continue one of its name."""

    pointer: str
    name: str
    under: EditionItem
    code: str | None = None
    is_entry: bool = True

    @property
    def key(self) -> str:
        return name_key(self.name)


@dataclass(slots=True)
class _Matching:
    """Which item each place continues, and every mistake met on the way."""

    continued: dict[str, Item] = field(default_factory=dict)  # pointer → item
    errors: list[FieldError] = field(default_factory=list)

    def refuse(self, pointer: str, code: str, detail: Bilingual, remedy: Bilingual) -> None:
        self.errors.append(
            FieldError(code=code, detail=detail, remedy=remedy, pointer=pointer, article=ARTICLE)
        )


def compare(edition: Edition, listed: Iterable[Item], codes: CodeBook) -> Diff:
    """What the edition changes, given the list as it stands before it: an item per code, of whatever track.

    Raises Violations, with every mistake of the edition at once.
    """
    standing = {item.code: item for item in listed}
    places = [*_places(edition)]
    matching = _match(edition, places, standing)
    _check_dates(edition, matching)
    _check_repeats(places, matching)
    new = [place for place in places if place.is_entry and place.pointer not in matching.continued]
    given = _give_codes(new, standing, codes, matching)
    if matching.errors:
        raise Violations(matching.errors)
    return Diff(tuple(_changes(places, matching.continued, given, standing)))


def _places(edition: Edition) -> Iterator[_Place]:
    """Every entry in its order, then every item under whose name no entry stands."""
    named = set()
    for number, item in enumerate(edition.items):
        for position, entry in enumerate(item.entries):
            named.add(name_key(entry.name))
            yield _Place(f"/items/{number}/entries/{position}", entry.name, item, entry.code)
    for number, item in enumerate(edition.items):
        if name_key(item.name) not in named:
            yield _Place(f"/items/{number}", item.name, item, is_entry=False)


def _match(edition: Edition, places: Iterable[_Place], standing: Mapping[str, Item]) -> _Matching:
    """Find for each place the item it continues: by lineage, by its code, by its name; all that speak must agree."""
    matching = _Matching()
    by_name = {name_key(item.name): item for item in standing.values()}
    origins = _origins(edition, by_name, {place.key for place in places}, matching)
    taken: set[str] = set()
    for place in places:
        claims = (origins.get(place.key), standing.get(place.code or ""), _namesake(place, by_name))
        claimed = {item.code: item for item in claims if item is not None}
        if not claimed:
            continue
        item = next(iter(claimed.values()))
        if len(claimed) > 1 or place.code not in {None, item.code}:
            _refuse_disagreement(place, matching)
        elif item.code in taken:
            _refuse_second_claim(place, matching)
        taken.add(item.code)
        matching.continued[place.pointer] = item
    return matching


def _namesake(place: _Place, by_name: Mapping[str, Item]) -> Item | None:
    """The item of that name. An entry may bring back what was dropped; an item only keeps what is on the list."""
    item = by_name.get(place.key)
    if item is None or place.is_entry or item.track == "national_qualification":
        return item
    return None


def _origins(
    edition: Edition, by_name: Mapping[str, Item], named: set[str], matching: _Matching
) -> dict[str, Item]:
    """Name key in the new edition → the item that lineage says goes on under it."""
    origins = {}
    for number, row in enumerate(edition.lineage):
        origin, target = by_name.get(name_key(row.from_name)), name_key(row.to_name)
        if origin is None:
            matching.refuse(
                f"/lineage/{number}/from_name",
                "predecessor-unknown",
                Bilingual("目录清单中没有该名称的职业。", "No occupation of that name is on the list."),
                Bilingual("请按现行目录清单核对名称。", "Check the name with the list as it stands."),
            )
        if target not in named:
            matching.refuse(
                f"/lineage/{number}/to_name",
                "successor-unknown",
                Bilingual("新版目录中没有该名称。", "The edition has nothing of that name."),
                Bilingual(
                    "请填写新版目录中的职业或项目名称。", "Name an occupation or an item of the edition."
                ),
            )
        elif target in origins:
            matching.refuse(
                f"/lineage/{number}/to_name",
                "successor-repeated",
                Bilingual("两个职业不能由同一名称承接。", "Two occupations cannot go on under one name."),
                Bilingual("请只保留实际承接的一行。", "Keep the row of the one that does."),
            )
        elif origin is not None:
            origins[target] = origin
    return origins


def _refuse_disagreement(place: _Place, matching: _Matching) -> None:
    matching.refuse(
        place.pointer,
        "identity-disputed",
        Bilingual(
            "名称、编码与沿革所指的不是同一职业。",
            "Name, code and lineage do not point to one and the same occupation.",
        ),
        Bilingual(
            "职业编码一经使用不变;请改正编码(可填 null)或沿革。",
            "An occupation keeps its code; correct the code (null will do) or the lineage.",
        ),
    )


def _refuse_second_claim(place: _Place, matching: _Matching) -> None:
    matching.refuse(
        place.pointer,
        "continued-twice",
        Bilingual(
            "该职业已由本版的另一名称承接。", "Another name of this edition continues the occupation already."
        ),
        Bilingual("请改正重复的名称、编码或沿革。", "Correct the repeated name, code or lineage."),
    )


def _check_dates(edition: Edition, matching: _Matching) -> None:
    if edition.effective_on < edition.published_on:
        matching.refuse(
            "/effective_on",
            "effective-before-published",
            Bilingual("施行日期早于公布日期。", "The edition takes effect before it is published."),
            Bilingual("施行日期不得早于公布日期。", "Give the day of publication or a later one."),
        )


def _check_repeats(places: Iterable[_Place], matching: _Matching) -> None:
    """One occupation, one entry; one item, one name."""
    seen: Counter[tuple[bool, str]] = Counter()
    for place in places:
        seen[place.is_entry, place.key] += 1
        if seen[place.is_entry, place.key] == 2:
            matching.refuse(
                place.pointer,
                "name-repeated",
                Bilingual("该名称在本版中重复。", "The edition has this name twice."),
                Bilingual("请删去重复的一项。", "Take one of them out."),
            )


def _give_codes(
    new: Iterable[_Place], standing: Mapping[str, Item], codes: CodeBook, matching: _Matching
) -> dict[str, str]:
    """A code for each occupation that is new on the list, by pointer.

    The one it brings, else that of its name in the classification, else the next local one.
    """
    places = [*new]
    used = {*standing}
    given = {}
    for place in places:
        if place.code is not None and _check_code(place, used, codes, matching):
            used.add(place.code)
            given[place.pointer] = place.code
    serial = max((local_serial(code) or 0 for code in standing), default=0)
    for place in places:
        if place.code is not None:
            continue
        code = codes.by_name.get(place.key)
        if code is None or code in used:
            serial += 1
            if serial > LAST_LOCAL_SERIAL:
                raise OverflowError("all local codes are given")
            code = local_code(serial)
        used.add(code)
        given[place.pointer] = code
    return given


def _check_code(place: _Place, used: set[str], codes: CodeBook, matching: _Matching) -> bool:
    if place.code not in codes.known:
        matching.refuse(
            f"{place.pointer}/code",
            "code-unknown",
            Bilingual("职业分类大典中没有该编码。", "The classification of occupations has no such code."),
            Bilingual(
                "请按大典(2022年版)核对;没有编码的填 null,由平台编制。",
                "Check it with the 2022 edition; give null where there is none, the platform then makes one.",
            ),
        )
        return False
    if place.code in used:
        matching.refuse(
            f"{place.pointer}/code",
            "code-repeated",
            Bilingual("该编码在本版中重复。", "The edition has this code twice."),
            Bilingual("一个职业一个编码,请改正。", "One occupation, one code; correct it."),
        )
        return False
    return True


def _changes(
    places: Iterable[_Place],
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


def _continued(place: _Place, before: Item) -> Change:
    after = replace(_national(place, before.code), levels=before.levels)
    if before.track != "national_qualification":
        return Change("restored", after, before)
    is_same_name = place.key == name_key(before.name)
    return Change("kept" if is_same_name else "renamed", after, before)


def _national(place: _Place, code: str) -> Item:
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
