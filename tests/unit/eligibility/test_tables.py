"""The general tables of 2018 and 2023, row by row: just met, one day short, and claimed without evidence."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import pytest

from common.eligibility import (
    Certificate,
    Claims,
    Diploma,
    Finding,
    Period,
    Regulation,
    RuleFinding,
    School,
    Title,
    TitleGrade,
    evaluate,
    national_table,
)
from common.eligibility.table import table_from
from common.errors import Violations
from common.grades import Grade

DAY: Final = date(2026, 12, 20)
FIVE, FOUR, THREE, TWO, ONE = Grade.FIVE, Grade.FOUR, Grade.THREE, Grade.TWO, Grade.ONE


def years_ago(years: int) -> date:
    return DAY.replace(year=DAY.year - years)


def worked(years: int) -> tuple[Period, ...]:
    """At work without a gap since so many years, to the day."""
    return (Period(years_ago(years), proof="documented"),)


def holds(grade: Grade, years: int) -> tuple[Certificate, ...]:
    return (Certificate(grade, years_ago(years), proof="registry"),)


def finished(school: School, *, assessed: bool = False) -> tuple[Diploma, ...]:
    return (Diploma(school, DAY, DAY, is_assessed=assessed, proof="documented"),)


def titled(grade: TitleGrade, years: int) -> tuple[Title, ...]:
    return (Title(grade, years_ago(years), proof="documented"),)


# Rule → level, and claims that just meet it on the day of evaluation: every date in them is the last one possible.
JUST_MET: Final[dict[str, tuple[Grade, Claims]]] = {
    "2023-L5-1": (FIVE, Claims(born_on=years_ago(16))),
    "2023-L5-2": (
        FIVE,
        Claims(born_on=years_ago(16), work=(Period(DAY - timedelta(1), proof="documented"),)),
    ),
    "2023-L4-1": (FOUR, Claims(work=worked(5))),
    "2023-L4-2": (FOUR, Claims(certificates=holds(FIVE, 3), work=worked(3))),
    "2023-L4-3": (FOUR, Claims(diplomas=finished("secondary_vocational"))),
    "2023-L3-1": (THREE, Claims(work=worked(10))),
    "2023-L3-2": (THREE, Claims(certificates=holds(FOUR, 4), work=worked(4))),
    "2023-L3-3": (THREE, Claims(titles=titled("junior", 1), work=worked(1))),
    "2023-L3-4": (THREE, Claims(diplomas=finished("senior_technical_school"))),
    "2023-L3-5": (THREE, Claims(certificates=holds(FOUR, 0), diplomas=finished("junior_college"))),
    "2023-L3-6": (THREE, Claims(diplomas=finished("higher_vocational", assessed=True))),
    "2023-L2-1": (TWO, Claims(certificates=holds(THREE, 5), work=worked(5))),
    "2023-L2-2": (
        TWO,
        Claims(titles=titled("junior", 5), certificates=holds(THREE, 1), work=worked(5)),
    ),
    "2023-L2-3": (TWO, Claims(titles=titled("intermediate", 1), work=worked(1))),
    "2023-L2-4": (
        TWO,
        Claims(certificates=holds(THREE, 0), diplomas=finished("technician_college"), work=worked(2)),
    ),
    "2023-L2-5": (
        TWO,
        Claims(
            certificates=holds(THREE, 2),
            diplomas=(Diploma("technician_class", date(2027, 7, 1), DAY, proof="documented"),),
        ),
    ),
    "2023-L1-1": (ONE, Claims(certificates=holds(TWO, 5), work=worked(5))),
    "2023-L1-2": (
        ONE,
        Claims(titles=titled("intermediate", 5), certificates=holds(TWO, 1), work=worked(5)),
    ),
    "2023-L1-3": (ONE, Claims(titles=titled("senior", 1), work=worked(1))),
    "2018-L5-1": (FIVE, Claims(work=worked(1))),
    "2018-L5-2": (FIVE, Claims(apprenticed_on=DAY, apprenticeship_proof="documented")),
    "2018-L4-1": (FOUR, Claims(certificates=holds(FIVE, 4), work=worked(4))),
    "2018-L4-2": (FOUR, Claims(work=worked(6))),
    "2018-L4-3": (FOUR, Claims(diplomas=finished("technical_school"))),
    "2018-L3-1": (THREE, Claims(certificates=holds(FOUR, 5), work=worked(5))),
    "2018-L3-2": (THREE, Claims(certificates=holds(FOUR, 0), diplomas=finished("technician_college"))),
    "2018-L3-3": (
        THREE,
        Claims(certificates=holds(FOUR, 2), diplomas=finished("junior_college"), work=worked(2)),
    ),
    "2018-L2-1": (TWO, Claims(certificates=holds(THREE, 4), work=worked(4))),
    "2018-L2-2": (
        TWO,
        Claims(certificates=holds(THREE, 0), diplomas=finished("senior_technical_school"), work=worked(3)),
    ),
    "2018-L2-3": (
        TWO,
        Claims(
            preparatory_on=DAY,
            preparatory_proof="documented",
            diplomas=finished("technician_college"),
            work=worked(2),
        ),
    ),
    "2018-L1-1": (ONE, Claims(certificates=holds(TWO, 4), work=worked(4))),
}


def regulation_of(rule: str) -> Regulation:
    return "2018" if rule.startswith("2018") else "2023"


def found(rule: str, claims: Claims, day: date = DAY) -> tuple[Finding, RuleFinding]:
    finding = evaluate(national_table(regulation_of(rule)), claims, JUST_MET[rule][0], day)
    (one,) = [one for one in finding.rules if one.rule.id == rule]
    return finding, one


def test_every_rule_of_both_editions_has_its_row() -> None:
    rules = [
        rule.id
        for regulation in ("2018", "2023")
        for grade in Grade
        for rule in national_table(regulation).rules(grade)
    ]
    assert sorted(rules) == sorted(JUST_MET)
    assert len([rule for rule in rules if rule.startswith("2023")]) == 19


@pytest.mark.parametrize("rule", JUST_MET)
def test_a_rule_is_met_on_its_day_and_not_on_the_day_before(rule: str) -> None:
    _, claims = JUST_MET[rule]
    finding, one = found(rule, claims)
    assert (finding.status, one.status, one.earliest) == ("met", "met", DAY)
    _, before = found(rule, claims, DAY - timedelta(1))
    assert (before.status, before.earliest) == ("not_met", DAY)


@pytest.mark.parametrize("rule", [rule for rule in JUST_MET if rule != "2023-L5-1"])
def test_what_is_only_claimed_needs_evidence(rule: str) -> None:
    _, claims = JUST_MET[rule]
    said = replace(
        claims,
        work=tuple(replace(one, proof="claimed") for one in claims.work),
        certificates=tuple(replace(one, proof="claimed") for one in claims.certificates),
        diplomas=tuple(replace(one, proof="claimed") for one in claims.diplomas),
        titles=tuple(replace(one, proof="claimed") for one in claims.titles),
        apprenticeship_proof="claimed",
        preparatory_proof="claimed",
    )
    _, one = found(rule, said)
    assert one.status == "needs_evidence"
    assert {clause.status for clause in one.clauses} <= {"needs_evidence", "met"}


@pytest.mark.parametrize(
    ("rule", "school", "assessed", "status"),
    [
        ("2023-L4-3", "technical_school", False, "met"),
        ("2023-L4-3", "university", False, "met"),
        ("2023-L3-4", "technical_school", False, "not_met"),
        ("2023-L3-4", "technician_college", False, "met"),
        ("2023-L3-6", "junior_college", False, "not_met"),
        ("2018-L4-3", "secondary_vocational", False, "not_met"),
        ("2018-L4-3", "secondary_vocational", True, "met"),
        ("2018-L4-3", "technical_school", False, "met"),
    ],
)
def test_schools_count_as_the_rule_names_them(rule: str, school: School, assessed: bool, status: str) -> None:
    assert found(rule, Claims(diplomas=finished(school, assessed=assessed)))[1].status == status


def test_another_subject_or_occupation_does_not_count() -> None:
    other = (Diploma("university", DAY, is_related=False, proof="documented"),)
    assert found("2023-L4-3", Claims(diplomas=other))[1].status == "not_met"
    elsewhere = tuple(replace(one, is_related=False) for one in worked(9))
    assert found("2023-L4-1", Claims(work=elsewhere))[1].status == "not_met"
    foreign = tuple(replace(one, is_related=False) for one in holds(FIVE, 3))
    assert found("2023-L4-2", Claims(certificates=foreign, work=worked(3)))[1].status == "not_met"


def test_students_of_the_final_year_are_taken_where_the_rule_says_so() -> None:
    student = (Diploma("university", date(2027, 6, 30), date(2023, 9, 1), proof="documented"),)
    day = date(2026, 6, 30)
    assert found("2023-L4-3", Claims(diplomas=student), day)[1].status == "met"
    assert found("2023-L4-3", Claims(diplomas=student), day - timedelta(1))[1].earliest == day
    unsaid = tuple(replace(one, enrolled_on=None) for one in student)
    assert found("2023-L4-3", Claims(diplomas=unsaid), day)[1].status == "met"
    assert found("2023-L4-3", Claims(diplomas=unsaid), day - timedelta(1))[1].earliest == day
    graduate_only = Claims(certificates=holds(FOUR, 2), diplomas=student, work=worked(2))
    assert found("2018-L3-3", graduate_only)[1].status == "not_met"


def test_a_higher_certificate_serves_for_a_lower_one_and_a_national_one_for_its_level() -> None:
    claims = Claims(certificates=holds(TWO, 4), work=worked(4))
    assert found("2023-L3-2", claims)[1].status == "met"


def test_the_direct_channel_waives_years_and_keeps_its_reason() -> None:
    claims = Claims(certificates=holds(TWO, 0))
    refused = evaluate(national_table("2023"), claims, ONE, DAY)
    direct = evaluate(national_table("2023"), claims, ONE, DAY, direct_channel="国家级技能大师工作室带头人")
    assert (refused.status, direct.status, direct.waiver) == ("not_met", "met", "国家级技能大师工作室带头人")
    best = direct.best
    assert best is not None
    assert [clause.status for clause in best.clauses] == ["met", "waived"]


def test_the_direct_channel_asks_for_a_certificate_but_not_how_long_it_is_held() -> None:
    student = (Diploma("technician_class", date(2027, 7, 1), DAY, proof="documented"),)
    claims = Claims(certificates=holds(THREE, 0), diplomas=student)
    assert found("2023-L2-5", claims)[1].status == "not_met"
    direct = evaluate(national_table("2023"), claims, TWO, DAY, direct_channel="世界技能大赛选手")
    assert {one.rule.id: one.status for one in direct.rules}["2023-L2-5"] == "met"
    without = evaluate(national_table("2023"), Claims(diplomas=student), TWO, DAY, direct_channel="同上")
    assert {one.rule.id: one.status for one in without.rules}["2023-L2-5"] == "not_met"


def test_a_level_without_rules_is_not_met() -> None:
    table = table_from({"regulation": "2023", "levels": {}})
    assert (evaluate(table, Claims(), FIVE, DAY).status, evaluate(table, Claims(), FIVE, DAY).best) == (
        "not_met",
        None,
    )


@pytest.mark.parametrize("regulation", ["2018", "2023"])
def test_a_table_is_the_same_when_written_and_read(regulation: Regulation) -> None:
    table = national_table(regulation)
    assert table_from(table.as_data()) == table


def test_every_mistake_of_a_table_is_pointed_at() -> None:
    rule = {
        "id": "a",
        "text": "t",
        "clauses": [
            {"kind": "work", "years": "5"},
            {"kind": "magic"},
            {"kind": "working"},
            {"kind": "work", "years": 0},
        ],
    }
    with pytest.raises(Violations) as refusal:
        table_from({"regulation": "2020", "levels": {"4": [rule], "9": []}}, pointer="/eligibility")
    assert {error.pointer for error in refusal.value.errors} == {
        "/eligibility/regulation",
        "/eligibility/levels/4/0/clauses/0/years",
        "/eligibility/levels/4/0/clauses/1",
        "/eligibility/levels/4/0/clauses/3/years",
        "/eligibility/levels/9",
    }


def test_one_wrong_clause_is_one_mistake() -> None:
    rules = [{"id": "a", "text": "t", "clauses": [{"kind": "work", "years": 0}]}]
    with pytest.raises(Violations) as refusal:
        table_from({"regulation": "2023", "levels": {"4": rules}})
    assert [error.pointer for error in refusal.value.errors] == ["/levels/4/0/clauses/0/years"]
    with pytest.raises(Violations) as empty:
        table_from({"regulation": "2023", "levels": {"4": [rules[0] | {"clauses": []}]}})
    assert [error.pointer for error in empty.value.errors] == ["/levels/4/0/clauses"]
