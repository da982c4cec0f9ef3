"""PURE: what an item comes from and what it goes on as, however often items were merged, split and replaced."""

from collections import defaultdict
from collections.abc import Iterable, Mapping


class Lineage:
    """Who goes on as whom. `pairs`: (from code, to code); the rules of publishing keep circles out."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._after: dict[str, list[str]] = defaultdict(list)
        self._before: dict[str, list[str]] = defaultdict(list)
        for origin, target in pairs:
            self._after[origin].append(target)
            self._before[target].append(origin)

    def ancestors(self, code: str) -> frozenset[str]:
        """Every item that this one goes back to."""
        return _reached(code, self._before)

    def descendants(self, code: str) -> frozenset[str]:
        """Every item that this one went on as, directly or through others."""
        return _reached(code, self._after)

    def present(self, code: str) -> frozenset[str]:
        """The ends of its lines: what a certificate of this item leads to today; itself when nothing follows."""
        ends = {found for found in self.descendants(code) | {code} if not self._after.get(found)}
        return frozenset(ends)


def _reached(code: str, steps: Mapping[str, list[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [code]
    while waiting:
        for following in steps.get(waiting.pop(), ()):
            if following not in found:
                found.add(following)
                waiting.append(following)
    return frozenset(found)
