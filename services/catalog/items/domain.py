"""PURE: what an item of the list is, its versions in time, and its code.

An item is an occupation that stood on the list once; its code never changes and is never given to another, whatever
its name becomes (decision record 10).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import ClassVar
from uuid import UUID

from common.errors import Bilingual, RuleViolation
from common.events.catalog import Cause, Track
from common.grades import Grade

ALL_LEVELS = tuple(grade.value for grade in Grade)
CODE_PATTERN = r"^[0-9]-[0-9]{2}-[0-9]{2}-[0-9]{2}$"
LAST_LOCAL_SERIAL = 999_999
_LOCAL_CODE = re.compile(r"0-(\d{2})-(\d{2})-(\d{2})", re.ASCII)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Item:
    """An item as the list shows it.

    `national_item`: the item of the national list that the occupation stands under, none off that list.
    `admission_linked`: the qualification may be required for working (准入类); national items only (Art. 1).
    `is_listed`: False from the day on which the item left the list; it may come back.
    """

    code: str
    name: str
    track: Track
    levels: tuple[int, ...] = ALL_LEVELS
    admission_linked: bool = False
    national_item: str | None = None
    is_listed: bool = True


@dataclass(frozen=True, slots=True)
class Version:
    """An item from `valid_from` on, until its next version; `recorded_at` is when the platform learnt of it."""

    item: Item
    valid_from: date
    edition_id: UUID
    cause: Cause
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A version with its last day; none while no later version is known."""

    version: Version
    valid_to: date | None


def in_force(
    versions: Iterable[Version], day: date, *, known_at: datetime | None = None
) -> dict[str, Version]:
    """The list on a day: for each item that stands on it, the version that counts then, by code.

    Of two versions that begin on one day the one recorded later counts: it corrects the other, which is kept.
    `known_at`: what was recorded after that instant is left out; what was decided then went by this list.
    """
    standing = (
        version
        for version in versions
        if version.valid_from <= day and (known_at is None or version.recorded_at <= known_at)
    )
    last = {
        version.item.code: version
        for version in sorted(standing, key=lambda version: (version.valid_from, version.recorded_at))
    }
    return {code: version for code, version in last.items() if version.item.is_listed}


def spans(versions: Iterable[Version]) -> Iterator[Span]:
    """An item's versions with their last days, oldest first; corrected ones have none, for nobody goes by them."""
    ordered = sorted(versions, key=lambda version: (version.valid_from, version.recorded_at))
    begins = [[*same] for _, same in groupby(ordered, key=lambda version: version.valid_from)]
    for versions_of_day, next_day in zip(begins, [*begins[1:], None], strict=False):
        yield Span(versions_of_day[-1], next_day[0].valid_from - ONE_DAY if next_day else None)


class AdmissionForNationalOnly(RuleViolation):
    """Only a national item may be tied to admission (Art. 1)."""

    code: ClassVar[str] = "admission-link-forbidden"
    article: ClassVar[str | None] = "1"
    title: ClassVar[Bilingual] = Bilingual("不得与准入挂钩", "Not to be tied to admission")


def corrected(
    item: Item,
    *,
    name: str | None = None,
    levels: tuple[int, ...] | None = None,
    admission_linked: bool | None = None,
) -> Item:
    """The item as an edition should have shown it; None: as it did. Raises AdmissionForNationalOnly."""
    after = replace(
        item,
        name=item.name if name is None else name,
        levels=item.levels if levels is None else levels,
        admission_linked=item.admission_linked if admission_linked is None else admission_linked,
    )
    if after.admission_linked and after.track != "national_qualification":
        raise AdmissionForNationalOnly(
            Bilingual(
                "只有国家职业资格项目可以与准入挂钩;请将 admission_linked 填为 false。",
                "Only national items may be tied to admission; write false for admission_linked.",
            )
        )
    return after


def local_code(serial: int) -> str:
    """The code of an occupation that the classification does not know: major group 0 and a running number."""
    if not 1 <= serial <= LAST_LOCAL_SERIAL:
        raise ValueError("local codes have six digits")
    digits = f"{serial:06}"
    return f"0-{digits[:2]}-{digits[2:4]}-{digits[4:]}"


def local_serial(code: str) -> int | None:
    """The running number in a local code; None for a code of the classification."""
    match = _LOCAL_CODE.fullmatch(code)
    return int("".join(match.groups())) if match else None


def carried_on(known: Iterable[Version], before: Item, correction: Version) -> list[Version]:
    """What a correction changes in later versions that state nothing themselves: those by which the list dropped it.

    `known`: everything recorded of the item; `before`: as the edition had it. Name and levels were only repeated there;
    the first version that somebody stated ends it.
    """
    versions = [*known]
    repeating = {one.valid_from for one in versions if one.cause == "dropped_from_national_list"}
    corrected, found = correction.item, list[Version]()
    for version in (span.version for span in spans(versions)):
        if version.valid_from <= correction.valid_from:
            continue
        if version.valid_from not in repeating:
            break
        item = replace(
            version.item,
            name=corrected.name if version.item.name == before.name else version.item.name,
            levels=corrected.levels if version.item.levels == before.levels else version.item.levels,
        )
        if item != version.item:
            found.append(replace(version, item=item, cause="corrected", recorded_at=correction.recorded_at))
    return found
