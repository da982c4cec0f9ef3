"""PURE: the time for which a registration takes a person up, and how many occupations a plan holds of a person."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

MOST_ITEMS: Final = 2
"""So many occupations a person may sit for under one plan (DOMAIN 2)."""
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
Place = tuple[str, int]
"""Item code and level."""


@dataclass(frozen=True, slots=True)
class Span:
    """From the first instant to the last, which is not part of it."""

    begin: datetime
    end: datetime


def spans(
    starts_on: date, ends_on: date, places: Sequence[Place], sessions: Sequence[Mapping[str, Any]]
) -> dict[Place, Span]:
    """For each item and level of a plan: its sittings from the first to the last, else the days of the plan.

    Who is on the roster has no seat yet: any of the sittings may become the person's own.
    """
    whole = Span(
        datetime.combine(starts_on, time(), SHANGHAI),
        datetime.combine(ends_on + timedelta(days=1), time(), SHANGHAI),
    )
    found = dict.fromkeys(places, whole)
    for place in found:
        own = [one for one in sessions if (one["item_code"], one["level"]) == place]
        if own:
            found[place] = Span(
                min(datetime.fromisoformat(one["starts_at"]) for one in own),
                max(datetime.fromisoformat(one["ends_at"]) for one in own),
            )
    return found


class Occupations:
    """Which occupations a file names of each person, in its order."""

    def __init__(self) -> None:
        self._named: dict[str, tuple[str, ...]] = {}

    def so_far(self, number: str, item_code: str) -> tuple[str, ...]:
        """Those of a person up to this row, its own among them."""
        named = self._named.get(number, ())
        if item_code not in named:
            named = self._named[number] = (*named, item_code)
        return named


def is_one_too_many(item_code: str, named: Iterable[str], registered: Collection[str]) -> bool:
    """Whether an occupation is one more than the plan may hold of a person who is registered for others."""
    return item_code not in registered and len({*named, *registered}) > MOST_ITEMS
