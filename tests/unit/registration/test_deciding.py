"""The machine's decision on candidates: claims, facts of the registry, waivers, alarms (Art. 2, 14)."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from common.eligibility import Regulation
from common.tabular.rows import RawRow
from common.transitions import Window
from registration.claims.alarms import alarms, is_many_outside
from registration.claims.deciding import Decision, Held, Question, decide
from registration.claims.domain import Stated, read_claims
from registration.claims.rules import rules_of
from registration.persons.domain import Fields
from registration.transitions.domain import transition_errors

WANG, LI = UUID(int=1), UUID(int=2)
DAY = date(2025, 10, 25)
BORN = date(1990, 3, 7)
GENERAL = rules_of("2023")
ITEM = "6-31-01-03"
LEVEL_4 = Held("Y000032010605254000001", WANG, ITEM, 4, date(2020, 10, 25))


def decided(
    level: int, *own: Held, named: Held | None = None, waives_seniority: bool = False, **said: Any
) -> Decision:
    return decide(asked(level, waives_seniority=waives_seniority, stated=Stated(**said)), GENERAL, own, named)


def asked(level: int, **changes: Any) -> Question:
    question = Question(
        row=2, item_code=ITEM, level=level, day=DAY, born_on=BORN, stated=Stated(), person_id=WANG
    )
    return replace(question, **changes)


def by_rule(decision: Decision, rule_id: str) -> list[str]:
    """The statuses of a rule's clauses."""
    assert decision.finding is not None
    (rule,) = [one for one in decision.finding["rules"] if one["id"] == rule_id]
    return [one["status"] for one in rule["clauses"]]


def told(decision: Decision) -> tuple[str, list[str]]:
    return decision.eligible, [error.code for error in decision.errors]


def test_a_row_that_says_nothing_needs_evidence_and_is_no_mistake() -> None:
    assert told(decided(4)) == ("needs_evidence", [])
    assert told(decided(4, school="university")) == ("needs_evidence", [])


def test_level_5_asks_for_16_years_and_nothing_else() -> None:
    assert told(decided(5)) == ("met", [])


@pytest.mark.parametrize(("months", "eligible"), [(59, "not_met"), (60, "needs_evidence")])
def test_five_years_of_work_open_level_4_and_a_month_less_does_not(months: int, eligible: str) -> None:
    decision = decided(4, work_months=months)
    assert decision.eligible == eligible
    assert [error.code for error in decision.errors] == ["not-eligible"] * (eligible == "not_met")


def test_who_is_not_eligible_hears_every_clause_and_the_first_day() -> None:
    (error,) = decided(4, work_months=48).errors
    for rule in ("2023-L4-1", "2023-L4-2", "2023-L4-3"):
        assert rule in error.detail.en
    assert "Met on 2026-10-25 at the earliest." in error.detail.en
    assert "(not met)" in error.detail.en
    assert "未满足" in error.detail.zh


def test_a_certificate_of_the_platform_is_a_fact_and_work_since_then_a_claim() -> None:
    """Level 4 of 2020-10-25 and four years of work since open level 3 (2023-L3-2)."""
    decision = decided(3, LEVEL_4, work_months=60)
    assert told(decision) == ("needs_evidence", [])
    assert decision.finding is not None
    assert by_rule(decision, "2023-L3-2") == ["met", "needs_evidence"]


def test_the_level_sought_or_a_higher_one_is_held_already() -> None:
    for level in (4, 5):
        decision = decided(level, LEVEL_4)
        assert [error.code for error in decision.errors] == ["level-held"]
        assert LEVEL_4.number not in decision.errors[0].detail.en
    revoked = Held("Y1", WANG, ITEM, 4, date(2020, 10, 25), is_revoked=True)
    assert [error.code for error in decided(4, revoked).errors] == []


def test_a_certificate_that_a_row_names_is_looked_up() -> None:
    other = Held("Y2", LI, ITEM, 4, date(2020, 10, 25))
    revoked = Held("Y3", WANG, ITEM, 4, date(2020, 10, 25), is_revoked=True)
    assert told(decided(3, prior_number="Y9")) == ("needs_evidence", ["prior-unknown"])
    assert told(decided(3, prior_number="Y2", named=other))[1] == ["prior-other-person"]
    assert told(decided(3, revoked, prior_number="Y3", named=revoked))[1] == ["prior-revoked"]
    known = decided(3, LEVEL_4, prior_number=LEVEL_4.number, named=LEVEL_4, work_months=60)
    assert told(known) == ("needs_evidence", [])


def test_a_certificate_of_another_occupation_counts_when_it_is_named_and_shown_to_be_related() -> None:
    """2023-L3-2: level 4 and four years of work since, in this or a related occupation (DOMAIN 2)."""
    fitter = replace(LEVEL_4, item_code="6-31-01-02")
    named = decided(3, fitter, named=fitter, prior_number=fitter.number, work_months=60)
    assert told(named) == ("needs_evidence", [])
    assert by_rule(named, "2023-L3-2") == ["needs_evidence", "needs_evidence"]
    assert decided(3, fitter, work_months=60).eligible == "not_met"


def test_a_special_ability_is_no_level() -> None:
    special = replace(LEVEL_4, is_level=False)
    assert told(decided(4, special)) == ("needs_evidence", [])
    named = decided(3, special, named=special, prior_number=special.number, work_months=60)
    assert told(named) == ("not_met", ["not-eligible"])


def test_a_document_without_a_day_of_birth_leaves_the_age_to_evidence() -> None:
    """Passports and permits tell none; level 5 asks for 16 years and work."""
    worker = Stated(work_months=24)
    nothing_said = asked(5, born_on=None, is_birth_claimed=True, stated=worker)
    assert told(decide(nothing_said, GENERAL, (), None)) == ("needs_evidence", [])
    young = asked(5, born_on=date(2012, 1, 1), is_birth_claimed=True, stated=worker)
    decision = decide(young, GENERAL, (), None)
    assert told(decision) == ("not_met", ["not-eligible"])
    assert decision.finding is not None
    assert decision.finding["earliest"] == "2028-01-01"


def test_the_direct_channel_waives_years_and_not_the_certificate() -> None:
    assert told(decided(3, LEVEL_4, waives_seniority=True, work_months=0)) == ("met", [])
    assert decided(3, LEVEL_4, work_months=0).eligible == "not_met"


@pytest.mark.parametrize(("regulation", "eligible"), [("2018", "needs_evidence"), ("2023", "not_met")])
def test_a_standard_of_2018_goes_by_its_own_edition(regulation: Regulation, eligible: str) -> None:
    """2018: level 5 asks for a year of work or an apprenticeship that has ended, and for no age (DOMAIN 2)."""
    apprentice = asked(5, born_on=date(2012, 1, 1), stated=Stated(apprenticed_on=date(2025, 6, 30)))
    decision = decide(apprentice, rules_of(regulation), (), None)
    assert decision.eligible == eligible
    assert decision.finding is not None
    assert decision.finding["regulation"] == regulation


def test_a_standard_with_a_table_of_its_own_goes_by_it() -> None:
    """Two years where the general table asks for five; of level 3 the table says nothing, and refuses nobody."""
    clauses = [{"kind": "work", "years": 2}]
    rule = {"id": "own-L4-1", "text": "累计从事本职业工作2年(含)以上", "clauses": clauses}
    own = rules_of("2023", {"regulation": "2023", "levels": {"4": [rule]}})
    for level, months, eligible in ((4, 24, "needs_evidence"), (4, 23, "not_met"), (3, 23, "needs_evidence")):
        question = asked(level, stated=Stated(work_months=months))
        assert decide(question, own, (), None).eligible == eligible


def test_years_are_cut_and_never_rounded_up() -> None:
    row = Fields(RawRow(2, {"work_years": "3.9"}))
    assert read_claims(row).work_months == 46
    assert row.errors == []


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("work_years", "多年", "value-type"),
        ("work_years", "NaN", "value-range"),
        ("work_years", "61", "value-range"),
        ("prior_level", "六级", "level-unknown"),
        ("prior_issued_on", "去年", "value-type"),
        ("prior_issued_on", "9999-12-31", "value-type"),
        ("work_began_on", "0001年1月", "value-type"),
        ("education", "博士后", "education-unknown"),
        ("title", "特级", "title-unknown"),
        ("condition", "条" * 201, "too-long"),
        ("evidence", "见附件", "evidence-unreadable"),
    ],
)
def test_claims_that_cannot_be_read_are_told(column: str, text: str, code: str) -> None:
    row = Fields(RawRow(2, {column: text}))
    read_claims(row)
    assert [(error.column, error.code) for error in row.errors] == [(column, code)]


def test_claims_are_the_same_when_they_are_read_again() -> None:
    said = {
        "work_years": "8年",
        "work_began_on": "2010年7月",
        "prior_level": "四级/中级工",
        "prior_number": "y0000 3201",
        "education": "大学专科和专科学校",
        "evidence": f"{'a' * 64};{'B' * 64}",
    }
    stated = read_claims(Fields(RawRow(2, said)))
    assert stated.work_began_on == date(2010, 7, 1)
    assert (stated.prior_level, stated.prior_number, stated.school) == (4, "Y00003201", "junior_college")
    assert stated.evidence == ("a" * 64, "b" * 64)
    assert Stated.from_data(stated.as_data()) == stated


@pytest.mark.parametrize("text", ["1900-01-01", "2199-12-31"])
@pytest.mark.parametrize("regulation", ["2018", "2023"])
def test_no_day_that_can_be_read_is_beyond_the_calendar(text: str, regulation: Regulation) -> None:
    days = dict.fromkeys(("work_began_on", "prior_issued_on", "graduated_on", "apprenticed_on"), text)
    said = {"prior_level": "3", "education": "预备技师班", "title": "高级", "title_granted_on": text, **days}
    stated = read_claims(Fields(RawRow(2, said)))
    for level in range(1, 6):
        question = asked(level, born_on=date.fromisoformat(text), stated=stated)
        assert decide(question, rules_of(regulation), (), None).finding is not None


WINDOW = Window(ITEM, "2019级", date(2019, 12, 31), date(2020, 1, 1), date(2025, 6, 30))


@pytest.mark.parametrize(
    ("day", "said", "codes"),
    [
        (date(2025, 6, 30), {"cohort": "2019级"}, []),
        (date(2025, 7, 1), {"cohort": "2019级"}, ["transition-over"]),
        (date(2025, 6, 30), {"cohort": "2020级"}, ["transition-unknown"]),
        (
            date(2025, 6, 30),
            {"cohort": "2019级", "enrolled_on": date(2020, 9, 1)},
            ["transition-unknown"],
        ),
        (date(2025, 7, 1), {}, []),
    ],
)
def test_a_cohort_finishes_within_its_window(day: date, said: dict[str, Any], codes: list[str]) -> None:
    found = transition_errors(2, Stated(**said), [WINDOW], day)
    assert [error.code for error in found] == codes


def test_alarms_highlight_who_is_young_from_elsewhere_or_has_many_certificates() -> None:
    third = [LEVEL_4] * 3
    assert alarms(from_outside=False, born_on=BORN, day=DAY, own=[LEVEL_4]) == []
    assert alarms(from_outside=True, born_on=date(2009, 10, 26), day=DAY, own=[LEVEL_4] * 2) == [
        "outside-province",
        "under-16",
        "two-certificates",
    ]
    assert alarms(from_outside=False, born_on=date(2009, 10, 25), day=DAY, own=third) == [
        "three-certificates"
    ]


def test_more_than_a_fifth_from_elsewhere_is_an_alarm() -> None:
    assert not is_many_outside(20, 100)
    assert is_many_outside(21, 100)
