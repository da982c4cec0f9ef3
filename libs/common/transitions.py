"""PURE: transition windows of cancelled qualifications, and which track holds for a person (Art. 2, 3).

Whoever was enrolled on a "double certificate" course before a list was published that dropped the item still gets the
national certificate at graduation, until the last of the cohort has graduated (decision record 21).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Track = Literal["national_qualification", "skill_level", "special_ability"]
NATIONAL: Final[Track] = "national_qualification"


@dataclass(frozen=True, slots=True)
class Window:
    """One cohort of one item: enrolled from `enrolled_from` (None: however early) and before `enrolled_before`.

    `opens_on`: the first day on which the item is off the national list; `ends_on`: the last day of graduation.
    """

    item_code: str
    cohort: str
    enrolled_before: date
    opens_on: date
    ends_on: date
    enrolled_from: date | None = None

    def takes(self, enrolled_on: date) -> bool:
        """Whether who was enrolled on this day is of the cohort."""
        is_early_enough = enrolled_on < self.enrolled_before
        return is_early_enough and (self.enrolled_from is None or self.enrolled_from <= enrolled_on)

    def is_open(self, day: date) -> bool:
        """Both ends belong to it."""
        return self.opens_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class Held:
    """The track that holds for a person, and the window that makes it so; no window: it is the list's own."""

    track: Track | None
    window: Window | None = None


def track_for(
    listed: Track | None, windows: Iterable[Window], *, enrolled_on: date, graduating_on: date
) -> Held:
    """Which track decides the certificate of a person enrolled on one day and graduating on another, for one item.

    `listed`: the item's track on the day of graduation, None when it is off the list by then. `windows`: of the item;
    of several that take the person the one that ends last is named. Raises ValueError when the days run backwards.
    """
    if graduating_on < enrolled_on:
        raise ValueError("nobody graduates before being enrolled")
    if listed == NATIONAL:
        return Held(NATIONAL)
    fitting = [window for window in windows if window.takes(enrolled_on) and window.is_open(graduating_on)]
    if not fitting:
        return Held(listed)
    return Held(NATIONAL, max(fitting, key=lambda window: (window.ends_on, window.cohort)))
