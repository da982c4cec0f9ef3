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
ALL: Final = "*"
"""In place of a value: the cell is a sum over all of them. Bodies are told apart in cells of their own, which tell
nothing else of results: else there were as many cells as plans, and answers took longer with every one."""
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

    def count(name: Count, day: date, by: int = 1) -> None:
        added[_cell(result, plan, day), name] += by
        added[_of_body(plan, day), name] += by

    count("candidates", result.evaluated_on)
    count(_OUTCOMES[result.outcome], result.evaluated_on)
    if result.issued_on is not None:
        count("certificates", result.issued_on)
        count("waiting_days", result.issued_on, (result.issued_on - result.evaluated_on).days)
        if result.is_first:
            count("persons", result.issued_on)
        if result.revoked_on is not None:
            count("revoked", result.revoked_on)
    return added


def of_plan(plan: Plan | None) -> Added:
    """What a plan adds by itself, in the month of its first day; one that was cancelled adds nothing."""
    added: Added = Counter()
    if plan is None or plan.cancelled:
        return added
    month = month_of(plan.starts_on)
    without_results = Cell(
        month, plan.region, NONE, NONE, NONE, plan.mode, plan.organisation_kind, ALL, NONE, NONE
    )
    for cell in (without_results, _of_body(plan, plan.starts_on)):
        added[cell, "plans"] += 1
        if plan.supervision is not None:
            added[cell, "plans_to_supervise"] += 1
        if plan.supervision == "reported":
            added[cell, "plans_supervised"] += 1
    return added


def _of_body(plan: Plan, day: date) -> Cell:
    kind, body = plan.organisation_kind, plan.organisation
    return Cell(month_of(day), plan.region, ALL, ALL, ALL, plan.mode, kind, body, ALL, ALL)


def _cell(result: Result, plan: Plan, day: date) -> Cell:
    return Cell(
        month_of(day),
        plan.region,
        result.item_code,
        str(result.level) if result.level else NONE,
        result.track,
        plan.mode,
        plan.organisation_kind,
        ALL,
        result.sex,
        age_band(result.birth_year, result.evaluated_on),
    )
