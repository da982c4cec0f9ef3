"""Time limits of results: the last day in time, the day after it, and what an admission changes (Art. 17)."""

from datetime import date
from itertools import pairwise

import pytest

from common.errors import Violations
from common.workdays import official_calendar
from registration.deadlines.domain import (
    DeadlinePassed,
    LateEntry,
    TimeLimit,
    Timeliness,
    check_admission,
    complete_profiles,
    limit_on,
    packaged_limits,
    timeliness,
)

CALENDAR = official_calendar()
# Sunday 2025-10-26: the fifth working day after it is Friday 10-31, the tenth Friday 11-07; the weekends after them
# are in time, for no further working day has begun.
ENDED = date(2025, 10, 26)
ADMITTED = LateEntry("admission_1", "台风停电", "account_1", date(2025, 11, 10))


def came(day: date, workdays: int = 10, admission: LateEntry | None = None) -> Timeliness:
    return timeliness(
        ended_on=ENDED, received_on=day, workdays=workdays, calendar=CALENDAR, admission=admission
    )


@pytest.mark.parametrize(("workdays", "last"), [(5, date(2025, 11, 2)), (10, date(2025, 11, 9))])
def test_results_on_the_last_day_are_in_time(workdays: int, last: date) -> None:
    found = came(last, workdays)
    assert (found.last_day, found.days_late, found.provisional) == (last, 0, False)


def test_the_working_day_after_is_refused_with_the_day_that_was_the_last() -> None:
    with pytest.raises(DeadlinePassed) as refused:
        came(date(2025, 11, 10))
    assert refused.value.facts == {"ended_on": ENDED, "last_day": date(2025, 11, 9)}


def test_late_results_that_are_admitted_say_how_late_they_are_and_why() -> None:
    found = came(date(2025, 11, 10), admission=ADMITTED)
    assert (found.days_late, found.admission) == (1, ADMITTED)
    assert Timeliness.from_data(found.as_data()) == found


def test_an_admission_that_was_not_needed_is_not_told() -> None:
    assert came(date(2025, 11, 7), admission=ADMITTED).admission is None


def test_nobody_is_turned_away_by_a_year_that_is_not_announced() -> None:
    found = timeliness(
        ended_on=date(2031, 10, 25),
        received_on=date(2031, 12, 1),
        workdays=5,
        calendar=CALENDAR,
        admission=None,
    )
    assert (found.provisional, found.days_late) == (True, 29)  # after Sunday 11-02


def test_the_packaged_limits_are_ten_days_for_employers_and_five_for_others() -> None:
    found = {kind: limit_on(packaged_limits(), "province", kind, "results", ENDED) for kind in KINDS}
    assert found == {"employer": 10, "social": 5, "school": 5}


KINDS = ("employer", "social", "school")


def test_a_limit_that_changed_counts_from_its_day_on() -> None:
    limits = [
        TimeLimit("p", "social", "results", workdays, since)
        for workdays, since in ((5, date(2017, 5, 16)), (7, date(2026, 1, 1)))
    ]
    days = (date(2016, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    assert [limit_on(limits, "p", "social", "results", day) for day in days] == [5, 5, 7]


def test_a_profile_that_says_nothing_of_a_step_is_a_mistake_of_the_deployment() -> None:
    with pytest.raises(LookupError):
        limit_on(packaged_limits(), "elsewhere", "social", "results", ENDED)


def test_a_profile_with_a_gap_cannot_be_chosen() -> None:
    assert complete_profiles(packaged_limits()) == {"province"}
    assert complete_profiles(one for one in packaged_limits() if one.step == "results") == set()


def test_no_two_rows_of_the_table_count_from_one_day() -> None:
    keys = sorted((one.profile, one.kind, one.step, one.since) for one in packaged_limits())
    assert all(first != second for first, second in pairwise(keys))


def test_an_admission_for_days_gone_by_is_refused() -> None:
    check_admission(ENDED, today=ENDED)
    with pytest.raises(Violations) as refused:
        check_admission(date(2025, 10, 25), today=ENDED)
    assert [error.pointer for error in refused.value.errors] == ["/until"]
