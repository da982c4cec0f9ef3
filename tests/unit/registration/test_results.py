"""Marks, the ethics gate, absence and misconduct, judged by the standard's rule (Art. 7-10)."""

from decimal import Decimal
from uuid import uuid4

import pytest

from common.marks import Outcome, PartName
from common.tabular.rows import RawRow
from registration.plans.domain import NotYetEvaluated, Plan, pass_rule
from registration.results.domain import (
    NotBatchOwner,
    Result,
    admission_error,
    check_recorder,
    results_judge,
    rules_as_data,
    rules_from_data,
)
from tests.unit.registration.factories import RULES, SENIOR, TODAY, plan, raw


def judged(row: RawRow, of: Plan | None = None) -> tuple[Result | None, list[tuple[str | None, str]]]:
    result, errors = results_judge(of or plan(), RULES, today=TODAY)(row)
    return result, [(error.column, error.code) for error in errors]


def outcome(**values: str | None) -> Outcome:
    result, errors = judged(raw(**values))
    assert errors == []
    assert result is not None
    return result.outcome


def codes(**values: str | None) -> list[tuple[str | None, str]]:
    return judged(raw(**values))[1]


def test_sixty_in_each_part_passes_and_a_hundredth_less_does_not() -> None:
    assert outcome(theory="60", skill="60.00") is Outcome.PASSED
    assert outcome(theory="59.99", skill="100") is Outcome.FAILED
    assert outcome(theory="100", skill="59.99") is Outcome.FAILED


def test_ethics_is_a_gate_whatever_the_marks() -> None:
    assert outcome(theory="100", skill="100", ethics="不合格") is Outcome.FAILED
    assert codes(ethics=None) == [("ethics", "ethics-missing")]


def test_absence_has_no_marks_and_is_never_a_zero() -> None:
    assert outcome(theory=None, skill=None, ethics=None, absent="是") is Outcome.ABSENT
    assert codes(theory="0", skill=None, absent="是") == [("theory", "mark-of-absent")]
    assert codes(theory=None, absent="否") == [("theory", "mark-missing")]


def test_a_sheet_may_say_who_passed_but_never_otherwise_than_the_marks() -> None:
    assert outcome(passed="合格") is Outcome.PASSED
    assert outcome(theory="50", passed="不合格") is Outcome.FAILED
    assert codes(theory="50", passed="合格") == [("passed", "pass-contradiction")]
    assert codes(passed="不合格") == [("passed", "pass-contradiction")]
    assert codes(theory=None, skill=None, absent="是", passed="合格") == [("passed", "pass-contradiction")]


def test_who_examined_is_on_the_plan() -> None:
    with_two = plan(examiners=frozenset({"26140020001", "26140020002"}))
    result, errors = judged(raw(examiners="26140020001、26140020002"), with_two)
    assert errors == []
    assert result is not None
    assert result.scores.examiners == ("26140020001", "26140020002")
    assert judged(raw(examiners="26140020001,e9"), with_two)[1] == [("examiners", "examiner-unknown")]


def test_the_rules_of_a_batch_are_kept_whole() -> None:
    assert rules_from_data(rules_as_data(RULES)) == RULES


def test_misconduct_voids_the_marks() -> None:
    assert outcome(theory="90", skill="90", misconduct="是") is Outcome.MISCONDUCT


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        ("100.01", "value-range"),
        ("-1", "value-range"),
        ("1e2", "value-type"),
        ("八十", "value-type"),
        ("59.999", "value-precision"),
    ],
)
def test_marks_that_cannot_be_are_told_why(mark: str, code: str) -> None:
    assert codes(skill=mark) == [("skill", code)]


def test_marks_keep_two_decimal_places() -> None:
    result, _ = judged(raw(theory="85.50", skill="85.125000"))
    assert result is None
    result, _ = judged(raw(theory="85.50", skill="85.120"))
    assert result is not None
    assert result.scores.marks == {
        PartName.THEORY: Decimal("85.50"),
        PartName.SKILL: Decimal("85.12"),
        PartName.REVIEW: None,
    }


def test_the_standard_says_which_parts_there_are() -> None:
    assert codes(review="80") == [("review", "mark-not-expected")]
    assert judged(raw(level="2"), plan(SENIOR))[1] == [("review", "mark-missing")]
    result, _ = judged(raw(level="2", review="60"), plan(SENIOR))
    assert result is not None
    assert result.outcome is Outcome.PASSED


def test_a_standard_that_is_silent_on_a_level_leaves_the_general_rule() -> None:
    assert pass_rule({}, 4).names == (PartName.THEORY, PartName.SKILL)
    assert pass_rule({}, 2).names == (PartName.THEORY, PartName.SKILL, PartName.REVIEW)
    own = pass_rule({"4": [{"part": "skill", "pass_mark": 70}]}, 4)
    assert [(part.name, part.pass_mark) for part in own.parts] == [(PartName.SKILL, 70)]


def test_a_mark_stays_within_the_full_marks_of_its_part() -> None:
    halves = [{"part": part, "pass_mark": 30, "full_marks": 50} for part in ("theory", "skill")]
    rules = dict.fromkeys(RULES, pass_rule({"4": halves}, 4))

    def found(mark: str) -> list[tuple[str | None, str]]:
        row = raw(theory=mark, skill="30")
        return [(error.column, error.code) for error in results_judge(plan(), rules, today=TODAY)(row)[1]]

    assert found("50") == []
    assert found("50.01") == [("theory", "value-range")]


def test_the_day_of_the_evaluation_lies_within_the_plan() -> None:
    result, _ = judged(raw())
    assert result is not None
    assert result.scores.evaluated_on == plan().ends_on
    assert codes(evaluated_on="2025-10-25") == []
    assert codes(evaluated_on="2025年10月26日") == []
    assert codes(evaluated_on="2025-10-24") == [("evaluated_on", "value-range")]
    assert codes(evaluated_on="2025-10-27") == [("evaluated_on", "value-range")]
    assert codes(evaluated_on="soon") == [("evaluated_on", "value-type")]


def test_answers_are_yes_or_no_in_either_language() -> None:
    assert outcome(theory=None, skill=None, absent="YES") is Outcome.ABSENT
    assert codes(absent="maybe") == [("absent", "choice-unknown")]


def test_a_remark_may_have_two_hundred_characters() -> None:
    assert codes(remark="好" * 200) == []
    assert codes(remark="好" * 201) == [("remark", "too-long")]


def test_mistakes_of_the_person_and_of_the_marks_are_told_together() -> None:
    assert codes(name=None, skill="good") == [("name", "missing"), ("skill", "value-type")]


def test_results_are_taken_from_the_last_day_on() -> None:
    with pytest.raises(NotYetEvaluated):
        plan().check_results(plan().starts_on)
    plan().check_results(plan().ends_on)


def test_only_the_named_account_enters_a_plans_results() -> None:
    leader = uuid4()
    check_recorder(plan(), leader)
    check_recorder(plan(recorder_account_id=leader), leader)
    with pytest.raises(NotBatchOwner):
        check_recorder(plan(recorder_account_id=leader), uuid4())


def test_the_roster_admits_who_was_approved_only() -> None:
    told = {state: admission_error(state, 7) for state in ("approved", "pending", "refused", None)}
    assert {state: error and error.code for state, error in told.items()} == {
        "approved": None,
        "pending": "not-reviewed",
        "refused": "not-admitted",
        None: "not-registered",
    }
