"""PURE: the classification of occupations: eight major groups, their middle and minor groups, 1,639 occupations.

A code is its own path: `6-18-02-04` lies in minor group `6-18-02` of middle group `6-18` of major group `6`.
"""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Final, Literal, get_args

from catalog.names import name_key

EDITION = "职业分类大典(2022年版)"
GROUP_PREFIXES = (1, 4, 7)  # characters of a code that name its major, middle and minor group
GroupLevel = Literal["major", "middle", "minor"]
GROUP_LEVELS: Final[tuple[GroupLevel, ...]] = get_args(GroupLevel)


@dataclass(frozen=True, slots=True)
class Occupation:
    """An occupation (细类) with the marks of the digital (S) and the green (L) ones."""

    code: str
    name: str
    is_digital: bool = False
    is_green: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A major, middle or minor group.

    `children`: codes of the groups right below it, in their order; `size`: how many occupations lie in it.
    """

    code: str
    name: str
    parent: str | None
    children: tuple[str, ...]
    size: int

    @property
    def level(self) -> GroupLevel:
        return GROUP_LEVELS[GROUP_PREFIXES.index(len(self.code))]


@dataclass(frozen=True)
class Classification:
    """One edition of the classification. `occupations`: in the order of their codes. `groups`: code → name."""

    occupations: tuple[Occupation, ...]
    groups: dict[str, str]

    @cached_property
    def codes(self) -> frozenset[str]:
        return frozenset(occupation.code for occupation in self.occupations)

    @cached_property
    def code_by_name(self) -> dict[str, str]:
        """Name key → code; names are unique in an edition."""
        return {name_key(occupation.name): occupation.code for occupation in self.occupations}

    def name_of(self, code: str) -> str | None:
        return self._names.get(code)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {occupation.code: occupation.name for occupation in self.occupations}

    @cached_property
    def tree(self) -> dict[str, Group]:
        """Every group by code, in the order of the codes."""
        children: dict[str, list[str]] = {}
        for code in sorted(self.groups):
            if parent := _above(code):
                children.setdefault(parent, []).append(code)
        sizes = Counter(one.code[:length] for one in self.occupations for length in GROUP_PREFIXES)
        return {
            code: Group(code, name, _above(code), tuple(children.get(code, ())), sizes[code])
            for code, name in sorted(self.groups.items())
        }

    def within(self, group: str) -> tuple[Occupation, ...]:
        """Occupations of a group, however far below it, in the order of their codes."""
        return tuple(one for one in self.occupations if one.code.startswith(f"{group}-"))

    def group_names(self, code: str) -> tuple[str, ...]:
        """Names of the major, middle and minor group that an occupation lies in."""
        return tuple(self.groups[code[:length]] for length in GROUP_PREFIXES)

    def search(self, text: str | None, *, after: str = "", limit: int) -> list[Occupation]:
        """Occupations whose name contains the text or whose code begins with it, behind the code `after`."""
        found = (
            occupation
            for occupation in self.occupations
            if occupation.code > after and (text is None or _answers(occupation, text))
        )
        return [occupation for occupation, _ in zip(found, range(limit), strict=False)]


def _above(code: str) -> str | None:
    """`6-18` for `6-18-02`; nothing is above a major group."""
    return code.rpartition("-")[0] or None


def _answers(occupation: Occupation, text: str) -> bool:
    return name_key(text) in name_key(occupation.name) or occupation.code.startswith(text)


@lru_cache(maxsize=1)
def classification() -> Classification:
    """The classification packaged with the platform."""
    return Classification(
        occupations=tuple(
            Occupation(row["code"], row["name"], row["digital"] == "1", row["green"] == "1")
            for row in _read("occupations_2022.csv")
        ),
        groups={row["code"]: row["name"] for row in _read("occupation_groups_2022.csv")},
    )


def _read(name: str) -> Iterable[dict[str, str]]:
    text = resources.files("catalog").joinpath("data", name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())
