"""PURE: what an announced calendar makes of a plan's deadline (decision record 27)."""

from dataclasses import dataclass
from datetime import date

from common.workdays import WorkCalendar
from filing.plans.lifecycle import State


@dataclass(frozen=True, slots=True)
class Deadline:
    """A plan's last day of filing. `missed`: by it the plan, not accepted yet, was filed too late."""

    last_filing_day: date
    provisional: bool
    missed: bool


def decide(state: State, *, starts_on: date, filed_on: date, calendar: WorkCalendar) -> Deadline:
    """The deadline by the calendar as it is known now. An accepted plan was in time and stays so."""
    last = calendar.last_filing_day(starts_on)
    is_late = filed_on > last.day and not last.provisional
    return Deadline(last.day, last.provisional, missed=is_late and state != "accepted")
