"""Which of several standards an evaluation goes by (Art. 4, 6)."""

from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from catalog.standards.choice import CHOSEN, EARLIER, LOWER, OTHER_TRACK, OUTSIDE, Candidate, choose
from catalog.standards.domain import Kind

YARD, OTHER = "91320100MA1NQ3PF1U", "91320500608196080B"


def standard(number: int, kind: Kind, year: int = 2024, *enterprises: str) -> Candidate:
    scope = frozenset(enterprises) if kind == "enterprise_norm" else None
    return Candidate(UUID(int=number), kind, date(year, 1, 1), scope)


NATIONAL, NEWER_NATIONAL = standard(1, "national", 2019), standard(2, "national", 2025)
PROVINCIAL, NORM = standard(3, "provincial"), standard(4, "enterprise_norm", 2026, YARD)
ALL = (NORM, PROVINCIAL, NATIONAL, NEWER_NATIONAL)


def test_a_national_standard_goes_before_the_provinces_and_that_before_a_norm() -> None:
    told = choose(ALL, track="skill_level", enterprise=YARD)
    assert told == [(NEWER_NATIONAL, CHOSEN), (NATIONAL, EARLIER), (PROVINCIAL, LOWER), (NORM, LOWER)]
    assert choose([NORM, PROVINCIAL], track="skill_level", enterprise=YARD)[0] == (PROVINCIAL, CHOSEN)


def test_a_norm_serves_its_own_enterprises_and_nobody_else() -> None:
    assert choose([NORM], track="skill_level", enterprise=YARD) == [(NORM, CHOSEN)]
    assert choose([NORM], track="skill_level", enterprise=OTHER) == [(NORM, OUTSIDE)]
    assert choose([NORM], track="skill_level", enterprise=None) == [(NORM, OUTSIDE)]


def test_a_national_item_goes_by_national_standards_alone() -> None:
    told = choose([PROVINCIAL, NORM], track="national_qualification", enterprise=YARD)
    assert told == [(PROVINCIAL, OTHER_TRACK), (NORM, OTHER_TRACK)]


def test_without_a_standard_there_is_nothing_to_tell() -> None:
    assert choose([], track="skill_level", enterprise=None) == []


@given(
    st.lists(st.sampled_from(ALL), unique=True).flatmap(st.permutations), st.sampled_from([None, YARD, OTHER])
)
def test_the_choice_is_one_at_most_and_hangs_on_no_order(
    candidates: list[Candidate], enterprise: str | None
) -> None:
    told = choose(candidates, track="skill_level", enterprise=enterprise)
    assert {one for one, _ in told} == set(candidates)
    assert sum(reason == CHOSEN for _, reason in told) == any(one.fits(enterprise) for one in candidates)
    assert told == choose(reversed(candidates), track="skill_level", enterprise=enterprise)
