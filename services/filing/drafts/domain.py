"""PURE: a new plan made of an earlier one: the same in everything but its days (Art. 18(1))."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

_OF_ITS_TIME: Final = ("roster", "late_admission_id")  # candidates and admissions of the earlier plan alone


def copied(content: Mapping[str, Any], starts_on: date | None) -> dict[str, Any]:
    """The content of a plan as JSON, moved to another first day; without one, its days are left to be filled in.

    The last day and every session keep their distance from the first day, sessions their time of day.
    """
    kept = {name: value for name, value in content.items() if name not in _OF_ITS_TIME and value is not None}
    if starts_on is None:
        kept["sessions"] = [_without_times(one) for one in content.get("sessions", [])]
        return {name: value for name, value in kept.items() if name not in ("starts_on", "ends_on")}
    ahead = starts_on - date.fromisoformat(content["starts_on"])
    kept["starts_on"] = starts_on.isoformat()
    kept["ends_on"] = (date.fromisoformat(content["ends_on"]) + ahead).isoformat()
    kept["sessions"] = [_moved(one, ahead) for one in content.get("sessions", [])]
    return kept


def _moved(session: Mapping[str, Any], ahead: timedelta) -> dict[str, Any]:
    times = {
        name: (datetime.fromisoformat(session[name]) + ahead).isoformat() for name in ("starts_at", "ends_at")
    }
    return dict(session) | times


def _without_times(session: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in session.items() if name not in ("starts_at", "ends_at")}
