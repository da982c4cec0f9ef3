"""Which track holds for a person of a double certificate course (Art. 2)."""

from datetime import date

import pytest

from common.transitions import Held, Window, track_for

COHORT = Window(
    item_code="6-31-01-03",
    cohort="2019级双证班",
    enrolled_from=date(2019, 9, 1),
    enrolled_before=date(2021, 12, 2),
    opens_on=date(2021, 12, 2),
    ends_on=date(2022, 7, 31),
)
ENROLLED, GRADUATION = date(2019, 9, 1), date(2022, 7, 1)


def track(enrolled_on: date = ENROLLED, graduating_on: date = GRADUATION, *windows: Window) -> str | None:
    return track_for(
        "skill_level", windows or (COHORT,), enrolled_on=enrolled_on, graduating_on=graduating_on
    ).track


def test_who_was_enrolled_before_the_list_was_published_gets_the_national_certificate() -> None:
    held = track_for("skill_level", [COHORT], enrolled_on=ENROLLED, graduating_on=GRADUATION)
    assert held == Held("national_qualification", COHORT)


@pytest.mark.parametrize(
    ("enrolled_on", "expected"),
    [
        (date(2019, 8, 31), "skill_level"),
        (date(2019, 9, 1), "national_qualification"),
        (date(2021, 12, 1), "national_qualification"),
        (date(2021, 12, 2), "skill_level"),
    ],
)
def test_the_cohort_takes_those_enrolled_from_its_first_day_until_the_day_before_publication(
    enrolled_on: date, expected: str
) -> None:
    assert track(enrolled_on) == expected


@pytest.mark.parametrize(
    ("graduating_on", "expected"),
    [(date(2022, 7, 31), "national_qualification"), (date(2022, 8, 1), "skill_level")],
)
def test_the_window_closes_when_the_last_of_the_cohort_has_graduated(
    graduating_on: date, expected: str
) -> None:
    assert track(ENROLLED, graduating_on) == expected


def test_while_the_item_is_national_no_window_is_needed() -> None:
    held = track_for(
        "national_qualification", [COHORT], enrolled_on=ENROLLED, graduating_on=date(2021, 12, 1)
    )
    assert held == Held("national_qualification")


def test_a_window_holds_for_an_item_that_has_left_the_list_altogether() -> None:
    assert track_for(None, [COHORT], enrolled_on=ENROLLED, graduating_on=GRADUATION).window == COHORT
    assert track_for(None, [], enrolled_on=ENROLLED, graduating_on=GRADUATION) == Held(None)


def test_of_two_windows_the_one_that_ends_last_is_named() -> None:
    longer = Window("6-31-01-03", "五年制", date(2021, 12, 2), date(2021, 12, 2), date(2024, 7, 31))
    assert track_for("skill_level", [longer, COHORT], enrolled_on=ENROLLED, graduating_on=GRADUATION) == Held(
        "national_qualification", longer
    )


def test_nobody_graduates_before_being_enrolled() -> None:
    with pytest.raises(ValueError, match="before being enrolled"):
        track(GRADUATION, ENROLLED)
