"""The smallest valid objects of filing's rules, each part replaceable by name."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from common.workdays import official_calendar
from filing.listing.domain import Item, Standard
from filing.organisations.domain import Scope, ScopePart
from filing.plans.domain import (
    Assessment,
    Circumstances,
    Draft,
    PlannedExaminer,
    PlannedItem,
    check_plan,
)

WELDER = "6-18-02-04"
STANDARD = UUID(int=1)
RECORDER = UUID(int=9)
FILED_ON = date(2025, 9, 29)  # the last day to file what starts on 2025-10-25, over the National Day holiday
STARTS_ON = date(2025, 10, 25)


def part(
    *,
    items: Iterable[str] = (WELDER,),
    levels: Iterable[int] = (5, 4, 3),
    regions: Iterable[str] = ("320100",),
    modes: Iterable[str] = ("enterprise",),
) -> ScopePart:
    return ScopePart(frozenset(items), frozenset(levels), frozenset(regions), frozenset(modes))


def scope(
    *parts: ScopePart,
    number: int = 1,
    valid_from: date = date(2025, 1, 1),
    valid_to: date = date(2027, 12, 31),
) -> Scope:
    return Scope(number, parts or (part(),), valid_from, valid_to)


def item(*, track: str = "skill_level", levels: Iterable[int] = (5, 4, 3, 2, 1)) -> Item:
    return Item(WELDER, "焊工", track, frozenset(levels))


def standard(**changes: Any) -> Standard:
    smallest = Standard(
        id=STANDARD,
        name="焊工国家职业标准",
        kind="national",
        item_code=WELDER,
        levels=frozenset({5, 4, 3, 2, 1}),
        valid_from=date(2015, 1, 1),
        valid_to=None,
    )
    return replace(smallest, **changes)


def planned(
    *, code: str = WELDER, level: int = 4, standard_id: UUID = STANDARD, headcount: int = 40
) -> PlannedItem:
    return PlannedItem(code, level, standard_id, headcount)


def team(size: int = 3, *, leaders: int = 1) -> tuple[PlannedExaminer, ...]:
    return tuple(PlannedExaminer(f"32KP{number:04}", number < leaders) for number in range(size))


def draft(**changes: Any) -> Draft:
    smallest = Draft(
        kind="employer",
        mode="enterprise",
        items=(planned(),),
        methods=("production_observation", "skill_exam"),
        weights={"ability": 40, "performance": 35, "contribution": 25},
        gates_ethics=True,
        region="320104",
        starts_on=STARTS_ON,
        ends_on=STARTS_ON,
        examiners=team(),
    )
    return replace(smallest, **changes)


def circumstances(**changes: Any) -> Circumstances:
    smallest = Circumstances(
        filed_on=FILED_ON,
        calendar=official_calendar(),
        organisation_kind="employer",
        scope=scope(),
        items={WELDER: item()},
        standards={STANDARD: standard()},
        recorders=frozenset({RECORDER}),
    )
    return replace(smallest, **changes)


def assessed(plan: Draft | None = None, known: Circumstances | None = None) -> Assessment:
    return check_plan(plan or draft(), known or circumstances())


def problems(plan: Draft | None = None, known: Circumstances | None = None) -> list[tuple[str | None, str]]:
    """Pointer and code of each problem found."""
    return [(problem.pointer, problem.code) for problem in assessed(plan, known).problems]
