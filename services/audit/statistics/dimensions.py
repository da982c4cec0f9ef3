"""PURE: by what the figures can be told apart, and what is counted (Art. 19; decision record 69)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Literal, get_args

from common.errors import Bilingual
from common.regions import present, region

Dimension = Literal[
    "month",
    "region",
    "city",
    "town",
    "level",
    "class",
    "item",
    "track",
    "mode",
    "organisation_kind",
    "organisation",
    "sex",
    "age",
]
Count = Literal[
    "candidates",
    "passed",
    "failed",
    "absent",
    "misconduct",
    "certificates",
    "revoked",
    "persons",
    "waiting_days",
    "plans",
    "plans_to_supervise",
    "plans_supervised",
]
Measure = Literal[
    "candidates",
    "passed",
    "failed",
    "absent",
    "misconduct",
    "pass_rate",
    "certificates",
    "revoked",
    "valid",
    "persons",
    "days_to_certificate",
    "plans",
    "plans_to_supervise",
    "plans_supervised",
    "supervision_coverage",
]
DIMENSIONS: Final[tuple[Dimension, ...]] = get_args(Dimension)
COUNTS: Final[tuple[Count, ...]] = get_args(Count)
MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)
MOST_DIMENSIONS: Final = 4
NONE: Final = "-"  # the value of a dimension that a fact does not have, as a plan has no sex
AGE_BANDS: Final = ((0, 15), (16, 24), (25, 34), (35, 44), (45, 54), (55, 150))

DIMENSION_NAMES: Final[Mapping[Dimension, Bilingual]] = MappingProxyType(
    {
        "month": Bilingual("月份", "month"),
        "region": Bilingual("县（市、区）", "county, county-level city or district"),
        "city": Bilingual("设区市", "city"),
        "town": Bilingual("城乡", "town or country"),
        "level": Bilingual("等级", "level"),
        "class": Bilingual("职业大类", "major class of occupations"),
        "item": Bilingual("职业", "occupation"),
        "track": Bilingual("类别", "track"),
        "mode": Bilingual("评价方式", "mode of evaluation"),
        "organisation_kind": Bilingual("评价机构类型", "kind of evaluating body"),
        "organisation": Bilingual("评价机构", "evaluating body"),
        "sex": Bilingual("性别", "sex"),
        "age": Bilingual("年龄段", "age band"),
    }
)
OF_PLANS: Final = frozenset({"month", "region", "city", "town", "mode", "organisation_kind", "organisation"})
"""What tells plans apart: they have no level, occupation or person. Bodies are told apart by nothing else."""
_PLAN_MEASURES: Final = frozenset({"plans", "plans_to_supervise", "plans_supervised", "supervision_coverage"})


@dataclass(frozen=True, slots=True)
class Ratio:
    """A measure that is a quotient of two sums; never a mean of quotients."""

    over: Count
    under: Count


RATIOS: Final[Mapping[Measure, Ratio]] = MappingProxyType(
    {
        "pass_rate": Ratio("passed", "candidates"),
        "days_to_certificate": Ratio("waiting_days", "certificates"),
        "supervision_coverage": Ratio("plans_supervised", "plans_to_supervise"),
    }
)


def counts_of(measure: Measure) -> tuple[Count, ...]:
    """The sums that a measure is made of."""
    if measure in RATIOS:
        ratio = RATIOS[measure]
        return (ratio.over, ratio.under)
    if measure == "valid":
        return ("certificates", "revoked")
    return tuple(count for count in COUNTS if count == measure)


def dimensions_of(measure: Measure) -> frozenset[str]:
    """By what a measure can be told apart."""
    return OF_PLANS if measure in _PLAN_MEASURES else frozenset(DIMENSIONS)


def month_of(day: date) -> date:
    return day.replace(day=1)


def age_band(birth_year: int | None, on: date) -> str:
    """The band of the age reached in the year of `on`: the year of birth is all that facts carry."""
    if birth_year is None:
        return NONE
    age = on.year - birth_year
    for low, high in AGE_BANDS:
        if low <= age <= high:
            return "55+" if low == 55 else "0-15" if low == 0 else f"{low}-{high}"
    return NONE


def city_of(county: str) -> str:
    return f"{county[:4]}00"


def town_of(county: str) -> str:
    """`town` for districts and cities, `country` for counties, by the division that the place belongs to today."""
    found = region(present(county))
    return NONE if found is None else "town" if found.is_town else "country"


def class_of(item_code: str) -> str:
    """The major class (大类) of the national classification; none for local and special items."""
    return item_code[0] if item_code[:1].isdigit() and item_code[1:2] == "-" else NONE
