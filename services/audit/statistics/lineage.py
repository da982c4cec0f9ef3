"""PURE: occupations that were renamed or merged, counted under what they go on as."""

from collections import Counter
from collections.abc import Mapping

from audit.statistics.answer import Sums
from audit.statistics.dimensions import Count
from audit.statistics.suppression import Key


def led_on(table: Sums, place: int, successors: Mapping[str, tuple[str, ...]]) -> tuple[Sums, dict[str, str]]:
    """The table with each occupation at `place` of its keys under its one successor, and what moved where.

    An occupation that goes on as several, or as none, stays as it was: nobody knows how to divide it.
    """
    moved: dict[str, str] = {}
    sums: dict[Key, Counter[Count]] = {}
    for key, counts in table.items():
        old = key[place]
        new = _last(old, successors)
        if new != old:
            moved[old] = new
        sums.setdefault((*key[:place], new, *key[place + 1 :]), Counter()).update(counts)
    return sums, moved


def _last(code: str, successors: Mapping[str, tuple[str, ...]]) -> str:
    seen = {code}
    while len(successors.get(code, ())) == 1 and successors[code][0] not in seen:
        code = successors[code][0]
        seen.add(code)
    return code
