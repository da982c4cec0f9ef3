"""PURE: whether a student is of a cohort that may still finish by the old rules on the day (Art. 2)."""

from collections.abc import Sequence
from datetime import date

from common.errors import FieldError
from common.transitions import Window
from registration.claims.domain import Stated
from registration.mistakes import mistake


def transition_errors(row: int, stated: Stated, windows: Sequence[Window], day: date) -> list[FieldError]:
    """`windows`: of the item. A row that names no cohort claims nothing of the transition."""
    if stated.cohort is None:
        return []
    named = [one for one in windows if one.cohort == stated.cohort]
    if stated.enrolled_on is not None:
        named = [one for one in named if one.takes(stated.enrolled_on)]
    if not named:
        return [mistake("transition-unknown", row, "cohort")]
    return [] if any(one.is_open(day) for one in named) else [mistake("transition-over", row, "cohort")]
