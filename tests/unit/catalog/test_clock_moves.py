"""How far a sandbox's clock stands ahead after a move."""

from datetime import UTC, datetime, timedelta

import pytest

from catalog.clock.domain import LAST_INSTANT, ClockOnlyForward, Move, moved_offset
from common.errors import Violations

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
DAY = 86_400


def test_days_are_added_to_what_the_clock_already_stands_ahead() -> None:
    assert moved_offset(Move(advance_days=2), offset_seconds=DAY, real_now=NOW) == 3 * DAY


def test_an_instant_is_reached_never_missed_by_the_fraction_of_a_second() -> None:
    to = NOW + timedelta(seconds=10, microseconds=1)
    assert moved_offset(Move(to=to), offset_seconds=0, real_now=NOW) == 11


@pytest.mark.parametrize("ahead", [timedelta(seconds=60), timedelta(seconds=59), timedelta(days=-1)])
def test_the_clock_does_not_go_back_or_stay(ahead: timedelta) -> None:
    with pytest.raises(ClockOnlyForward):
        moved_offset(Move(to=NOW + ahead), offset_seconds=60, real_now=NOW)


def test_one_second_forward_is_forward() -> None:
    assert moved_offset(Move(to=NOW + timedelta(seconds=61)), offset_seconds=60, real_now=NOW) == 61


@pytest.mark.parametrize("move", [Move(), Move(advance_days=1, to=NOW)], ids=["neither", "both"])
def test_a_move_is_by_days_or_to_an_instant(move: Move) -> None:
    with pytest.raises(Violations) as refused:
        moved_offset(move, offset_seconds=0, real_now=NOW)
    assert [error.pointer for error in refused.value.errors] == ["/advance_days", "/to"]


def test_the_clock_stays_within_what_calendars_reach() -> None:
    assert moved_offset(Move(to=LAST_INSTANT), offset_seconds=0, real_now=NOW) > 0
    with pytest.raises(Violations) as refused:
        moved_offset(Move(to=LAST_INSTANT + timedelta(seconds=1)), offset_seconds=0, real_now=NOW)
    assert [error.code for error in refused.value.errors] == ["too-far"]
