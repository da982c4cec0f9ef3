"""PURE: how many working days a step may take, and whether results came within them (Art. 17, 18(1)(3), 18(2)(3))."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from itertools import product
from typing import Any, Literal, Self, get_args

from common.errors import Bilingual, FieldError, StateConflict, Violations
from common.workdays import ONE_DAY, WorkCalendar
from registration.plans.domain import PlanKind

Step = Literal["results", "publicity"]


class DeadlinePassed(StateConflict):
    """Results that come too late count for nothing (Art. 17), unless a named officer admits them."""

    code = "deadline-passed"
    article = "17"
    title = Bilingual("已过登记期限", "The time limit has passed")


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """How many working days a step may take, from a day on."""

    profile: str
    kind: str
    step: str
    workdays: int
    since: date


@dataclass(frozen=True, slots=True)
class LateEntry:
    """A named officer lets a plan's results in after the limit, until a day, with a published reason."""

    id: str
    reason: str
    admitted_by: str
    admitted_on: date


@dataclass(frozen=True, slots=True)
class Timeliness:
    """When results came, and by when they should have. `provisional`: by a year of the calendar not yet announced."""

    received_on: date
    workdays_allowed: int
    last_day: date
    provisional: bool
    admission: LateEntry | None = None

    @property
    def days_late(self) -> int:
        """Days of the calendar after the last day; 0: in time."""
        return max((self.received_on - self.last_day).days, 0)

    def as_data(self) -> dict[str, Any]:
        """As it goes with a job, for the day of the upload counts and not the one on which the work is done."""
        admission = self.admission
        return {
            "received_on": self.received_on.isoformat(),
            "workdays_allowed": self.workdays_allowed,
            "last_day": self.last_day.isoformat(),
            "provisional": self.provisional,
            "admission": admission
            and {
                "id": admission.id,
                "reason": admission.reason,
                "admitted_by": admission.admitted_by,
                "admitted_on": admission.admitted_on.isoformat(),
            },
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `as_data`."""
        told = data["admission"]
        return cls(
            received_on=date.fromisoformat(data["received_on"]),
            workdays_allowed=data["workdays_allowed"],
            last_day=date.fromisoformat(data["last_day"]),
            provisional=data["provisional"],
            admission=told and LateEntry(**told | {"admitted_on": date.fromisoformat(told["admitted_on"])}),
        )


def limit_on(limits: Iterable[TimeLimit], profile: str, kind: PlanKind, step: Step, day: date) -> int:
    """The working days that count on a day: by the newest row not after it, for an older day by the oldest row.

    Raises LookupError where the profile says nothing of the step: the deployment is set up wrongly.
    """
    rows = sorted(
        (one for one in limits if (one.profile, one.kind, one.step) == (profile, kind, step)),
        key=lambda one: one.since,
    )
    if not rows:
        raise LookupError(f"no time limit of profile {profile} for {kind}, {step}")
    return next((one for one in reversed(rows) if one.since <= day), rows[0]).workdays


def last_day(ended_on: date, workdays: int, calendar: WorkCalendar) -> tuple[date, bool]:
    """The last day in time, and whether it is provisional: days off after the last working day are not late yet."""
    next_one = calendar.workdays_ahead(ended_on, workdays + 1)
    return next_one.day - ONE_DAY, next_one.provisional


def timeliness(
    *, ended_on: date, received_on: date, workdays: int, calendar: WorkCalendar, admission: LateEntry | None
) -> Timeliness:
    """Whether results came in time; an admission is told only where one was needed.

    Raises DeadlinePassed for results that are late and not admitted. Where the last day depends on a year of the
    calendar that has not been announced, nobody is turned away: lateness is decided when the year is known.
    """
    last, provisional = last_day(ended_on, workdays, calendar)
    is_late = received_on > last
    if is_late and admission is None and not provisional:
        raise DeadlinePassed(
            Bilingual(
                f"评价于 {ended_on} 结束,结果最迟应于 {last} 登记({workdays} 个工作日)。请联系负责该方案的中心:"
                "中心负责人说明理由并公布后,可准予逾期登记。",
                f"The evaluation ended on {ended_on}; its results were due by {last} ({workdays} working days). "
                "Ask the centre in charge: its head may admit them late, with a reason that is published.",
            ),
            ended_on=ended_on,
            last_day=last,
        )
    return Timeliness(received_on, workdays, last, provisional, admission if is_late else None)


def check_admission(until: date, *, today: date) -> None:
    """Nobody is let in for days gone by. Raises Violations."""
    if until < today:
        raise Violations(
            [
                FieldError(
                    code="day-past",
                    detail=Bilingual("准予登记的截止日已过。", "The last day of the admission has passed."),
                    remedy=Bilingual("请填写今天或以后的日期。", "Name today or a later day."),
                    pointer="/until",
                    article="17",
                )
            ]
        )


def complete_profiles(limits: Iterable[TimeLimit]) -> set[str]:
    """The profiles that say something of every step and kind of plan: those that a deployment may name."""
    told: dict[str, set[tuple[str, str]]] = {}
    for one in limits:
        told.setdefault(one.profile, set()).add((one.kind, one.step))
    wanted = set(product(get_args(PlanKind), get_args(Step)))
    return {profile for profile, found in told.items() if found >= wanted}


@lru_cache(maxsize=1)
def packaged_limits() -> tuple[TimeLimit, ...]:
    """The table packaged with registration; where each number comes from stands beside it."""
    source = resources.files("registration.deadlines").joinpath("data", "time_limits.csv")
    rows = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    return tuple(
        TimeLimit(
            row["profile"], row["kind"], row["step"], int(row["workdays"]), date.fromisoformat(row["since"])
        )
        for row in rows
    )
