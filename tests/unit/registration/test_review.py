"""What a review of candidates comes to, and until when a refusal is appealed (Art. 18(2))."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from common.errors import Violations
from common.workdays import official_calendar
from registration.reviews.domain import (
    AppealTooLate,
    Decided,
    NothingToReview,
    Question,
    Refusal,
    Review,
    ReviewConflict,
    check_appeal,
    decide,
    last_day_to_appeal,
)

A, B, C, D, STRANGER = (UUID(int=number) for number in range(1, 6))
TODAY = date(2025, 9, 29)
NO = Refusal(B, "evidence_lacking", "资料不全")
ASKED = Question(C, "社保记录", TODAY)


def decided(review: Review, *, pending: set[UUID] | None = None) -> Decided:
    """Over A, B, C who wait, and D of whom evidence was asked."""
    waiting = frozenset({A, B, C} if pending is None else pending)
    return decide(review, pending=waiting, asked=frozenset({D}), today=TODAY)


def test_named_candidates_are_decided_and_the_others_wait() -> None:
    found = decided(Review(approve=(A, D), refuse=(NO,), ask=(ASKED,)))
    assert found == Decided(frozenset({A, D}), {B: NO}, {C: ASKED})


def test_approving_all_spares_who_is_named_otherwise_and_who_was_asked() -> None:
    found = decided(Review(refuse=(NO,), ask=(ASKED,), approve_all=True))
    assert found.approved == {A}
    assert decided(Review(approve=(D,), approve_all=True)).approved == {A, B, C, D}


def test_every_candidate_who_cannot_be_decided_on_is_named() -> None:
    wrong = Review(
        approve=(A, STRANGER),
        refuse=(replace(NO, candidate_id=A), replace(NO, candidate_id=STRANGER)),
        ask=(replace(ASKED, until=date(2025, 9, 28)),),
    )
    with pytest.raises(Violations) as refusal:
        decided(wrong)
    assert [(error.pointer, error.code) for error in refusal.value.errors] == [
        ("/approve/1", "candidate-not-pending"),
        ("/refuse/0", "candidate-named-twice"),
        ("/refuse/1", "candidate-not-pending"),
        ("/ask/0/until", "day-past"),
    ]


def test_a_review_that_decides_nothing_is_refused() -> None:
    with pytest.raises(Violations) as refusal:
        decided(Review())
    assert [error.code for error in refusal.value.errors] == ["review-empty"]


def test_with_nobody_waiting_there_is_nothing_to_review() -> None:
    with pytest.raises(NothingToReview):
        decide(Review(approve_all=True), pending=frozenset(), asked=frozenset(), today=TODAY)


# Past 1–8 October and with Saturday the 11th, which is worked, the fifth working day after it is Monday the 13th.
REFUSED_ON = date(2025, 9, 29)


@pytest.mark.parametrize(
    ("today", "starts_on", "in_time"),
    [
        (date(2025, 10, 13), date(2025, 10, 25), True),
        (date(2025, 10, 14), date(2025, 10, 25), False),
        (date(2025, 10, 10), date(2025, 10, 11), True),
        (date(2025, 10, 11), date(2025, 10, 11), False),
    ],
    ids=["fifth day", "sixth day", "the day before it begins", "it begins"],
)
def test_an_appeal_comes_within_five_working_days_and_before_the_first_day(
    today: date, starts_on: date, in_time: bool
) -> None:
    calendar = official_calendar()
    assert last_day_to_appeal(REFUSED_ON, calendar, 5) == date(2025, 10, 13)
    about = {"state": "refused", "refused_on": REFUSED_ON, "is_appealed": False}
    if in_time:
        check_appeal(**about, starts_on=starts_on, today=today, calendar=calendar, workdays=5)
    else:
        with pytest.raises(AppealTooLate):
            check_appeal(**about, starts_on=starts_on, today=today, calendar=calendar, workdays=5)


@pytest.mark.parametrize(
    ("state", "is_appealed"), [("approved", False), ("pending", False), ("refused", True)]
)
def test_only_a_refusal_is_appealed_and_once(state: str, is_appealed: bool) -> None:
    with pytest.raises(ReviewConflict):
        check_appeal(
            state=state,
            refused_on=REFUSED_ON,
            is_appealed=is_appealed,
            starts_on=date(2025, 10, 25),
            today=REFUSED_ON,
            calendar=official_calendar(),
            workdays=5,
        )
