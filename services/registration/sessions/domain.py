"""PURE: seats. Whoever has one keeps it; others take the next that is free; nobody sits where another does.

Nor does anybody sit in two rooms at once: a plan may hold two occupations of one person (DOMAIN 2).
"""

from collections import deque
from collections.abc import Iterable, Mapping
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
    site: str
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
            site=kept["site_name"],
            room=kept["room"],
            seats=kept["seats"],
            starts_at=datetime.fromisoformat(kept["starts_at"]),
            ends_at=datetime.fromisoformat(kept["ends_at"]),
        )

    def overlaps(self, other: "Sitting") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Entrant:
    """An approved candidate, in the order of arrival."""

    candidate_id: UUID
    person_id: UUID
    item_code: str
    level: int


@dataclass(frozen=True, slots=True)
class Seat:
    """A place: the session's number and the seat in its room, 1, 2, …"""

    session: int
    seat: int


@dataclass(frozen=True, slots=True)
class Told:
    """What a notice says of the place; a candidate for whom any of it changes gets a new one."""

    session_number: int
    seat: int
    site: str
    room: str
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, place: Seat, sitting: Sitting) -> "Told":
        return cls(sitting.number, place.seat, sitting.site, sitting.room, sitting.starts_at, sitting.ends_at)


def seat(
    entrants: Iterable[Entrant], sittings: Iterable[Sitting], taken: Mapping[UUID, Seat]
) -> dict[UUID, Seat | None]:
    """Everybody's place; None for who does not fit.

    A place counts on while its session is of the candidate's item and level, the room has the seat and the person
    sits nowhere else then; otherwise, and for whoever has none, the first free seat of the earliest session with one.
    """
    people = list(entrants)
    room = _Room({one.number: one for one in sittings})
    found: dict[UUID, Seat | None] = {}
    for one in people:
        place = taken.get(one.candidate_id)
        if place is not None and room.keeps(one, place):
            found[one.candidate_id] = place
    room.count_free()
    for one in people:
        if one.candidate_id not in found:
            found[one.candidate_id] = room.next_for(one)
    return found


class _Room:
    """The seats of a plan's sessions while they are given out."""

    def __init__(self, sittings: Mapping[int, Sitting]) -> None:
        self._sittings = sittings
        self._used: set[Seat] = set()
        self._busy: dict[UUID, list[Sitting]] = {}
        self._free: dict[tuple[str, int], list[tuple[Sitting, deque[Seat]]]] = {}

    def keeps(self, entrant: Entrant, place: Seat) -> bool:
        """Takes the place for the one who has it, where it still is one."""
        sitting = self._sittings.get(place.session)
        if (
            sitting is None
            or (sitting.item_code, sitting.level) != (entrant.item_code, entrant.level)
            or not 1 <= place.seat <= sitting.seats
            or place in self._used
            or self._is_busy(entrant, sitting)
        ):
            return False
        self._take(entrant, place, sitting)
        return True

    def count_free(self) -> None:
        """What nobody kept, by item and level, the earliest session first."""
        for one in sorted(self._sittings.values(), key=lambda one: (one.starts_at, one.number)):
            seats = (Seat(one.number, number) for number in range(1, one.seats + 1))
            free = deque(place for place in seats if place not in self._used)
            if free:
                self._free.setdefault((one.item_code, one.level), []).append((one, free))

    def next_for(self, entrant: Entrant) -> Seat | None:
        sessions = self._free.get((entrant.item_code, entrant.level), [])
        for index, (sitting, free) in enumerate(sessions):
            if not self._is_busy(entrant, sitting):
                place = free.popleft()
                if not free:
                    del sessions[index]
                self._take(entrant, place, sitting)
                return place
        return None

    def _is_busy(self, entrant: Entrant, sitting: Sitting) -> bool:
        return any(sitting.overlaps(one) for one in self._busy.get(entrant.person_id, ()))

    def _take(self, entrant: Entrant, place: Seat, sitting: Sitting) -> None:
        self._used.add(place)
        self._busy.setdefault(entrant.person_id, []).append(sitting)


def admission_number(plan_number: str, ordinal: int) -> str:
    """Nineteen digits, as the field knows them: year 2, county 6, plan of the county's year 6, candidate 5.

    Given once and kept for life, whatever seat comes to it: it names the candidate of a plan, not a chair.
    """
    _, region, year, serial = plan_number.split("-")
    return f"{year[2:]}{region}{serial}{ordinal:05}"
