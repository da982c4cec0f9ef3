"""PURE: the time for which a registration takes a person up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

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
