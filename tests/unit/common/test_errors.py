"""Refusals: five families, facts for the caller, all mistakes at once, and nothing of HTTP."""

import pytest

from common.errors import (
    Bilingual,
    FieldError,
    Forbidden,
    Malformed,
    NotFound,
    PolicyError,
    RuleViolation,
    StateConflict,
    TooLarge,
    Violations,
)

TEXT = Bilingual("不行。", "No.")


def mistake(code: str) -> FieldError:
    return FieldError(code=code, detail=TEXT, remedy=TEXT, row=3, column="姓名")


class TooLate(RuleViolation):
    code = "too-late"
    title = Bilingual("太迟", "Too late")
    article = "18"


def test_a_rule_carries_its_code_article_and_facts() -> None:
    with pytest.raises(RuleViolation) as caught:
        raise TooLate(TEXT, last_day="2025-09-29")
    refusal = caught.value
    assert (refusal.code, refusal.article, refusal.detail) == ("too-late", "18", TEXT)
    assert refusal.facts == {"last_day": "2025-09-29"}
    assert refusal.errors == ()


@pytest.mark.parametrize("family", [Malformed, RuleViolation, TooLarge, StateConflict, Forbidden, NotFound])
def test_each_family_has_a_code_of_its_own_and_two_titles(family: type[PolicyError]) -> None:
    assert family.code not in {other.code for other in PolicyError.__subclasses__() if other is not family}
    assert family.title.zh
    assert family.title.en


def test_all_mistakes_are_told_at_once_and_counted_in_both_languages() -> None:
    refusal = Violations([mistake("missing"), mistake("too-long")])
    assert [error.code for error in refusal.errors] == ["missing", "too-long"]
    assert "2" in refusal.detail.zh
    assert "2" in refusal.detail.en


def test_not_found_says_the_same_of_the_foreign_and_the_unknown() -> None:
    assert NotFound.of("plan").detail == NotFound.of("plan").detail
    assert "plan" in NotFound.of("plan").detail.en
