"""No standard comes into force but through a committee's approval and a filing (Art. 5, 6)."""

from collections.abc import Sequence
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from catalog.standards.life import (
    OF_APPLICANTS,
    STEPS,
    WITH_DOCUMENT,
    Examination,
    NotNow,
    Vote,
    check_step,
    examine,
    step_problems,
)
from common.events.catalog import StandardState

STATES: tuple[StandardState, ...] = get_args(StandardState)
COMMITTEE = ("ZJ-1", "ZJ-2", "ZJ-3", "ZJ-4", "ZJ-5")


class Life(RuleBasedStateMachine):
    """Anybody tries any step and any vote at any time; what is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.state: StandardState = "planned"
        self.votes: list[Vote] = []
        self.way: list[tuple[StandardState, tuple[Vote, ...]]] = []

    @rule(to=st.sampled_from(STATES))
    def take_a_step(self, to: StandardState) -> None:
        try:
            check_step(self.state, to, examine(COMMITTEE, self.votes))
        except NotNow:
            return
        self.way.append((to, tuple(self.votes)))
        self.state = to
        if to == "under_review":
            self.votes = []

    @rule(member=st.sampled_from((*COMMITTEE, "ZJ-9")), in_favour=st.sampled_from((True, True, False, None)))
    def vote(self, member: str, in_favour: bool | None) -> None:
        if self.state == "under_review" and all(vote.member != member for vote in self.votes):
            self.votes.append(Vote(member, in_favour))

    @invariant()
    def whatever_is_in_force_was_approved_by_a_quorum_then_filed(self) -> None:
        passed = [state for state, _ in self.way]
        if "in_force" not in passed:
            return
        place = passed.index("in_force")
        assert passed[place - 2 : place] == ["approved", "filed"]
        by = [vote for vote in self.way[place - 2][1] if vote.member in COMMITTEE]
        cast = [vote for vote in by if vote.in_favour is not None]
        assert len(cast) >= 3
        assert 3 * len(cast) >= 2 * (len(COMMITTEE) - (len(by) - len(cast)))
        assert 3 * sum(vote.in_favour is True for vote in cast) >= 2 * len(cast)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=200, stateful_step_count=40)


def test_the_way_to_force_is_open() -> None:
    passed = examine(COMMITTEE, [Vote(member, True) for member in COMMITTEE])
    way: Sequence[StandardState] = ("planned", "drafting", "under_review", "approved", "filed", "in_force")
    for state, to in pairwise(way):
        check_step(state, to, passed)


@pytest.mark.parametrize(
    ("members", "excluded", "quorum"),
    [(3, 0, 3), (4, 0, 3), (5, 0, 4), (6, 0, 4), (9, 0, 6), (9, 2, 5), (5, 2, 3)],
)
def test_a_quorum_is_two_thirds_of_those_who_may_vote_and_three_at_least(
    members: int, excluded: int, quorum: int
) -> None:
    committee = [f"ZJ-{number}" for number in range(members)]
    assert examine(committee, [Vote(member, None) for member in committee[:excluded]]).quorum == quorum


@pytest.mark.parametrize(
    ("in_favour", "against", "passed"), [(4, 1, True), (3, 2, False), (4, 0, True), (3, 0, False)]
)
def test_a_draft_passes_with_a_quorum_and_two_thirds_of_the_votes(
    in_favour: int, against: int, passed: bool
) -> None:
    votes = [Vote(member, place < in_favour) for place, member in enumerate(COMMITTEE[: in_favour + against])]
    assert examine(COMMITTEE, votes).is_passed is passed


def test_too_few_members_without_a_conflict_can_not_pass_a_draft() -> None:
    votes = [Vote("ZJ-1", None), Vote("ZJ-2", True), Vote("ZJ-3", True)]
    assert examine(COMMITTEE[:3], votes) == Examination(entitled=2, excluded=1, cast=2, in_favour=2)
    assert not examine(COMMITTEE[:3], votes).has_quorum


def test_the_vote_of_a_stranger_does_not_count() -> None:
    assert examine(COMMITTEE, [Vote("ZJ-9", True)]).cast == 0


def test_an_enterprise_never_approves_files_or_puts_in_force() -> None:
    assert set().union(*OF_APPLICANTS.values()) == {"drafting", "under_review", "withdrawn"}
    assert all(steps <= set(STEPS[state]) for state, steps in OF_APPLICANTS.items())


@given(to=st.sampled_from(STATES))
def test_a_step_on_a_document_is_refused_without_it_and_an_end_without_its_reason(to: StandardState) -> None:
    codes = {problem.code for problem in step_problems(to, has_document=False, has_reason=False)}
    expected = {"document-missing"} if to in WITH_DOCUMENT else set()
    assert codes == expected | ({"reason-missing"} if to == "withdrawn" else set())
    assert [*step_problems(to, has_document=True, has_reason=True)] == []
