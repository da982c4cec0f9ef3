"""Whether a plan is in time and in shape: the last refused and the first accepted value of every rule."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Violations
from filing.decisions.domain import check_reasons
from filing.listing.domain import NormScope
from filing.plans.domain import needs_new_notice
from filing.plans.rules.refusals import refusal
from tests.unit.filing.factories import (
    FILED_ON,
    RECORDER,
    STANDARD,
    STARTS_ON,
    WELDER,
    assessed,
    circumstances,
    draft,
    examined,
    item,
    part,
    planned,
    problems,
    scope,
    standard,
    team,
)

ONE_DAY = timedelta(days=1)
OTHER = UUID(int=2)


def test_the_smallest_valid_plan_has_no_problem() -> None:
    assert problems() == []


# ── 15 working days (Art. 18(1)) ─────────────────────────────────────────────────────────────
def test_the_fifteenth_working_day_before_is_the_last_day_to_file() -> None:
    """2025-09-29, then 1–8 October off, and the make-up Sundays 28 September and Saturday 11 October worked."""
    on_last_day = assessed(known=circumstances(filed_on=date(2025, 9, 29)))
    assert (on_last_day.problems, on_last_day.last_filing_day) == ((), date(2025, 9, 29))
    assert problems(known=circumstances(filed_on=date(2025, 9, 30))) == [("/starts_on", "filed-too-late")]


@pytest.mark.parametrize(
    ("filed_on", "refused", "earliest"),
    [
        ("2024-01-26", "2024-02-20", "2024-02-21"),
        ("2024-02-09", "2024-03-06", "2024-03-07"),
        ("2024-04-07", "2024-04-25", "2024-04-26"),
        ("2024-09-14", "2024-10-11", "2024-10-12"),
        ("2024-09-29", "2024-10-23", "2024-10-24"),
        ("2024-10-12", "2024-10-31", "2024-11-01"),
        ("2024-12-31", "2025-01-21", "2025-01-22"),
        ("2025-01-20", "2025-02-13", "2025-02-14"),
        ("2025-01-26", "2025-02-20", "2025-02-21"),
        ("2025-02-08", "2025-02-27", "2025-02-28"),
        ("2025-09-28", "2025-10-23", "2025-10-24"),
        ("2025-10-01", "2025-10-28", "2025-10-29"),
        ("2026-02-23", "2026-03-13", "2026-03-14"),
        ("2026-02-28", "2026-03-19", "2026-03-20"),
        ("2026-09-20", "2026-10-15", "2026-10-16"),
    ],
)
def test_one_day_before_the_earliest_start_is_refused_with_it(
    filed_on: str, refused: str, earliest: str
) -> None:
    """Over Spring Festivals, make-up Saturdays, filing on a holiday and starting on a weekend."""
    always = scope(valid_from=date(2020, 1, 1), valid_to=date(2030, 1, 1))
    known = circumstances(filed_on=date.fromisoformat(filed_on), scope=always)

    def starting(day: str) -> Any:
        start = date.fromisoformat(day)
        return assessed(draft(starts_on=start, ends_on=start), known)

    late = starting(refused)
    assert [problem.code for problem in late.problems] == ["filed-too-late"]
    assert late.earliest_start == date.fromisoformat(earliest)
    assert starting(earliest).problems == ()


@given(st.dates(min_value=date(2018, 1, 1), max_value=date(2026, 9, 1)), st.integers(0, 60))
def test_a_plan_is_late_exactly_when_it_starts_before_the_earliest_start(day: date, ahead: int) -> None:
    always = scope(valid_from=date(2000, 1, 1), valid_to=date(2100, 1, 1))
    known = circumstances(filed_on=day, scope=always)
    start = day + ahead * ONE_DAY
    found = assessed(draft(starts_on=start, ends_on=start), known)
    assert bool(found.problems) == (start < found.earliest_start)
    assert (start < found.earliest_start) == (day > found.last_filing_day)


def test_a_start_today_or_in_the_past_is_told_as_that() -> None:
    today = draft(starts_on=FILED_ON, ends_on=FILED_ON)
    assert problems(today) == [("/starts_on", "start-not-ahead")]


def test_a_year_that_is_not_announced_gives_a_provisional_answer_and_no_refusal() -> None:
    known = circumstances(filed_on=date(2027, 1, 4))
    found = assessed(draft(starts_on=date(2027, 3, 1), ends_on=date(2027, 3, 1)), known)
    assert (found.problems, found.provisional) == ((), True)
    assert not assessed().provisional


def test_the_end_may_be_the_first_day_but_not_before_it() -> None:
    assert problems(draft(ends_on=STARTS_ON)) == []
    assert problems(draft(ends_on=STARTS_ON - ONE_DAY)) == [("/ends_on", "end-out-of-range")]


# ── kind, mode, organisation (Art. 11, 12) ───────────────────────────────────────────────────
SOCIAL = {"ability": 100}


def test_a_social_plan_of_an_agency_stands() -> None:
    plan = examined("social", "social")
    known = circumstances(organisation_kind="third_party_agency", scope=scope(part(modes=["social"])))
    assert problems(plan, known) == []


def test_a_school_plan_of_a_school_stands() -> None:
    plan = examined("school", "school")
    known = circumstances(organisation_kind="school", scope=scope(part(modes=["school"])))
    assert problems(plan, known) == []


@pytest.mark.parametrize("kind", ["third_party_agency", "school", "government_centre"])
def test_only_employers_file_employer_plans(kind: str) -> None:
    assert problems(known=circumstances(organisation_kind=kind)) == [("/kind", "out-of-scope")]


def test_a_mode_of_another_kind_is_refused() -> None:
    plan = draft(kind="employer", mode="school", methods=("theory_exam", "skill_exam"), weights=SOCIAL)
    known = circumstances(scope=scope(part(modes=["school"])))
    assert problems(plan, known) == [("/mode", "mode-of-another-kind")]


def test_what_is_missing_from_the_profile_is_named_all_at_once() -> None:
    """Art. 7, 11: an employer's plan gates ethics and weighs performance and contribution."""
    found = assessed(draft(weights={"ability": 100}, gates_ethics=False, methods=()))
    assert [(problem.pointer, problem.code) for problem in found.problems] == [
        ("/weights/performance", "weight-too-low"),
        ("/weights/contribution", "weight-too-low"),
        ("/methods", "methods-missing"),
        ("/weights/ethics", "ethics-not-gated"),
    ]
    assert refusal(found).code == "mode-profile-violated"


# ── items, levels, standards (Art. 1–4, 6) ───────────────────────────────────────────────────
def test_an_item_that_is_not_on_the_list_that_day_is_refused() -> None:
    assert problems(known=circumstances(items={})) == [("/items/0/item_code", "item-not-listed")]


def test_national_qualification_items_are_not_evaluated_by_employers() -> None:
    national = circumstances(items={WELDER: item(track="national_qualification")})
    assert problems(known=national) == [("/items/0/item_code", "policy")]


def test_a_level_that_the_list_does_not_offer_is_refused() -> None:
    known = circumstances(items={WELDER: item(levels=(5, 3))})
    assert problems(known=known) == [("/items/0/level", "level-not-offered")]


@pytest.mark.parametrize("level", [0, 6, 99])
def test_there_are_five_levels(level: int) -> None:
    found = problems(draft(items=(planned(level=level),)))
    assert ("/items/0/level", "level-invalid") in found


@pytest.mark.parametrize(
    "unfit",
    [
        {},
        {STANDARD: standard(item_code="6-31-01-03")},
        {STANDARD: standard(levels=frozenset({5, 3}))},
        {STANDARD: standard(valid_from=STARTS_ON + ONE_DAY)},
        {STANDARD: standard(valid_to=STARTS_ON - ONE_DAY)},
        {STANDARD: standard(kind="no such kind")},
    ],
    ids=["unknown", "another item", "another level", "not yet", "no longer", "kind"],
)
def test_a_standard_that_cannot_be_used_is_refused(unfit: dict[UUID, Any]) -> None:
    assert problems(known=circumstances(standards=unfit)) == [("/items/0/standard_id", "standard-not-usable")]


def test_a_standard_may_begin_on_the_first_and_end_on_the_last_day() -> None:
    exact = standard(valid_from=STARTS_ON, valid_to=STARTS_ON + ONE_DAY)
    known = circumstances(standards={STANDARD: exact})
    assert problems(draft(ends_on=STARTS_ON + ONE_DAY), known) == []
    assert problems(draft(ends_on=STARTS_ON + 2 * ONE_DAY), known) == [
        ("/items/0/standard_id", "standard-not-usable")
    ]


def test_an_enterprise_norm_serves_the_enterprises_that_it_names() -> None:
    scope = NormScope(posts=("焊接岗位",), enterprises=frozenset({"91320100MA1N0ABC5R"}))
    norm = {STANDARD: standard(kind="enterprise_norm", scope=scope)}
    named, other = "91320100MA1N0ABC5R", "91320100MA1N0XYZ7K"
    assert problems(known=circumstances(standards=norm, employer=named)) == []
    (refused,) = assessed(known=circumstances(standards=norm, employer=other)).problems
    assert (refused.pointer, refused.code, refused.article) == (
        "/items/0/standard_id",
        "standard-not-usable",
        "6",
    )


def test_an_enterprise_norm_serves_employers_only() -> None:
    norm = {STANDARD: standard(kind="enterprise_norm")}
    assert problems(known=circumstances(standards=norm)) == []
    social = examined("social", "social")
    known = circumstances(
        organisation_kind="industry_body", scope=scope(part(modes=["social"])), standards=norm
    )
    assert problems(social, known) == [("/items/0/standard_id", "standard-not-usable")]


def test_a_provincial_standard_does_not_serve_national_qualifications() -> None:
    social = examined("social", "social")
    known = circumstances(
        organisation_kind="government_centre",
        scope=scope(part(modes=["social"])),
        items={WELDER: item(track="national_qualification")},
    )
    assert problems(social, known) == []
    provincial = replace(known, standards={STANDARD: standard(kind="provincial")})
    assert problems(social, provincial) == [("/items/0/standard_id", "standard-not-usable")]


@pytest.mark.parametrize(("headcount", "fits"), [(0, False), (1, True), (100_000, True), (100_001, False)])
def test_headcounts_have_bounds(headcount: int, fits: bool) -> None:
    found = problems(draft(items=(planned(headcount=headcount),)))
    assert found == ([] if fits else [("/items/0/headcount", "headcount-out-of-range")])


def test_an_item_stands_once_at_each_level() -> None:
    assert problems(draft(items=(planned(level=4), planned(level=5)))) == []
    twice = draft(items=(planned(), planned()))
    assert problems(twice) == [("/items/0", "item-repeated"), ("/items/1", "item-repeated")]


# ── scope (Art. 12) ──────────────────────────────────────────────────────────────────────────
def scoped(*parts: Any, **validity: date) -> Any:
    return circumstances(scope=scope(*parts, **validity))


@pytest.mark.parametrize(
    ("known", "pointer"),
    [
        (circumstances(scope=None), "/starts_on"),
        (scoped(valid_to=STARTS_ON - ONE_DAY), "/ends_on"),
        (scoped(part(modes=["social"])), "/mode"),
        (scoped(part(regions=["320200"])), "/site/region"),
        (scoped(part(items=["6-31-01-03"])), "/items/0/item_code"),
        (scoped(part(levels=[5])), "/items/0/level"),
    ],
)
def test_out_of_scope_names_the_field_that_leaves_it(known: Any, pointer: str) -> None:
    assert problems(known=known) == [(pointer, "out-of-scope")]


def test_a_scope_may_end_on_the_last_day_of_evaluation() -> None:
    assert problems(known=scoped(valid_to=STARTS_ON)) == []
    longer = draft(ends_on=STARTS_ON + ONE_DAY)
    assert problems(longer, scoped(valid_to=STARTS_ON)) == [("/ends_on", "out-of-scope")]


def test_parts_of_a_scope_are_not_mixed() -> None:
    """Welding in Nanjing and level 3 in Wuxi do not make welding at level 3 in Nanjing."""
    known = scoped(part(levels=[5]), part(levels=[4], regions=["320200"]))
    assert problems(known=known) == [("/items/0/level", "out-of-scope")]


@pytest.mark.parametrize("region", ["320100", "320000", "310104", "320611", "x"])
def test_the_site_lies_in_one_county_of_the_province(region: str) -> None:
    assert problems(draft(region=region)) == [("/site/region", "region-not-a-county")]


# ── examiners (Art. 18) ──────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("size", "code"),
    [(0, "examiners-too-few"), (2, "examiners-too-few"), (3, None), (4, "examiners-even"), (5, None)],
)
def test_a_team_is_three_or_more_and_odd(size: int, code: str | None) -> None:
    found = {problem for _, problem in problems(draft(examiners=team(size)))} - {"team-leader"}
    assert found == ({code} if code else set())


@pytest.mark.parametrize(("leaders", "fits"), [(0, False), (1, True), (2, False)])
def test_a_team_has_one_leader(leaders: int, fits: bool) -> None:
    found = problems(draft(examiners=team(leaders=leaders)))
    assert found == ([] if fits else [("/examiners", "team-leader")])


def test_an_examiner_counts_once() -> None:
    first, second, _ = team()
    assert problems(draft(examiners=(first, second, second))) == [
        ("/examiners/2/card_number", "examiner-repeated")
    ]


def test_the_recorder_is_an_account_of_the_organisation_that_may_record() -> None:
    assert problems(draft(recorder_account_id=RECORDER)) == []
    assert problems(draft(recorder_account_id=OTHER)) == [("/recorder_account_id", "recorder-unfit")]


# ── all at once ──────────────────────────────────────────────────────────────────────────────
def test_every_problem_of_a_plan_is_told_at_once_with_article_and_remedy() -> None:
    wrong = draft(
        items=(planned(level=3, headcount=0), planned(code="9-99", standard_id=OTHER), planned(level=6)),
        region="320205",
        starts_on=date(2025, 10, 1),
        ends_on=date(2025, 9, 1),
        examiners=(*team(2, leaders=0), team(1)[0]),
        recorder_account_id=OTHER,
        weights={},
    )
    found = assessed(wrong).problems
    told = {(problem.pointer, problem.code) for problem in found}
    assert told >= {
        ("/items/0/headcount", "headcount-out-of-range"),
        ("/items/1/item_code", "item-not-listed"),
        ("/items/1/standard_id", "standard-not-usable"),
        ("/items/2/level", "level-invalid"),
        ("/starts_on", "filed-too-late"),
        ("/ends_on", "end-out-of-range"),
        ("/site/region", "out-of-scope"),
        ("/examiners/2/card_number", "examiner-repeated"),
        ("/recorder_account_id", "recorder-unfit"),
    }
    assert ("/weights", "weights-sum") in told
    for problem in found:
        assert all((problem.detail.zh, problem.detail.en, problem.remedy.zh, problem.remedy.en))


KINDS: dict[str, Any] = {
    "filed-too-late": circumstances(filed_on=FILED_ON + ONE_DAY),
    "out-of-scope": circumstances(scope=None),
    "standard-not-usable": circumstances(standards={}),
    "policy": circumstances(items={WELDER: item(track="national_qualification")}),
}


@pytest.mark.parametrize("code", KINDS)
def test_a_refusal_for_one_reason_bears_its_name(code: str) -> None:
    assert refusal(assessed(known=KINDS[code])).code == code


def test_a_refusal_for_several_reasons_is_told_by_its_entries() -> None:
    refused = refusal(assessed(known=circumstances(filed_on=FILED_ON + ONE_DAY, scope=None)))
    assert refused.code == "validation"
    assert {error.code for error in refused.errors} == {"filed-too-late", "out-of-scope"}


def test_a_late_plan_is_told_the_earliest_start() -> None:
    refused = refusal(assessed(known=KINDS["filed-too-late"]))
    assert refused.article == "18(1)"
    assert refused.facts == {
        "last_filing_day": date(2025, 9, 29),
        "earliest_start": date(2025, 10, 28),
        "provisional": False,
    }


def test_a_return_has_reasons_and_an_acceptance_needs_none() -> None:
    check_reasons("accept", 0)
    check_reasons("return", 1)
    with pytest.raises(Violations):
        check_reasons("return", 0)


# ── filed again (decision record 16) ─────────────────────────────────────────────────────────
def levels(*digits: int) -> Iterable[Any]:
    return tuple(planned(level=level) for level in digits)


@pytest.mark.parametrize(
    ("change", "anew"),
    [
        ({}, False),
        ({"starts_on": STARTS_ON - ONE_DAY}, True),
        ({"starts_on": STARTS_ON + ONE_DAY}, False),
        ({"items": levels(4, 5)}, True),
        ({"items": levels(5)}, True),
        ({"items": (planned(headcount=500, standard_id=OTHER),)}, False),
        ({"region": "320105"}, True),
        ({"kind": "social"}, True),
        ({"mode": "competition"}, True),
        ({"examiners": team(5)}, False),
    ],
    ids=str,
)
def test_a_mended_plan_needs_new_notice_only_for_what_was_not_told(change: Any, anew: bool) -> None:
    assert needs_new_notice(draft(), draft(**change)) is anew


def test_fewer_items_need_no_new_notice() -> None:
    assert not needs_new_notice(draft(items=levels(4, 5)), draft(items=levels(5)))
