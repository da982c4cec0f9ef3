"""PURE: seats. Whoever has one keeps it; others take the next that is free; nobody sits where another does."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session of a plan."""

    number: int
    item_code: str
    level: int
    room: str
    seats: int
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Sitting":
        """As the read model of plans keeps it."""
        return cls(
            number=kept["number"],
            item_code=kept["item_code"],
            level=kept["level"],
            room=kept["room"],
            seats=kept["seats"],
            starts_at=datetime.fromisoformat(kept["starts_at"]),
            ends_at=datetime.fromisoformat(kept["ends_at"]),
        )


@dataclass(frozen=True, slots=True)
class Entrant:
    """An approved candidate, in the order of arrival."""

    candidate_id: UUID
    item_code: str
    level: int


@dataclass(frozen=True, slots=True)
class Seat:
    """A place: the session's number and the seat in its room, 1, 2, …"""

    session: int
    seat: int


def seat(
    entrants: Iterable[Entrant], sittings: Iterable[Sitting], taken: Mapping[UUID, Seat]
) -> dict[UUID, Seat | None]:
    """Everybody's place; None for who does not fit.

    A place counts on while its session is of the candidate's item and level and the room has the seat; otherwise, and
    for whoever has none, the first free seat of the earliest session with one.
    """
    by_number = {one.number: one for one in sittings}
    people = list(entrants)
    found: dict[UUID, Seat | None] = {}
    used: set[Seat] = set()
    for one in people:
        place = taken.get(one.candidate_id)
        if place is not None and place not in used and _fits(one, place, by_number):
            found[one.candidate_id] = place
            used.add(place)
    free = {
        key: _free(sorted(group, key=lambda one: (one.starts_at, one.number)), used)
        for key, group in _by_item(by_number.values()).items()
    }
    for one in people:
        if one.candidate_id not in found:
            found[one.candidate_id] = next(free.get((one.item_code, one.level), iter(())), None)
    return found


def _fits(entrant: Entrant, place: Seat, by_number: Mapping[int, Sitting]) -> bool:
    session = by_number.get(place.session)
    return (
        session is not None
        and (session.item_code, session.level) == (entrant.item_code, entrant.level)
        and 1 <= place.seat <= session.seats
    )


def _by_item(sittings: Iterable[Sitting]) -> dict[tuple[str, int], list[Sitting]]:
    found: dict[tuple[str, int], list[Sitting]] = {}
    for one in sittings:
        found.setdefault((one.item_code, one.level), []).append(one)
    return found


def _free(sittings: Iterable[Sitting], used: set[Seat]) -> Iterator[Seat]:
    """Free seats of these sessions in their order; asked for one by one."""
    return iter(
        [
            place
            for one in sittings
            for number in range(1, one.seats + 1)
            if (place := Seat(one.number, number)) not in used
        ]
    )


def admission_number(plan_number: str, ordinal: int) -> str:
    """Nineteen digits, as the field knows them: year 2, county 6, plan of the county's year 6, candidate 5.

    Given once and kept for life, whatever seat comes to it: it names the candidate of a plan, not a chair.
    """
    _, region, year, serial = plan_number.split("-")
    return f"{year[2:]}{region}{serial}{ordinal:05}"
