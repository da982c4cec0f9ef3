"""Nobody loses by more experience; the earliest day is the first one; days count once."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from common.eligibility import (
    Certificate,
    Claims,
    Diploma,
    Period,
    Regulation,
    School,
    Title,
    TitleGrade,
    evaluate,
    national_table,
)
from common.eligibility.counting import full_months, months_after, reached, total_days, worked
from common.grades import Grade

ORDER = ("not_met", "needs_evidence", "met")
PROOFS = st.sampled_from(("registry", "documented", "claimed"))
DAYS = st.dates(date(1995, 1, 1), date(2032, 12, 31))
GRADES = st.sampled_from(list(Grade))
SCHOOLS = st.sampled_from(School.__args__)  # type: ignore[attr-defined]
TITLES = st.sampled_from(TitleGrade.__args__)  # type: ignore[attr-defined]
REGULATIONS = st.sampled_from(Regulation.__args__)  # type: ignore[attr-defined]


@st.composite
def periods(draw: st.DrawFn) -> Period:
    begin = draw(DAYS)
    length = draw(st.none() | st.integers(0, 5_000))
    return Period(
        begin, None if length is None else begin + timedelta(length), draw(st.booleans()), draw(PROOFS)
    )


CERTIFICATES = st.builds(Certificate, GRADES, DAYS, st.booleans(), PROOFS)
DIPLOMAS = st.builds(Diploma, SCHOOLS, DAYS, st.none() | DAYS, st.booleans(), st.booleans(), PROOFS)
CLAIMS = st.builds(
    Claims,
    born_on=st.none() | st.dates(date(1960, 1, 1), date(2015, 1, 1)),
    work=st.lists(periods(), max_size=4).map(tuple),
    certificates=st.lists(CERTIFICATES, max_size=2).map(tuple),
    diplomas=st.lists(DIPLOMAS, max_size=2).map(tuple),
    titles=st.lists(st.builds(Title, TITLES, DAYS, PROOFS), max_size=2).map(tuple),
)


def standing(regulation: Regulation, claims: Claims, grade: Grade, day: date) -> int:
    return ORDER.index(evaluate(national_table(regulation), claims, grade, day).status)


@given(REGULATIONS, CLAIMS, GRADES, DAYS, periods())
def test_more_work_never_makes_anybody_ineligible(
    regulation: Regulation, claims: Claims, grade: Grade, day: date, more: Period
) -> None:
    richer = replace(claims, work=(*claims.work, more))
    assert standing(regulation, richer, grade, day) >= standing(regulation, claims, grade, day)


@given(REGULATIONS, CLAIMS, GRADES, DAYS, CERTIFICATES)
def test_a_further_or_higher_certificate_never_makes_anybody_ineligible(
    regulation: Regulation, claims: Claims, grade: Grade, day: date, more: Certificate
) -> None:
    richer = replace(claims, certificates=(*claims.certificates, more))
    assert standing(regulation, richer, grade, day) >= standing(regulation, claims, grade, day)
    above = more.grade.next_above()
    if above is not None:
        higher = replace(claims, certificates=(*claims.certificates, replace(more, grade=above)))
        assert standing(regulation, higher, grade, day) >= standing(regulation, richer, grade, day)


@given(REGULATIONS, CLAIMS, GRADES, DAYS)
def test_the_earliest_day_is_the_first_on_which_nothing_but_evidence_is_missing(
    regulation: Regulation, claims: Claims, grade: Grade, day: date
) -> None:
    earliest = evaluate(national_table(regulation), claims, grade, day).earliest
    if earliest is None:
        assert standing(regulation, claims, grade, date(2190, 1, 1)) == 0
    else:
        assert standing(regulation, claims, grade, earliest) > 0
        assert earliest == date.min or standing(regulation, claims, grade, earliest - timedelta(1)) == 0


@given(CLAIMS, GRADES, DAYS)
def test_what_has_nothing_to_do_with_it_changes_nothing(claims: Claims, grade: Grade, day: date) -> None:
    other = replace(
        claims,
        work=(*claims.work, Period(date(1990, 1, 1), is_related=False)),
        certificates=(*claims.certificates, Certificate(Grade.ONE, date(1990, 1, 1), is_related=False)),
    )
    table = national_table("2023")
    assert evaluate(table, other, grade, day) == evaluate(table, claims, grade, day)


@given(st.lists(periods(), max_size=6), DAYS)
def test_days_count_once_however_many_jobs_there_were(work: list[Period], day: date) -> None:
    counted = {
        one.begin + timedelta(number)
        for one in work
        if one.is_related
        for number in range(((one.end or day) - one.begin).days + 1)
        if one.begin + timedelta(number) < day
    }
    assert total_days(worked(work, day)) == len(counted)


@given(DAYS, st.integers(1, 240))
def test_without_a_gap_months_are_full_on_their_anniversary(begin: date, months: int) -> None:
    full = months_after(begin, months)
    assert reached(worked([Period(begin)], full), months)
    assert full_months(worked([Period(begin)], full)) >= months
    assert not reached(worked([Period(begin)], full - timedelta(1)), months)


def test_two_stretches_add_up() -> None:
    """Two years and three: 2015-2016 and 2018-2020 are 1,827 days; the five years before 2021 have as many."""
    work = [
        Period(date(2015, 1, 1), date(2016, 12, 31)),
        Period(date(2018, 1, 1), date(2020, 12, 31)),
    ]
    assert full_months(worked(work, date(2026, 1, 1))) == 60
    short = [work[0], Period(date(2018, 1, 2), date(2020, 12, 31))]
    assert full_months(worked(short, date(2026, 1, 1))) == 59
