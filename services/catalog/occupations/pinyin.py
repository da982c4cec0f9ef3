"""PURE: how characters are read, without tones: `焊工` as hangong, as hg, or anything between."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

_TWO_LETTERS = ("zh", "ch", "sh")


@lru_cache(maxsize=1)
def readings() -> Mapping[str, frozenset[str]]:
    """Character → its syllables; ü is written v. `tests/makers/pinyin_table.py` makes the table."""
    table: dict[str, set[str]] = {}
    text = resources.files("catalog").joinpath("data", "pinyin.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        syllable, characters = line.split(" ")
        for character in characters:
            table.setdefault(character, set()).add(syllable)
    return MappingProxyType({character: frozenset(found) for character, found in table.items()})


def sounds_alike(one: str, other: str) -> bool:
    """Whether two characters share a syllable."""
    known = readings()
    return not known.get(one, frozenset()).isdisjoint(known.get(other, frozenset()))


def spelt(query: str, name: Sequence[str], start: int) -> tuple[int, bool] | None:
    """How many characters of a name, from `start` on, the letters of a query spell, and whether by initials alone.

    Each character is given by its syllable, by its initial, or by itself; None when the query is not used up.
    """
    best: tuple[int, bool] | None = None
    waiting = [(0, start, True)]
    while waiting:
        at, place, by_initials = waiting.pop()
        if at == len(query):
            if best is None or (place - start, by_initials) < best:
                best = (place - start, by_initials)
            continue
        if place == len(name):
            continue
        for form, is_initial in _forms(name[place]):
            if query.startswith(form, at):
                waiting.append((at + len(form), place + 1, by_initials and is_initial))
    return best


@lru_cache(maxsize=8_192)
def _forms(character: str) -> tuple[tuple[str, bool], ...]:
    """What a character may be typed as; the flag tells an initial."""
    forms = {character: False}
    for syllable in readings().get(character, ()):
        forms[syllable] = False
        forms.setdefault(syllable[0], True)
        if syllable.startswith(_TWO_LETTERS):
            forms.setdefault(syllable[:2], True)
    return tuple(forms.items())
