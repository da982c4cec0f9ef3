"""HTTP shapes of the calendar."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import Field

from catalog.calendar.domain import FIRST_DAY, LAST_DAY, WHY_PROVISIONAL, DayKind, kind_of
from catalog.calendar.loading import MOST_DAYS, Named, Turn
from catalog.day import Day
from common.schemas import Input, Line, Output
from common.workdays import NOTICE_WORKDAYS, Deadline, WorkCalendar

HeldDay = Annotated[Day, Field(ge=FIRST_DAY, le=LAST_DAY)]


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
            **about(calendar, provisional=deadline.provisional),
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
            **about(calendar, provisional=not calendar.is_announced(day)),
        )


def about(calendar: WorkCalendar, *, provisional: bool) -> dict[str, Any]:
    """What every answer of the calendar says of itself."""
    reason = Reason(zh=WHY_PROVISIONAL.zh, en=WHY_PROVISIONAL.en) if provisional else None
    return {
        "provisional": provisional,
        "reason": reason,
        "source": calendar.source,
        "edition": calendar.edition,
    }


class CountOut(CalendarAnswer):
    """How many working days lie between two days: after the first, and not after the last."""

    workdays: int


class WorkdayOut(CalendarAnswer):
    """A working day so many before or after another, which is not counted."""

    day: date


class NamedDayIn(Input):
    """A day that the announcement names: a weekday off, or a weekend day that is worked."""

    day: HeldDay = Field(examples=["2027-01-01"])
    is_workday: bool
    name: Line | None = Field(default=None, examples=["元旦"])


class YearIn(Input):
    """A year's arrangement of working days, as the State Council announced it."""

    year: Annotated[int, Field(ge=FIRST_DAY.year, le=LAST_DAY.year)] = Field(examples=[2027])
    notice: Line = Field(examples=["国务院办公厅关于2027年部分节假日安排的通知"])
    document_number: Line = Field(examples=["国办发明电〔2026〕7号"])
    published_on: HeldDay = Field(examples=["2026-11-04"])
    days: list[NamedDayIn] = Field(min_length=1, max_length=MOST_DAYS)

    def named(self) -> list[Named]:
        return [Named(place, one.day, one.is_workday) for place, one in enumerate(self.days)]


class TurnOut(Output):
    """A day that is another kind of day than it was."""

    day: date
    was_workday: bool
    is_workday: bool

    @classmethod
    def of(cls, turn: Turn) -> Self:
        return cls(day=turn.day, was_workday=turn.was_workday, is_workday=turn.is_workday)


class NoticeOut(Output):
    """A year as it was loaded."""

    year: int
    edition: int = Field(description="1 for the first notice of the year, more for what amends it")
    notice: str
    document_number: str
    published_on: date
    days_off: list[date] = Field(description="weekdays off")
    makeup_days: list[date] = Field(description="weekend days worked")
    recorded_at: datetime


class YearOut(NoticeOut):
    """The same with the days that turn by it."""

    turned: list[TurnOut]

    @classmethod
    def of(cls, notice: object, turned: list[TurnOut]) -> Self:
        return cls(**NoticeOut.model_validate(notice).model_dump(), turned=turned)
