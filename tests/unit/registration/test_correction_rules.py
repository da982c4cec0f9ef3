"""Rules of corrections: judged like a sheet's row, on evidence that fits, never by whoever asked (DOMAIN 4.5)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from common.errors import Violations
from common.marks import Outcome, PartName
from registration.corrections.domain import (
    NotCorrectable,
    SamePerson,
    Standing,
    check_decider,
    check_evidence,
    read_identity,
    with_new_marks,
)
from tests.unit.registration.factories import ELECTRICIAN, TODAY, TWO, plan, resident

PASSED = Standing(
    version=1,
    person_id=UUID(int=1),
    identity="sealed",
    marks={PartName.THEORY: Decimal(80), PartName.SKILL: Decimal(75), PartName.REVIEW: None},
    ethics_passed=True,
    absent=False,
    misconduct=False,
    outcome=Outcome.PASSED,
    was_passed=True,
)
FAILED = replace(
    PASSED, marks=PASSED.marks | {PartName.SKILL: Decimal(59)}, outcome=Outcome.FAILED, was_passed=False
)
NOTHING = {"theory": None, "skill": None, "review": None, "ethics_passed": None}
SAME = {"theory": Decimal(80), "skill": Decimal(75), "review": None, "ethics_passed": True}
FLAGS = {"absent": False, "misconduct": False}
mark = st.decimals(min_value=0, max_value=100, places=2)


def corrected(standing: Standing, **given_: Any) -> Standing:
    return with_new_marks(standing, FLAGS | given_, TWO, plan(), today=TODAY)


def pointers(refused: pytest.ExceptionInfo[Violations]) -> list[tuple[str, str | None]]:
    return [(error.code, error.pointer) for error in refused.value.errors]


@given(theory=mark, skill=mark, ethics_passed=st.booleans())
def test_a_correction_comes_to_what_a_sheet_would_and_is_kept_whole(
    theory: Decimal,
    skill: Decimal,
    ethics_passed: bool,
) -> None:
    assume((theory, skill, ethics_passed) != (80, 59, True))  # as it stands: nothing to correct
    after = corrected(FAILED, theory=theory, skill=skill, review=None, ethics_passed=ethics_passed)
    passes = theory >= 60 and skill >= 60 and ethics_passed
    assert after.outcome is (Outcome.PASSED if passes else Outcome.FAILED)
    assert (after.version, after.person_id, after.identity) == (1, FAILED.person_id, FAILED.identity)
    assert FAILED.with_marks(after.as_data()) == after


def test_absence_and_misconduct_are_corrected_like_marks() -> None:
    assert corrected(PASSED, **NOTHING, absent=True).outcome is Outcome.ABSENT
    assert corrected(PASSED, **SAME, misconduct=True).outcome is Outcome.MISCONDUCT


def test_a_correction_that_changes_nothing_is_refused() -> None:
    with pytest.raises(Violations) as refused:
        corrected(PASSED, **SAME)
    assert pointers(refused) == [("correction-changes-nothing", "/marks")]


def test_every_mistake_in_marks_is_told_at_its_member() -> None:
    with pytest.raises(Violations) as refused:
        corrected(PASSED, **NOTHING | {"skill": Decimal("75.555"), "review": Decimal(50)})
    assert pointers(refused) == [
        ("value-precision", "/marks/skill"),
        ("ethics-missing", "/marks/ethics_passed"),
        ("mark-missing", "/marks/theory"),
        ("mark-not-expected", "/marks/review"),
    ]


def test_what_was_passed_once_and_corrected_since_does_not_pass_again() -> None:
    corrected(FAILED, **SAME)
    with pytest.raises(NotCorrectable):
        corrected(replace(FAILED, was_passed=True), **SAME)


def test_names_and_numbers_are_corrected_on_papers_of_the_police_or_a_court() -> None:
    check_evidence("identity", "police_document")
    check_evidence("identity", "court_decision")
    check_evidence("marks", "score_sheet")
    with pytest.raises(Violations) as refused:
        check_evidence("identity", "examiners_statement")
    assert pointers(refused) == [("evidence-of-identity", "/evidence/kind")]


def test_a_person_is_read_as_in_a_sheet() -> None:
    given_ = {"name": "欧阳 静姝", "id_type": None, "id_number": resident().lower()}
    found = read_identity(given_, ELECTRICIAN.code, 4, plan(), today=TODAY)  # type: ignore[arg-type]
    assert (found.name, found.document.number) == ("欧阳静姝", resident())
    with pytest.raises(Violations) as refused:
        read_identity(given_ | {"id_number": "1"}, ELECTRICIAN.code, 4, plan(), today=TODAY)  # type: ignore[arg-type]
    assert [pointer for _, pointer in pointers(refused)] == ["/identity/id_number"]


def test_whoever_asked_does_not_decide() -> None:
    check_decider(UUID(int=1), UUID(int=2))
    with pytest.raises(SamePerson):
        check_decider(UUID(int=1), UUID(int=1))
