"""PURE: what a result, a certificate and a plan add to which cells.

A cell's figures are the sums of what the facts add, and what a fact adds depends on the facts alone: in whatever order
they arrive, and however often, the sums are the same.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from audit.statistics.dimensions import NONE, Count, age_band, month_of


class Cell(NamedTuple):
    """A place in the cube: one value of each dimension that facts carry; the others follow from these."""

    month: date
    region: str
    item: str
    level: str
    track: str
    mode: str
    organisation_kind: str
    organisation: str
    sex: str
    age: str


Added = Counter[tuple[Cell, Count]]
_OUTCOMES: Final[dict[str, Count]] = {
    "passed": "passed",
    "failed": "failed",
    "absent": "absent",
    "misconduct": "misconduct",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a plan lends to the facts under it. `supervision`: none asked for, `needed`, or `reported`."""

    region: str
    mode: str
    organisation_kind: str
    organisation: str
    starts_on: date
    cancelled: bool = False
    supervision: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A recorded result as it stands, with its certificate. `is_first`: its holder has no earlier certificate."""

    item_code: str
    level: int
    track: str
    outcome: str
    evaluated_on: date
    sex: str
    birth_year: int | None
    issued_on: date | None = None
    revoked_on: date | None = None
    is_first: bool = False


def of_result(result: Result | None, plan: Plan | None) -> Added:
    """What a result adds: nothing until its plan is known."""
    added: Added = Counter()
    if result is None or plan is None:
        return added
    evaluated = _cell(result, plan, result.evaluated_on)
    added[evaluated, "candidates"] += 1
    added[evaluated, _OUTCOMES[result.outcome]] += 1
    if result.issued_on is not None:
        issued = _cell(result, plan, result.issued_on)
        added[issued, "certificates"] += 1
        added[issued, "waiting_days"] += (result.issued_on - result.evaluated_on).days
        if result.is_first:
            added[issued, "persons"] += 1
        if result.revoked_on is not None:
            added[_cell(result, plan, result.revoked_on), "revoked"] += 1
    return added


def of_plan(plan: Plan | None) -> Added:
    """What a plan adds by itself, in the month of its first day; one that was cancelled adds nothing."""
    added: Added = Counter()
    if plan is None or plan.cancelled:
        return added
    cell = Cell(
        month_of(plan.starts_on),
        plan.region,
        NONE,
        NONE,
        NONE,
        plan.mode,
        plan.organisation_kind,
        plan.organisation,
        NONE,
        NONE,
    )
    added[cell, "plans"] += 1
    if plan.supervision is not None:
        added[cell, "plans_to_supervise"] += 1
    if plan.supervision == "reported":
        added[cell, "plans_supervised"] += 1
    return added


def _cell(result: Result, plan: Plan, day: date) -> Cell:
    return Cell(
        month_of(day),
        plan.region,
        result.item_code,
        str(result.level) if result.level else NONE,
        result.track,
        plan.mode,
        plan.organisation_kind,
        plan.organisation,
        result.sex,
        age_band(result.birth_year, result.evaluated_on),
    )
