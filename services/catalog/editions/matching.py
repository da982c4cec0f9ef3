"""PURE: which item each name of a new edition continues, and the codes of what is new on the list (Art. 3).

Lineage, code and name of an entry have to point to one and the same item (decision record 10); where they disagree the
edition is refused with the place.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from catalog.editions.content import ARTICLE, CodeBook, Edition, EditionItem
from catalog.items.domain import LAST_LOCAL_SERIAL, Item, local_code, local_serial
from catalog.names import name_key
from common.errors import Bilingual, FieldError


@dataclass(frozen=True, slots=True)
class Place:
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
class Matching:
    """Which item each place continues, and every mistake met on the way."""

    continued: dict[str, Item] = field(default_factory=dict)  # pointer → item
    errors: list[FieldError] = field(default_factory=list)

    def refuse(self, pointer: str, code: str, detail: Bilingual, remedy: Bilingual) -> None:
        self.errors.append(
            FieldError(code=code, detail=detail, remedy=remedy, pointer=pointer, article=ARTICLE)
        )


def places_of(edition: Edition) -> Iterator[Place]:
    """Every entry in its order, then every item under whose name no entry stands."""
    named = set()
    for number, item in enumerate(edition.items):
        for position, entry in enumerate(item.entries):
            named.add(name_key(entry.name))
            yield Place(f"/items/{number}/entries/{position}", entry.name, item, entry.code)
    for number, item in enumerate(edition.items):
        if name_key(item.name) not in named:
            yield Place(f"/items/{number}", item.name, item, is_entry=False)


def match(
    edition: Edition, places: Iterable[Place], standing: Mapping[str, Item], codes: CodeBook
) -> Matching:
    """Find for each place the item it continues: by lineage, by its code, by its name; all that speak must agree.

    Where none of them speaks, an entry continues the item of another name that its occupation is known to have had.
    """
    matching = Matching()
    by_name = {name_key(item.name): item for item in standing.values()}
    origins = _origins(edition, by_name, {place.key for place in places}, matching)
    taken: set[str] = set()
    for place in places:
        claims = (origins.get(place.key), standing.get(place.code or ""), _namesake(place, by_name))
        claimed = {item.code: item for item in claims if item is not None} or _known_otherwise(
            place, by_name, codes
        )
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


def _namesake(place: Place, by_name: Mapping[str, Item]) -> Item | None:
    """The item of that name. An entry may bring back what was dropped; an item only keeps what is on the list."""
    item = by_name.get(place.key)
    if item is None or place.is_entry or item.track == "national_qualification":
        return item
    return None


def _known_otherwise(place: Place, by_name: Mapping[str, Item], codes: CodeBook) -> dict[str, Item]:
    if not place.is_entry:
        return {}
    others = (by_name.get(key) for key in codes.same.get(place.key, ()))
    return {item.code: item for item in others if item is not None}


def _origins(
    edition: Edition, by_name: Mapping[str, Item], named: set[str], matching: Matching
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


def _refuse_disagreement(place: Place, matching: Matching) -> None:
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


def _refuse_second_claim(place: Place, matching: Matching) -> None:
    matching.refuse(
        place.pointer,
        "continued-twice",
        Bilingual(
            "该职业已由本版的另一名称承接。", "Another name of this edition continues the occupation already."
        ),
        Bilingual("请改正重复的名称、编码或沿革。", "Correct the repeated name, code or lineage."),
    )


def check_dates(edition: Edition, matching: Matching) -> None:
    if edition.effective_on < edition.published_on:
        matching.refuse(
            "/effective_on",
            "effective-before-published",
            Bilingual("施行日期早于公布日期。", "The edition takes effect before it is published."),
            Bilingual("施行日期不得早于公布日期。", "Give the day of publication or a later one."),
        )


def check_repeats(places: Iterable[Place], matching: Matching) -> None:
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


def give_codes(
    new: Iterable[Place], standing: Mapping[str, Item], codes: CodeBook, matching: Matching
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


def _check_code(place: Place, used: set[str], codes: CodeBook, matching: Matching) -> bool:
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
