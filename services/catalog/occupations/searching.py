"""PURE: occupations found as people type them: a name or a part of it, a former name, a code, pinyin, a misspelling.

Nothing is learnt and nothing is weighted: hits come in the order of `MATCHES`, the closer and shorter names first, so
that the order of an answer can be explained.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, get_args

from catalog.names import name_key
from catalog.occupations.pinyin import sounds_alike, spelt

LONGEST_QUERY: Final = 64
Match = Literal[
    "code",
    "name",
    "former_name",
    "code_prefix",
    "name_prefix",
    "part_of_name",
    "part_of_former_name",
    "pinyin",
    "similar",
]
MATCHES: Final[tuple[Match, ...]] = get_args(Match)
_CODE = re.compile(r"\d(?:-?\d\d){0,3}(?:-?\d)?", re.ASCII)
_LETTERS = re.compile(r"[a-z]")
_MARKS = re.compile(r"[\W_]+")
_PATTERN = re.compile(
    r"[%_*?+$^\[\]{}|\\<>=~`!@#&]"
)  # signs that no name has, and that other searches act upon
_FAULTS_OF_LENGTH = 3  # one fault for each so many characters, and one at least


@dataclass(frozen=True)
class Entry:
    """A name that an occupation has or had. `key`: its letters, digits and characters alone."""

    code: str
    name: str
    is_former: bool = False

    @cached_property
    def key(self) -> str:
        return plain(self.name)


@dataclass(frozen=True, slots=True)
class Hit:
    """An occupation, how it was found, and the name that it was found by."""

    code: str
    match: Match
    by: str


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed: its plain text, and the digits of a code if it looks like one.

    No name holds the signs of patterns and wildcards; taken literally they find nothing.
    """

    text: str
    code: str | None

    @classmethod
    def of(cls, typed: str) -> "Query":
        narrow = "".join(unicodedata.normalize("NFKC", typed).split())
        is_code = _CODE.fullmatch(narrow) is not None
        return cls(
            "" if _PATTERN.search(narrow) else plain(typed), narrow.replace("-", "") if is_code else None
        )


def plain(text: str) -> str:
    """Text without marks of any kind, narrow, in lower case; ü as v."""
    return _MARKS.sub("", name_key(text)).replace("ü", "v")


def search(entries: Iterable[Entry], typed: str, *, limit: int) -> list[Hit]:
    """The best hit of each occupation, best first. Wildcards and patterns are characters like any other."""
    query = Query.of(typed)
    best: dict[str, tuple[tuple[int, float, int, str], Hit]] = {}
    for entry in entries:
        found = _match(query, entry)
        if found is None:
            continue
        match, cost = found
        length = 0 if query.code else len(entry.key)
        rank = (MATCHES.index(match), cost, length, entry.code)
        if entry.code not in best or rank < best[entry.code][0]:
            best[entry.code] = (rank, Hit(entry.code, match, entry.name))
    hits = [hit for _, hit in sorted(best.values(), key=lambda one: one[0])][:limit]
    if hits and hits[0].match != "similar":  # a guess is of no use beside what was meant
        hits = [hit for hit in hits if hit.match != "similar"]
    return hits


def _match(query: Query, entry: Entry) -> tuple[Match, float] | None:
    """How an entry answers a query, and how far off it is within that kind."""
    if query.code is not None:
        return _by_code(query.code, entry)
    if not query.text:
        return None
    return _by_name(query.text, entry) or _by_pinyin(query.text, entry) or _by_likeness(query.text, entry)


def _by_code(digits: str, entry: Entry) -> tuple[Match, float] | None:
    code = entry.code.replace("-", "")
    if digits == code:
        return "code", 0
    return ("code_prefix", 0) if code.startswith(digits) else None


def _by_name(text: str, entry: Entry) -> tuple[Match, float] | None:
    if text == entry.key:
        return ("former_name" if entry.is_former else "name"), 0
    if text not in entry.key:
        return None
    if entry.is_former:
        return "part_of_former_name", 0
    return ("name_prefix" if entry.key.startswith(text) else "part_of_name"), 0


def _by_pinyin(text: str, entry: Entry) -> tuple[Match, float] | None:
    """Letters that spell a part of the name: the more of it, and the nearer to its beginning, the better."""
    if not _LETTERS.search(text):
        return None
    costs = [
        (len(entry.key) - length) + start / 100 + by_initials / 1_000
        for start in range(len(entry.key))
        for length, by_initials in _spellings(text, entry.key, start)
    ]
    return ("pinyin", min(costs)) if costs else None


def _spellings(text: str, key: str, start: int) -> Iterator[tuple[int, bool]]:
    found = spelt(text, key, start)
    if found is not None:
        yield found


def _by_likeness(text: str, entry: Entry) -> tuple[Match, float] | None:
    """A part of the name with few faults: another character (half a fault if it sounds alike), one missing or added."""
    allowed = max(1, len(text) // _FAULTS_OF_LENGTH)
    if len(text) < 2 or len(text) > len(entry.key) + allowed:
        return None
    if len(set(text) & set(entry.key)) < len(set(text)) / 3:
        return None
    faults = _faults(text, entry.key, most=allowed)
    return None if faults is None else ("similar", faults + (len(entry.key) - len(text)) / 100)


def _faults(text: str, key: str, *, most: float) -> float | None:
    """Fewest faults with which the text lies in the key, anywhere; None when there are more than `most`."""
    row = [0.0] * (len(key) + 1)
    before: list[float] = []
    for number, character in enumerate(text, start=1):
        two_before, before, row = before, row, [float(number)]
        for place, other in enumerate(key, start=1):
            wrong = 0.0 if character == other else 0.5 if sounds_alike(character, other) else 1.0
            cost = min(before[place - 1] + wrong, before[place] + 1, row[place - 1] + 1)
            if number > 1 and place > 1 and character == key[place - 2] and text[number - 2] == other:
                cost = min(cost, two_before[place - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
    return min(row) if min(row) <= most else None
