"""PURE: complaints and their time limits (Art. 22): taken up within working days, answered within days.

The policy gives no numbers: five working days and sixty days are the province's configuration (DOMAIN 5).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from common.errors import Bilingual, StateConflict
from common.workdays import WorkCalendar

State = Literal["received", "accepted", "declined", "answered"]
Subject = Literal["organisation", "plan", "certificate", "person", "other"]
Outcome = Literal["founded", "partly_founded", "unfounded"]
ACKNOWLEDGED_WORKDAYS: Final = 5
ANSWERED_DAYS: Final = 60
MOST_PHOTOS: Final = 5


class ComplaintState(StateConflict):
    """The act does not fit the state of the complaint."""

    article = "22"
    title = Bilingual("举报投诉状态不符", "Not in this state of the complaint")


@dataclass(frozen=True, slots=True)
class Limits:
    """The last days: to take it up, and to answer it."""

    acknowledge_by: date
    answer_by: date


def limits_of(received_on: date, calendar: WorkCalendar) -> Limits:
    return Limits(
        calendar.workdays_ahead(received_on, ACKNOWLEDGED_WORKDAYS).day,
        received_on + timedelta(days=ANSWERED_DAYS),
    )


def check_acknowledgement(state: State) -> None:
    """Raises ComplaintState."""
    if state != "received":
        raise ComplaintState(Bilingual("该投诉已受理或已答复。", "It was taken up or answered already."))


def check_answer(state: State) -> None:
    """Raises ComplaintState."""
    if state != "accepted":
        raise ComplaintState(
            Bilingual("受理后方可答复，且只答复一次。", "It is answered once, after it was taken up.")
        )


def check_room(photos: int) -> None:
    """Raises ComplaintState."""
    if photos >= MOST_PHOTOS:
        raise ComplaintState(
            Bilingual(f"最多附 {MOST_PHOTOS} 张照片。", f"At most {MOST_PHOTOS} photographs are kept.")
        )


def is_overdue(state: State, limits: Limits, today: date) -> bool:
    """Whether the centre is late with what it owes."""
    if state == "received":
        return today > limits.acknowledge_by
    return state == "accepted" and today > limits.answer_by
