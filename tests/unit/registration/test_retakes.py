"""Retakes: a part passed before is left out while it is valid; everything else is examined (DOMAIN 3)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from common.marks import Outcome, Part, PartName, PassRule
from common.tabular.rows import RawRow
from registration.results.domain import Result, results_judge
from registration.results.retakes import Carried, CarriedPart, Earlier, carried_marks, valid_until
from tests.unit.registration.factories import RULES, TODAY, TWO, plan, raw

FIRST, SECOND = UUID(int=1), UUID(int=2)
THEORY, SKILL = PartName.THEORY, PartName.SKILL
PASSED_ON = date(2025, 3, 31)


def earlier(
    theory: str | None,
    skill: str | None,
    *,
    on: date = PASSED_ON,
    result_id: UUID = FIRST,
    rule: PassRule = TWO,
) -> Earlier:
    marks = {THEORY: theory and Decimal(theory), SKILL: skill and Decimal(skill)}
    return Earlier(result_id, on, marks, rule)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "months", "until"),
    [
        (date(2025, 3, 31), 12, date(2026, 3, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 12, 1), 24, date(2027, 12, 1)),
    ],
)
def test_a_part_is_valid_up_to_the_same_day_so_many_months_later(day: date, months: int, until: date) -> None:
    assert valid_until(day, months) == until


@pytest.mark.parametrize(
    ("evaluated_on", "is_found"),
    [(date(2026, 3, 31), True), (date(2026, 4, 1), False), (date(2025, 3, 30), False)],
    ids=["last day", "a day later", "before it was passed"],
)
def test_a_passed_part_is_carried_over_within_its_validity(evaluated_on: date, is_found: bool) -> None:
    found = carried_marks([THEORY], [earlier("75", "40")], evaluated_on=evaluated_on, months=12)
    assert found == ({THEORY: Carried(THEORY, Decimal(75), FIRST)} if is_found else {})


def test_a_part_below_the_pass_mark_of_its_own_rule_is_not_carried_over() -> None:
    strict = PassRule((Part(THEORY, pass_mark=80), Part(SKILL)))
    days = {"evaluated_on": date(2025, 10, 25), "months": 12}
    assert carried_marks([THEORY, SKILL], [earlier("75", "59.99", rule=strict)], **days) == {}  # type: ignore[arg-type]
    assert set(carried_marks([THEORY], [earlier("80", None, rule=strict)], **days)) == {THEORY}  # type: ignore[arg-type]


def test_the_newest_passed_mark_counts() -> None:
    two = [earlier("61", None, on=date(2025, 6, 1), result_id=SECOND), earlier("90", None)]
    found = carried_marks([THEORY], two, evaluated_on=date(2025, 10, 25), months=12)
    assert found[THEORY].result_id == SECOND
    assert CarriedPart.from_text(found[THEORY].as_text()) == CarriedPart("theory", SECOND)


def judged(row: RawRow) -> tuple[Result | None, list[str]]:
    result, errors = results_judge(plan(), RULES, today=TODAY)(row)
    return result, [error.code for error in errors]


def test_a_retake_is_judged_by_what_was_examined_this_time() -> None:
    result, errors = judged(raw(theory=None, skill="60", retake="是"))
    assert (errors, result and (result.outcome, result.scores.carried)) == ([], (Outcome.PASSED, (THEORY,)))
    result, errors = judged(raw(theory=None, skill="59.99", retake="是"))
    assert (errors, result and result.outcome) == ([], Outcome.FAILED)


def test_a_retake_of_nothing_and_a_gap_that_is_no_retake_are_mistakes() -> None:
    assert judged(raw(theory=None, skill=None, retake="是"))[1] == ["mark-missing", "mark-missing"]
    assert judged(raw(theory=None, retake="否"))[1] == ["mark-missing"]


def test_a_whole_repetition_carries_nothing_over() -> None:
    result, _ = judged(raw(retake="是"))
    assert result is not None
    assert result.scores.carried == ()
