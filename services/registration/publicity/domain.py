"""PURE: how long results are before the public, and what may become of an objection (DOMAIN 4.4)."""

from datetime import date
from typing import Final, Literal

from common.errors import Bilingual, StateConflict
from common.workdays import WorkCalendar

ObjectionState = Literal["raised", "acknowledged", "upheld", "dismissed"]
WAITING: Final = ("raised", "acknowledged")
MOST_WAITING: Final = 100
"""Objections of one batch that wait: more would be no help to a centre, and are how a stranger would hold it up."""


class PublicityOver(StateConflict):
    """Objections are raised while the results are before the public."""

    code = "state-conflict"
    article = "17"
    title = Bilingual("公示已结束", "No longer before the public")


class TooManyObjections(StateConflict):
    """The centre has enough of them to look into."""

    code = "objections-waiting"
    article = "17"
    title = Bilingual("待处理异议过多", "Too many objections wait")


class ObjectionDecided(StateConflict):
    """An objection is decided once."""

    code = "state-conflict"
    article = "17"
    title = Bilingual("异议已有结论", "The objection is decided")


def last_public_day(recorded_on: date, workdays: int, calendar: WorkCalendar) -> date | None:
    """Until when results recorded on a day are before the public; None where nothing is asked for."""
    return calendar.workdays_ahead(recorded_on, workdays).day if workdays else None


def check_open(until: date, today: date) -> None:
    """Raises PublicityOver."""
    if today > until:
        raise PublicityOver(
            Bilingual(
                f"公示已于 {until} 结束;对结果有异议的,请向负责该方案的中心反映。",
                f"The results were before the public until {until}; turn to the centre in charge.",
            ),
            public_until=until,
        )


def check_room(waiting: int) -> None:
    """Raises TooManyObjections."""
    if waiting >= MOST_WAITING:
        raise TooManyObjections(
            Bilingual(
                "该批次待处理的异议已达上限,中心正在核查。",
                "As many objections as can be looked into wait for this batch.",
            )
        )


def check_undecided(state: ObjectionState) -> None:
    """Raises ObjectionDecided."""
    if state not in WAITING:
        raise ObjectionDecided(
            Bilingual("该异议已有结论。", "The objection was decided already."), state=state
        )
