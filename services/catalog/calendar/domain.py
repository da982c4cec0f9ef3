"""PURE: what kind of day a day is on the State Council's calendar. The counting is in `common.workdays`."""

from datetime import date
from typing import Literal

from common.errors import Bilingual
from common.workdays import SATURDAY, WorkCalendar

DayKind = Literal["workday", "makeup_workday", "weekend", "holiday"]
FIRST_DAY, LAST_DAY = date(2017, 1, 1), date(2099, 12, 31)
LONGEST_COUNT = 2_000  # working days, some eight years
WHY_PROVISIONAL = Bilingual(
    "所涉年度的放假安排尚未公布或未收录,暂按周末和法定节假日计算;以国务院办公厅公布的为准。",
    "A year it touches is not announced or not held here; counted by weekends and statutory days for now.",
)


def kind_of(day: date, calendar: WorkCalendar) -> DayKind:
    """A day off that falls on a weekend is told as a weekend: the announcements list the weekdays they free."""
    is_weekend = day.weekday() >= SATURDAY
    if calendar.is_workday(day):
        return "makeup_workday" if is_weekend else "workday"
    return "weekend" if is_weekend else "holiday"
