"""PURE: names of the editions that the classification of 2022 writes otherwise; data/README.md says how they were read.

An item keeps its code through renames (decision record 10); this is how a name on an old certificate, or the newest
name of the classification, leads to it.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Literal, cast

from catalog.names import name_key

Relation = Literal["renamed", "part_of"]


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name with the occupation of the classification that it stands for, wholly or for a field of it."""

    name: str
    code: str
    name_2022: str
    relation: Relation
    source: str


@lru_cache(maxsize=1)
def former_names() -> tuple[FormerName, ...]:
    """Every one that is known."""
    text = resources.files("catalog").joinpath("data", "former_names.csv").read_text(encoding="utf-8")
    return tuple(
        FormerName(row["name"], row["code"], row["name_2022"], cast(Relation, row["relation"]), row["source"])
        for row in csv.DictReader(text.splitlines())
    )


@lru_cache(maxsize=1)
def code_by_former_name() -> Mapping[str, str]:
    """Name key → code of the classification."""
    return MappingProxyType({name_key(row.name): row.code for row in former_names()})


@lru_cache(maxsize=1)
def former_names_of() -> Mapping[str, tuple[str, ...]]:
    """Code of the classification → the names that editions had for it."""
    names: dict[str, tuple[str, ...]] = {}
    for row in former_names():
        names[row.code] = (*names.get(row.code, ()), row.name)
    return MappingProxyType(names)


@lru_cache(maxsize=1)
def same_names() -> Mapping[str, frozenset[str]]:
    """Name key → keys of the other names of the same occupation; what is only a field of one has none."""
    names: dict[str, set[str]] = {}
    for row in former_names():
        if row.relation == "renamed":
            names.setdefault(row.code, {name_key(row.name_2022)}).add(name_key(row.name))
    return MappingProxyType({key: frozenset(group - {key}) for group in names.values() for key in group})
