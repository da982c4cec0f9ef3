"""HTTP shapes of the calendar."""

from datetime import date
from typing import Any, Self

from pydantic import Field

from catalog.calendar.domain import WHY_PROVISIONAL, DayKind, kind_of
from common.schemas import Output
from common.workdays import NOTICE_WORKDAYS, Deadline, WorkCalendar


class Reason(Output):
    """Why an answer is provisional, in both languages."""

    zh: str
    en: str


class CalendarAnswer(Output):
    """What every answer of the calendar says of itself."""

    provisional: bool = Field(description="a year it touches has not been announced: it may change")
    reason: Reason | None = Field(description="why it is provisional")
    source: str = Field(examples=["国务院办公厅关于部分节假日安排的通知"])
    edition: str = Field(description="years announced", examples=["2017–2026"])


class DeadlineOut(CalendarAnswer):
    """A day counted in working days (Art. 18)."""

    day: date = Field(examples=["2025-09-29"])
    notice_workdays: int = Field(examples=[15])

    @classmethod
    def of(cls, deadline: Deadline, calendar: WorkCalendar) -> Self:
        return cls(
            day=deadline.day,
            notice_workdays=NOTICE_WORKDAYS,
            **_about(calendar, provisional=deadline.provisional),
        )


class DayOut(CalendarAnswer):
    """What kind of day a day is; a day off that falls on a weekend is told as a weekend."""

    day: date = Field(examples=["2025-09-28"])
    is_workday: bool
    kind: DayKind = Field(examples=["makeup_workday"])

    @classmethod
    def of(cls, day: date, calendar: WorkCalendar) -> Self:
        return cls(
            day=day,
            is_workday=calendar.is_workday(day),
            kind=kind_of(day, calendar),
            **_about(calendar, provisional=not calendar.is_announced(day)),
        )


def _about(calendar: WorkCalendar, *, provisional: bool) -> dict[str, Any]:
    reason = Reason(zh=WHY_PROVISIONAL.zh, en=WHY_PROVISIONAL.en) if provisional else None
    return {
        "provisional": provisional,
        "reason": reason,
        "source": calendar.source,
        "edition": calendar.edition,
    }
