"""PURE: an edition of the national list as its rules see it (Art. 3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

Category = Literal["准入类", "水平评价类"]
ADMISSION: Final[Category] = "准入类"
ARTICLE: Final = "3"


@dataclass(frozen=True, slots=True)
class Entry:
    """An occupation as an edition names it; `code` of the classification, where the edition gives one."""

    name: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class EditionItem:
    """An item of the national list with the occupations under it."""

    name: str
    category: Category
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Succession:
    """A row of lineage: the occupation that was called `from_name` goes on as `to_name`."""

    from_name: str
    to_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of the national list, with what the authority knows of names that changed since the last one."""

    published_on: date
    effective_on: date
    items: tuple[EditionItem, ...]
    lineage: tuple[Succession, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeBook:
    """Codes that can be given: those of the classification, by name key and all of them.

    `same`: name key → keys of the other names that the same occupation is known to have had (data/former_names.csv).
    """

    by_name: Mapping[str, str]
    known: frozenset[str]
    same: Mapping[str, frozenset[str]] = field(default_factory=dict)
