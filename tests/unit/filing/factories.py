"""The smallest valid objects of filing's rules, each part replaceable by name."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.events.filing import Mode
from common.workdays import official_calendar
from filing.listing.domain import Item, Standard
from filing.organisations.domain import Scope, ScopePart
from filing.plans.domain import check_plan
from filing.plans.rules.draft import (
    Assessment,
    Card,
    Circumstances,
    Draft,
    PlanKind,
    PlannedExaminer,
    PlannedItem,
    PlannedSession,
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


def session(
    *,
    room: str = "一号考场",
    seats: int = 40,
    level: int = 4,
    begin: str = "2025-10-25T09:00",
    end: str = "2025-10-25T11:30",
) -> PlannedSession:
    """One sitting in the morning of the first day; times in China."""
    starts_at, ends_at = (datetime.fromisoformat(f"{text}+08:00") for text in (begin, end))
    return PlannedSession(WELDER, level, room, starts_at, ends_at, seats)


def examined(kind: PlanKind, mode: Mode, **changes: Any) -> Draft:
    """The smallest valid plan of a kind that has candidates sit in rooms: roster, session, theory and practice."""
    smallest = draft(
        kind=kind,
        mode=mode,
        methods=("theory_exam", "skill_exam"),
        weights={"ability": 100},
        sessions=(session(),),
        roster_candidates=40 if kind in ("social", "school") else None,
    )
    return replace(smallest, **changes)


def card(**changes: Any) -> Card:
    smallest = Card(
        grade="examiner",
        item_codes=frozenset({WELDER}),
        employer=None,
        trains_for=frozenset(),
        valid_from=date(2024, 1, 1),
        valid_to=date(2026, 12, 31),
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
        cards={one.card_number: card(valid_from=date.min, valid_to=date.max) for one in team(9)},
    )
    return replace(smallest, **changes)


def assessed(plan: Draft | None = None, known: Circumstances | None = None) -> Assessment:
    return check_plan(plan or draft(), known or circumstances())


def problems(plan: Draft | None = None, known: Circumstances | None = None) -> list[tuple[str | None, str]]:
    """Pointer and code of each problem found."""
    return [(problem.pointer, problem.code) for problem in assessed(plan, known).problems]
