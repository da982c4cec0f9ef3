"""PURE: which cells of a table may be shown to the public, so that nobody is recognised in it.

A cell under five people is not shown (primary). What is left out must not be found by subtraction either: along every
line of the table (all cells that differ in one dimension only) what is left out amounts to no cell at all or to two or
more of five people together; otherwise the smallest that is shown goes too (secondary), until nothing changes.
The question is asked of the whole table of its dimensions and filters, so a filter hides and reveals nothing else.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

SMALLEST: Final = 5
Key = tuple[str, ...]


def hidden_cells(people: Mapping[Key, int]) -> frozenset[Key]:
    """The keys of a table `values of its dimensions → people` that are not shown; an empty cell is shown as empty."""
    hidden = {key for key, count in people.items() if 0 < count < SMALLEST}
    lines = [line for line in _lines(people) if len(line) > 1]
    while True:
        further = {key for line in lines if (key := _also_hidden(line, people, hidden)) is not None}
        if not further:
            return frozenset(hidden)
        hidden |= further


def _also_hidden(line: Iterable[Key], people: Mapping[Key, int], hidden: set[Key]) -> Key | None:
    """The smallest shown cell of a line whose hidden part could be found by subtraction."""
    left_out = [key for key in line if key in hidden]
    if not left_out or (len(left_out) > 1 and sum(people[key] for key in left_out) >= SMALLEST):
        return None
    shown = [key for key in line if key not in hidden and people[key] > 0]
    return min(shown, key=lambda key: (people[key], key), default=None)


def _lines(people: Mapping[Key, int]) -> Iterable[list[Key]]:
    """Every set of cells that differ in one dimension only."""
    lines: defaultdict[tuple[int, Key], list[Key]] = defaultdict(list)
    for key in sorted(people):
        for place in range(len(key)):
            lines[place, key[:place] + key[place + 1 :]].append(key)
    return lines.values()
