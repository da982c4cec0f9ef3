"""How an organisation stands on a day, by the measures taken against it (Art. 22)."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.standings.domain import (
    GRAVITY,
    Listing,
    OrganisationListed,
    Standing,
    check_good_standing,
    holds_until,
    standing_by,
)


def listing(**changes: Any) -> Listing:
    """A suspension from 10 to 20 October."""
    row: dict[str, Any] = {
        "case": "17",
        "measure": "suspended",
        "valid_from": date(2025, 10, 10),
        "valid_to": date(2025, 10, 20),
        "freezes_plans": True,
    }
    return Listing(**row | changes)


@pytest.mark.parametrize(
    ("day", "state"), [(9, "approved"), (10, "suspended"), (20, "suspended"), (21, "approved")]
)
def test_both_days_of_a_measure_belong_to_it(day: int, state: str) -> None:
    assert standing_by("approved", [listing()], date(2025, 10, day)).state == state


@pytest.mark.parametrize(("day", "state"), [(14, "suspended"), (15, "approved")])
def test_the_day_of_clearing_is_the_first_without_the_measure(day: int, state: str) -> None:
    found = [listing(cleared_on=date(2025, 10, 15))]
    assert standing_by("approved", found, date(2025, 10, day)).state == state


def test_the_gravest_measure_counts_and_the_gravest_that_freezes_is_named() -> None:
    abnormal = listing(case="18", measure="abnormal")
    blacklisted = listing(case="19", measure="blacklisted", freezes_plans=False, valid_to=None)
    found = standing_by("approved", [abnormal, blacklisted], date(2025, 10, 12))
    assert found == Standing("blacklisted", "19", frozen_by="18")


@pytest.mark.parametrize(
    ("measure", "may_sign_in"),
    [("abnormal", True), ("suspended", False), ("blacklisted", False), ("exited", False)],
)
def test_every_measure_stops_new_plans_and_all_but_the_abnormal_list_shut_the_accounts(
    measure: Any, may_sign_in: bool
) -> None:
    found = standing_by("approved", [listing(measure=measure)], date(2025, 10, 12))
    assert (found.may_file, found.may_sign_in) == (False, may_sign_in)
    with pytest.raises(OrganisationListed) as refusal:
        check_good_standing(found)
    assert refusal.value.facts == {"state": measure, "case": "17"}


def test_an_application_that_waits_is_no_measure() -> None:
    found = standing_by("applied", [], date(2025, 10, 12))
    check_good_standing(found)
    assert (found.may_file, found.may_sign_in) == (False, True)


def test_the_standing_holds_until_the_day_before_it_turns() -> None:
    blacklist = listing(case="19", measure="blacklisted", valid_from=date(2025, 10, 15), valid_to=None)
    found = [listing(), blacklist]
    assert holds_until("approved", found, date(2025, 10, 1)) == date(2025, 10, 9)
    assert holds_until("approved", found, date(2025, 10, 10)) == date(2025, 10, 14)
    assert holds_until("approved", found, date(2025, 10, 15)) is None


DAYS = st.dates(date(2025, 10, 1), date(2025, 10, 20))


@st.composite
def measures(draw: st.DrawFn) -> list[Listing]:
    found = []
    for case in range(draw(st.integers(0, 4))):
        first = draw(DAYS)
        found.append(
            Listing(
                case=str(case),
                measure=draw(st.sampled_from(GRAVITY)),
                valid_from=first,
                valid_to=draw(st.none() | DAYS.map(lambda day, first=first: max(day, first))),
                freezes_plans=draw(st.booleans()),
                cleared_on=draw(st.none() | DAYS),
            )
        )
    return found


@given(measures(), DAYS)
def test_nothing_turns_before_the_last_day_told_and_something_does_after_it(
    found: list[Listing], day: date
) -> None:
    last = holds_until("approved", found, day)
    now = standing_by("approved", found, day)
    months = [day + timedelta(days) for days in range(40)]
    same = [standing_by("approved", found, later) == now for later in months]
    if last is None:
        assert all(same)
    else:
        until = (last - day).days
        assert all(same[: until + 1])
        assert not same[until + 1]
