"""`skills filing`: deadlines, worked out without the platform."""

from client.commands.frame import Day, group, remark
from common.workdays import Deadline, official_calendar

app = group("备案期限 · deadlines of filing")


@app.command("last-day")
def last_day(starts: Day) -> None:
    """The last day to file a plan whose evaluation starts on a day (15 working days before, Art. 18(1))."""
    _tell(official_calendar().last_filing_day(starts.date()))


@app.command("earliest-start")
def earliest_start(filed: Day) -> None:
    """The first day on which an evaluation filed on a day may start."""
    _tell(official_calendar().earliest_start(filed.date()))


def _tell(deadline: Deadline) -> None:
    """The day on standard output; a warning beside it while the year has not been announced."""
    print(deadline.day.isoformat())
    if deadline.provisional:
        remark(
            "暂定:该年度放假安排尚未公布。 / Provisional: the State Council has not announced that year's calendar yet."
        )
