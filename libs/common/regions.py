"""PURE: administrative divisions of the province (GB/T 2260), with the codes that went out of use, and jurisdiction."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Literal

Kind = Literal["province", "city", "district", "county_level_city", "county", "statistical_zone", "retired"]


@dataclass(frozen=True, slots=True)
class Region:
    """One division. A retired code names what replaced it; old ID numbers and certificates keep carrying it.

    `since`, `until`: the first month and the first month no more, as `2020-07`, where a change is on record; the day is
    not. `predecessors`: codes that it took the place of.
    """

    code: str
    name: str
    kind: Kind
    parent: str | None
    replaced_by: str | None = None
    since: str | None = None
    until: str | None = None
    predecessors: tuple[str, ...] = ()

    @property
    def level(self) -> Literal["province", "city", "county"]:
        return "province" if self.code.endswith("0000") else "city" if self.code.endswith("00") else "county"

    @property
    def is_town(self) -> bool:
        """Town (districts, cities) rather than country (counties), as statistics tell them apart (Art. 19)."""
        return self.kind != "county"

    def existed_on(self, day: date) -> bool:
        """Whether the code was in use on a day, as far as changes are on record; never for statistical zones."""
        month = day.isoformat()[:7]
        is_begun = self.since is None or self.since <= month
        return self.kind != "statistical_zone" and is_begun and (self.until is None or month < self.until)

    @property
    def is_current(self) -> bool:
        """In use as an administrative division: neither retired nor a zone of the statistics office."""
        return self.kind not in {"retired", "statistical_zone"}


@lru_cache(maxsize=1)
def regions() -> dict[str, Region]:
    """Every division of the province by code, in the order of the codes."""
    text = resources.files("common").joinpath("data", "regions.csv").read_text(encoding="utf-8")
    rows = sorted(csv.DictReader(text.splitlines()), key=lambda row: row["code"])
    before: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        if row["replaced_by"]:
            before.setdefault(row["replaced_by"], []).append(row)
    return {
        row["code"]: Region(
            code=row["code"],
            name=row["name"],
            kind=row["kind"],  # type: ignore[arg-type]  # the file's kinds are the literal's, a test holds it
            parent=row["parent"] or None,
            replaced_by=row["replaced_by"] or None,
            since=min((one["replaced_on"] for one in before.get(row["code"], ())), default=None),
            until=row["replaced_on"] or None,
            predecessors=tuple(one["code"] for one in before.get(row["code"], ())),
        )
        for row in rows
    }


@lru_cache(maxsize=1)
def provinces() -> dict[str, str]:
    """Two-digit province codes and names."""
    text = resources.files("common").joinpath("data", "provinces.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}


def region(code: str) -> Region | None:
    return regions().get(code)


def is_county(code: str) -> bool:
    """Whether a code names a county-level division in use (a site lies in exactly one)."""
    found = region(code)
    return found is not None and found.is_current and found.level == "county"


def present(code: str) -> str:
    """The code that a division has today: that of what replaced a retired one, else its own."""
    found = region(code)
    return present(found.replaced_by) if found is not None and found.replaced_by else code


def covers(office: str, place: str) -> bool:
    """Whether an office's region contains a place: a province its cities, a city its counties, each itself.

    What is retired counts as what replaced it, an office as well as a place.
    """
    office, place = present(office), present(place)
    if office.endswith("0000"):
        return place[:2] == office[:2]
    if office.endswith("00"):
        return place[:4] == office[:4]
    return place == office


def full_name(code: str) -> str:
    """`江苏省南京市鼓楼区`; the code itself for a division of another province."""
    names: list[str] = []
    found = region(code)
    while found is not None:
        names.insert(0, found.name)
        found = region(found.parent) if found.parent else None
    return "".join(names) or code
