"""Pass rules and mode profiles at their borders."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.grades import Grade
from common.marks import Outcome, PartName, default_rule, judge
from common.modes import PROFILES, check_profile

THEORY, SKILL, REVIEW = PartName.THEORY, PartName.SKILL, PartName.REVIEW
FOUR, TWO = default_rule(Grade.FOUR), default_rule(Grade.TWO)


@pytest.mark.parametrize(
    ("theory", "skill", "outcome"),
    [
        (60, 60, Outcome.PASSED),
        (Decimal("59.5"), 100, Outcome.FAILED),
        (100, 59, Outcome.FAILED),
        (None, 80, Outcome.FAILED),
        (0, 0, Outcome.FAILED),
    ],
)
def test_sixty_in_every_part_passes(theory: Decimal | int | None, skill: int, outcome: Outcome) -> None:
    assert judge(FOUR, {THEORY: theory, SKILL: skill}, ethics_passed=True).outcome is outcome


def test_technicians_need_the_comprehensive_review_as_well() -> None:
    assert not judge(TWO, {THEORY: 90, SKILL: 90}, ethics_passed=True).passed
    assert judge(TWO, {THEORY: 90, SKILL: 90, REVIEW: 60}, ethics_passed=True).passed


def test_ethics_is_a_gate_whatever_the_marks() -> None:
    judgement = judge(FOUR, {THEORY: 100, SKILL: 100}, ethics_passed=False)
    assert judgement.outcome is Outcome.FAILED
    assert "第7条" in judgement.reasons[0].zh


def test_absence_and_misconduct_are_outcomes_of_their_own() -> None:
    marks = {THEORY: 90, SKILL: 90}
    assert judge(FOUR, {}, ethics_passed=True, absent=True).outcome is Outcome.ABSENT
    assert judge(FOUR, marks, ethics_passed=True, misconduct=True).outcome is Outcome.MISCONDUCT
    assert judge(FOUR, marks, ethics_passed=True, absent=True, misconduct=True).outcome is Outcome.MISCONDUCT


@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 40))
def test_a_better_mark_never_fails_who_passed(theory: int, skill: int, more: int) -> None:
    before = judge(FOUR, {THEORY: theory, SKILL: skill}, ethics_passed=True)
    after = judge(FOUR, {THEORY: min(100, theory + more), SKILL: skill}, ethics_passed=True)
    assert after.passed or not before.passed


@pytest.mark.parametrize("mode", PROFILES)
def test_minimum_weights_of_each_mode_are_accepted_and_one_less_is_refused(mode: str) -> None:
    for dimension, least in PROFILES[mode].minimum_weights.items():
        others = [name for name in ("ability", "performance", "contribution") if name != dimension]
        for weight, refused in ((least, False), (least - 1, True)):
            weights = {dimension: weight, others[0]: 100 - weight, others[1]: 0}
            codes = {e.pointer for e in check_profile(mode, weights=weights, methods=["skill_exam"])}
            assert (f"/weights/{dimension}" in codes) is refused


def test_weights_must_sum_to_a_hundred_and_methods_belong_to_the_mode() -> None:
    found = check_profile("social", weights={"ability": 80, "performance": 10}, methods=["opinion_poll"])
    assert {error.code for error in found} == {"weights-sum", "method-not-allowed"}
    assert {error.article for error in found} == {"11"}
