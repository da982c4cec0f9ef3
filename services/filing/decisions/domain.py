"""PURE: how long a plan may wait for its decision, and who looks at it when it waits longer (decision record 39)."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from common.errors import Bilingual, FieldError, Violations
from common.workdays import WorkCalendar

Urgency = Literal["in_time", "warned", "overdue"]
LEVELS_ABOVE: Final = 2  # a county's centre has those of its city and of the province above it


@dataclass(frozen=True, slots=True)
class Target:
    """Working days that a centre takes at most to decide on a plan filed from this day on; it is warned before."""

    valid_from: date
    workdays: int
    warn_from: int


TARGETS: Final = (Target(date(2000, 1, 1), workdays=5, warn_from=4),)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How a filed plan stands in the queue. `workdays`: since the day of filing, which is not counted itself.

    `escalated_to`: regions whose centres it has been put before, from the nearest to the highest.
    """

    workdays: int
    due_on: date
    urgency: Urgency
    escalated_to: tuple[str, ...]


def target_on(day: date, targets: tuple[Target, ...] = TARGETS) -> Target:
    """The newest target that has begun on that day."""
    return max((target for target in targets if target.valid_from <= day), key=lambda one: one.valid_from)


def waiting(region: str, *, filed: date, today: date, calendar: WorkCalendar) -> Waiting:
    """`filed`: the day on which it came before the centre, in China."""
    target = target_on(filed)
    workdays = calendar.workdays_between(filed, today)
    urgency: Urgency = "in_time"
    if workdays > target.workdays:
        urgency = "overdue"
    elif workdays >= target.warn_from:
        urgency = "warned"
    steps = min((workdays - 1) // target.workdays, LEVELS_ABOVE) if workdays else 0
    return Waiting(
        workdays=workdays,
        due_on=calendar.workdays_ahead(filed, target.workdays).day,
        urgency=urgency,
        escalated_to=above(region)[:steps],
    )


def above(county: str) -> tuple[str, ...]:
    """City and province of a county (GB/T 2260: two digits a level)."""
    return (f"{county[:4]}00", f"{county[:2]}0000")


def check_reasons(decision: str, reasons: int) -> None:
    """A return says what to mend, a rejection why nothing can be. Raises Violations."""
    if decision != "accept" and reasons == 0:
        raise Violations(
            [
                FieldError(
                    pointer="/reasons",
                    code="reasons-missing",
                    article="18(1)",
                    detail=Bilingual(
                        "退回或不予接受方案须说明理由。", "A plan is returned or rejected with reasons."
                    ),
                    remedy=Bilingual("请逐项填写字段和理由。", "Name each field concerned, and why."),
                )
            ]
        )
