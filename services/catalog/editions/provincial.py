"""PURE: what an edition of the province's own part of the list changes: items added, changed, merged, split, withdrawn.

The province disposes of skill level and special ability items; what is national follows the State Council's list alone
(Art. 1, 3). A row without successors says how an item stands from the effective day on. A row with successors says that
an item leaves the list and as which items it goes on; a certificate of the old one leads there (decision record 20).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, Final, Literal

from catalog.editions.content import ARTICLE, CodeBook
from catalog.editions.remedies import (
    CYCLE,
    DISPUTED,
    REPEATED,
    UNKNOWN_CODE,
    UNKNOWN_ITEM,
    UNKNOWN_SUCCESSOR,
)
from catalog.items.domain import ALL_LEVELS, LAST_LOCAL_SERIAL, Item, local_code, local_serial
from catalog.names import name_key
from common.errors import Bilingual, FieldError, RuleViolation, Violations
from common.events.catalog import Track

SuccessionKind = Literal["renamed", "merged", "split", "replaced"]
ProvincialKind = Literal["added", "kept", "changed", "withdrawn"]
NATIONAL: Final[Track] = "national_qualification"


class NationalListOnly(RuleViolation):
    """Only the State Council's list makes, changes or ends a national item (Art. 1)."""

    code: ClassVar[str] = "policy"
    article: ClassVar[str | None] = "1"
    title: ClassVar[Bilingual] = Bilingual("超出省级权限", "Beyond the province's powers")


@dataclass(frozen=True, slots=True)
class ProvincialRow:
    """A row of a provincial edition. `place`: where it stands in what was sent. `code` None: found by its name."""

    place: int
    name: str
    code: str | None = None
    track: Track = "skill_level"
    levels: tuple[int, ...] = ALL_LEVELS
    is_withdrawn: bool = False
    successors: tuple[str, ...] = ()
    reason: str = ""

    @property
    def leaves(self) -> bool:
        return self.is_withdrawn or bool(self.successors)


@dataclass(frozen=True, slots=True)
class Succeeds:
    """`from_code` goes on as `to_code`."""

    from_code: str
    to_code: str
    kind: SuccessionKind
    reason: str


@dataclass(frozen=True, slots=True)
class ProvincialChange:
    """One item under a provincial edition; `before`: as it stood until then."""

    kind: ProvincialKind
    item: Item
    before: Item | None = None


@dataclass(frozen=True, slots=True)
class ProvincialDiff:
    """Everything that a provincial edition touches, in the order of its rows."""

    changes: tuple[ProvincialChange, ...]
    successions: tuple[Succeeds, ...] = ()

    def of(self, kind: ProvincialKind) -> tuple[ProvincialChange, ...]:
        return tuple(change for change in self.changes if change.kind == kind)


@dataclass(slots=True)
class _Mistakes:
    errors: list[FieldError] = field(default_factory=list)

    def refuse(
        self, row: ProvincialRow, column: str, code: str, detail: Bilingual, remedy: Bilingual
    ) -> None:
        self.errors.append(
            FieldError(code=code, detail=detail, remedy=remedy, row=row.place, column=column, article=ARTICLE)
        )


def compare_provincial(
    rows: Sequence[ProvincialRow],
    *,
    published_on: date,
    effective_on: date,
    known: Iterable[Item],
    codes: CodeBook,
    ancestors: Callable[[str], Collection[str]] = lambda _: (),
) -> ProvincialDiff:
    """What the rows change, given every item ever listed in its last version.

    `ancestors`: codes that an item already goes back to. Raises Violations with every mistake, and NationalListOnly.
    """
    items = {item.code: item for item in known}
    by_name = {name_key(item.name): item.code for item in items.values()}
    mistakes = _Mistakes()
    _check_dates(published_on, effective_on, mistakes)
    given = _codes(rows, items, by_name, codes, mistakes)
    _check_powers(rows, given, items)
    targets = _targets(rows, given, by_name, items, mistakes)
    _check_cycles(targets, rows, given, ancestors, mistakes)
    if mistakes.errors:
        raise Violations(mistakes.errors)
    changes = tuple(_changes(rows, given, items))
    after = items | {change.item.code: change.item for change in changes}
    _check_tracks(targets, items, after)
    return ProvincialDiff(changes, tuple(_successions(rows, given, targets)))


def _check_dates(published_on: date, effective_on: date, mistakes: _Mistakes) -> None:
    if effective_on < published_on:
        mistakes.errors.append(
            FieldError(
                code="effective-before-published",
                detail=Bilingual("施行日期早于公布日期。", "It takes effect before it is published."),
                remedy=Bilingual("施行日期不得早于公布日期。", "Give the day of publication or a later one."),
                pointer="/effective_on",
                article=ARTICLE,
            )
        )


def _codes(
    rows: Sequence[ProvincialRow],
    items: Mapping[str, Item],
    by_name: Mapping[str, str],
    codes: CodeBook,
    mistakes: _Mistakes,
) -> dict[int, str]:
    """The code of each row, by its place: the one it names, that of its name, or the next local one."""
    given: dict[int, str] = {}
    repeated: Counter[str] = Counter()
    serial = max((local_serial(code) or 0 for code in items), default=0)
    for row in rows:
        code = row.code or _code_of(name_key(row.name), by_name, codes)
        if row.code is not None and row.code not in items and row.code not in codes.known:
            mistakes.refuse(row, "code", "code-unknown", *UNKNOWN_CODE)
            continue
        if row.code is not None and by_name.get(name_key(row.name), row.code) != row.code:
            mistakes.refuse(row, "code", "identity-disputed", *DISPUTED)
            continue
        if row.leaves and (code is None or code not in items or not items[code].is_listed):
            mistakes.refuse(row, "name", "item-unknown", *UNKNOWN_ITEM)
            continue
        if code is None:
            serial += 1
            if serial > LAST_LOCAL_SERIAL:
                raise OverflowError("all local codes are given")
            code = local_code(serial)
        repeated[code] += 1
        repeated[f"name {name_key(row.name)}"] += 1
        if repeated[code] > 1 or repeated[f"name {name_key(row.name)}"] > 1:
            mistakes.refuse(row, "name", "name-repeated", *REPEATED)
        given[row.place] = code
    return given


def _code_of(key: str, by_name: Mapping[str, str], codes: CodeBook) -> str | None:
    """Of the item of this name, else of another name that its occupation had, else the classification's own."""
    known = (by_name[other] for other in sorted(codes.same.get(key, ())) if other in by_name)
    return by_name.get(key) or next(known, None) or codes.by_name.get(key)


def _check_powers(rows: Iterable[ProvincialRow], given: Mapping[int, str], items: Mapping[str, Item]) -> None:
    for row in rows:
        before = items.get(given.get(row.place, ""))
        is_national = before is not None and before.track == NATIONAL and before.is_listed
        if row.track == NATIONAL or is_national:
            raise NationalListOnly(
                Bilingual(
                    "国家职业资格项目只随国家目录增减,省级调整不得增加、变更或撤销;请改用其他类别。",
                    "National items follow the State Council's list alone; the province adds, changes and ends others.",
                ),
                row=row.place,
            )


def _targets(
    rows: Iterable[ProvincialRow],
    given: Mapping[int, str],
    by_name: Mapping[str, str],
    items: Mapping[str, Item],
    mistakes: _Mistakes,
) -> dict[str, tuple[str, ...]]:
    """Code of a leaving item → codes that it goes on as: items that stand on the list under this edition."""
    stays = {given[row.place]: row for row in rows if row.place in given and not row.leaves}
    leaves = {given[row.place] for row in rows if row.place in given and row.leaves}
    names = dict(by_name) | {name_key(row.name): code for code, row in stays.items()}
    targets = {}
    for row in rows:
        if not row.successors or row.place not in given:
            continue
        found = [names.get(name_key(text)) or text for text in row.successors]
        for code in found:
            is_listed = code in stays or (code in items and items[code].is_listed)
            if code in leaves:
                mistakes.refuse(row, "successor", "succession-cycle", *CYCLE)
            elif not is_listed:
                mistakes.refuse(row, "successor", "successor-unknown", *UNKNOWN_SUCCESSOR)
        targets[given[row.place]] = tuple(found)
    return targets


def _check_cycles(
    targets: Mapping[str, tuple[str, ...]],
    rows: Iterable[ProvincialRow],
    given: Mapping[int, str],
    ancestors: Callable[[str], Collection[str]],
    mistakes: _Mistakes,
) -> None:
    """Nothing goes on as what it comes from: tracing a certificate would never end."""
    for row in rows:
        code = given.get(row.place, "")
        if set(targets.get(code, ())) & set(ancestors(code)):
            mistakes.refuse(row, "successor", "succession-cycle", *CYCLE)


def _changes(
    rows: Iterable[ProvincialRow], given: Mapping[int, str], items: Mapping[str, Item]
) -> Iterator[ProvincialChange]:
    for row in rows:
        code = given[row.place]
        before = items.get(code)
        if row.leaves:
            if before is not None:
                yield ProvincialChange("withdrawn", replace(before, is_listed=False), before)
            continue
        item = Item(code=code, name=row.name, track=row.track, levels=row.levels)
        if before is None or not before.is_listed:
            yield ProvincialChange("added", item, before)
        else:
            yield ProvincialChange("kept" if item == before else "changed", item, before)


def _check_tracks(
    targets: Mapping[str, tuple[str, ...]], items: Mapping[str, Item], after: Mapping[str, Item]
) -> None:
    """What goes on as one item is of one track: the track decides the certificate (Art. 1)."""
    for code, successors in targets.items():
        if {after[successor].track for successor in successors} != {items[code].track}:
            raise NationalListOnly(
                Bilingual(
                    "合并、拆分或更替不得跨类别:类别决定证书种类;请先变更类别。",
                    "Items are not merged, split or replaced across tracks, which decide the certificate; "
                    "change the track first.",
                )
            )


def _successions(
    rows: Iterable[ProvincialRow], given: Mapping[int, str], targets: Mapping[str, tuple[str, ...]]
) -> Iterator[Succeeds]:
    sources = Counter(code for successors in targets.values() for code in successors)
    for row in rows:
        code = given[row.place]
        for successor in targets.get(code, ()):
            kind: SuccessionKind = "replaced"
            if len(targets[code]) > 1:
                kind = "split"
            elif sources[successor] > 1:
                kind = "merged"
            yield Succeeds(code, successor, kind, row.reason)
