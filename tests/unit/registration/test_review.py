"""What a review of candidates comes to (Art. 18(2))."""

from uuid import UUID

import pytest

from common.errors import Violations
from registration.rosters.domain import NothingToReview, Review, decide

A, B, C, STRANGER = (UUID(int=number) for number in range(1, 5))
PENDING = frozenset({A, B, C})


def test_named_candidates_are_decided_and_the_others_wait() -> None:
    decided = decide(Review((A,), ((B, "资料不全"),)), PENDING)
    assert (decided.approved, decided.refused) == ({A}, {B: "资料不全"})


def test_approving_all_spares_who_is_refused_in_the_same_breath() -> None:
    decided = decide(Review((), ((B, "资料不全"),), approve_all=True), PENDING)
    assert (decided.approved, decided.refused) == ({A, C}, {B: "资料不全"})


def test_every_candidate_who_cannot_be_decided_on_is_named() -> None:
    with pytest.raises(Violations) as refusal:
        decide(Review((A, STRANGER), ((A, "x"), (STRANGER, "x"))), PENDING)
    assert [(error.pointer, error.code) for error in refusal.value.errors] == [
        ("/approve/1", "candidate-not-pending"),
        ("/refuse/0", "candidate-named-twice"),
        ("/refuse/1", "candidate-not-pending"),
    ]


def test_a_review_that_decides_nothing_is_refused() -> None:
    with pytest.raises(Violations) as refusal:
        decide(Review((), ()), PENDING)
    assert [error.code for error in refusal.value.errors] == ["review-empty"]


def test_with_nobody_waiting_there_is_nothing_to_review() -> None:
    with pytest.raises(NothingToReview):
        decide(Review((), (), approve_all=True), frozenset())
