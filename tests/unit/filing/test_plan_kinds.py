"""Kinds of plans, sessions, examiners and bookings: each refusal at its border (Art. 1, 11, 14, 15, 18(2), 22)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.clock import SHANGHAI
from filing.bookings.domain import bookings
from filing.entrustments.domain import Entrusted, Entrustment
from filing.plans.domain import check_plan
from filing.plans.rules.draft import Circumstances, Draft
from filing.plans.rules.entrusted import OnBehalf
from filing.plans.rules.kinds import KINDS, flow_of, special_of
from filing.plans.rules.outlines import outline_id
from filing.plans.rules.refusals import refusal
from filing.plans.rules.team import candidates_per_examiner
from tests.unit.filing.factories import (
    STARTS_ON,
    WELDER,
    card,
    circumstances,
    draft,
    examined,
    item,
    part,
    planned,
    problems,
    scope,
    session,
    standard,
    team,
)

PROGRAMME = Entrustment(
    id=UUID(int=5),
    employer_id=UUID(int=1),
    agency_id=UUID(int=6),
    parts=(Entrusted(frozenset(), frozenset({5, 4})),),
    valid_from=date(2025, 1, 1),
    valid_to=date(2025, 12, 31),
    confirmed_on=date(2025, 1, 1),
    last_day=None,
    purpose="joint_training",
    cohort_year=2023,
)


def of(kind: str, **changes: Any) -> tuple[Draft, Circumstances]:
    """The smallest valid plan of a kind, and what it is checked against."""
    trial = {"items": (planned_by_outline(),), "has_outline": True}
    plans = {
        "employer": draft(),
        "joint": draft(kind="joint", entrustment_id=PROGRAMME.id),
        "social": examined("social", "social"),
        "school": examined("school", "school"),
        "competition": examined("competition", "competition"),
        "direct": examined(
            "direct", "social", items=(planned(level=3),), sessions=(session(level=3),), has_grounds=True
        ),
        "trial": examined("trial", "social", **trial),
    }
    bodies = {
        "employer": "employer",
        "joint": "employer",
        "school": "school",
        "direct": "government_centre",
    }
    modes = {
        "employer": "enterprise",
        "joint": "enterprise",
        "school": "school",
        "competition": "competition",
    }
    known = circumstances(
        organisation_kind=bodies.get(kind, "third_party_agency"),
        scope=scope(part(modes=[modes.get(kind, "social")])),
        on_behalf=OnBehalf(PROGRAMME, employer_may_file=True) if kind == "joint" else None,
        items={WELDER: item(track="special_ability")} if kind == "trial" else {WELDER: item()},
    )
    return replace(plans[kind], **changes), known


def planned_by_outline() -> Any:
    return replace(planned(), standard_id=None)


def found(kind: str, **changes: Any) -> list[tuple[str | None, str]]:
    return problems(*of(kind, **changes))


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_smallest_plan_of_every_kind_stands(kind: str) -> None:
    assert found(kind) == []


@pytest.mark.parametrize(
    ("kind", "flow", "special"),
    [
        ("employer", "employer", None),
        ("joint", "employer", "joint"),
        ("social", "social", None),
        ("school", "school", None),
        ("competition", "social", "competition"),
        ("direct", "social", "direct"),
        ("trial", "social", "trial"),
    ],
)
def test_every_kind_runs_by_a_flow_of_article_18(kind: Any, flow: str, special: str | None) -> None:
    assert (flow_of(kind), special_of(kind)) == (flow, special)


@pytest.mark.parametrize(
    ("kind", "changes", "told"),
    [
        ("social", {"roster_candidates": None}, ("/roster", "roster-missing")),
        ("school", {"roster_candidates": None}, ("/roster", "roster-missing")),
        ("social", {"sessions": ()}, ("/sessions", "sessions-missing")),
        ("competition", {"sessions": ()}, ("/sessions", "sessions-missing")),
        ("competition", {"mode": "social"}, ("/mode", "mode-of-another-kind")),
        ("direct", {"has_grounds": False}, ("/direct", "grounds-missing")),
        ("trial", {"has_outline": False}, ("/outline", "outline-missing")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_kind_asks_for_is_asked_for(kind: str, changes: dict[str, Any], told: tuple[str, str]) -> None:
    assert told in found(kind, **changes)


def test_a_joint_plan_rests_on_a_programme_that_both_sides_confirmed() -> None:
    assert found("joint", entrustment_id=None)[0] == ("/entrustment_id", "programme-missing")
    plan, known = of("joint")
    lapsed = OnBehalf(replace(PROGRAMME, last_day=date(2025, 10, 24)), employer_may_file=True)
    assert problems(plan, replace(known, on_behalf=lapsed)) == [("/entrustment_id", "out-of-scope")]


def test_the_direct_channel_leads_to_a_high_level() -> None:
    low = found("direct", items=(planned(level=4),), sessions=(session(level=4),))
    assert low == [("/items/0/level", "policy")]


def test_the_direct_channel_needs_no_notice_but_lies_ahead() -> None:
    plan, known = of("direct")
    day_before = replace(known, filed_on=STARTS_ON - timedelta(days=1))
    assert problems(plan, day_before) == []
    assert problems(plan, replace(known, filed_on=STARTS_ON)) == [("/starts_on", "start-not-ahead")]


def test_only_what_has_no_unified_standard_is_tried() -> None:
    plan, known = of("trial")
    ordinary = replace(known, items={WELDER: item()})
    assert problems(plan, ordinary) == [("/items/0/item_code", "policy")]
    has_one = replace(known, standardised=frozenset({(WELDER, 4)}))
    assert problems(plan, has_one) == [("/items/0/standard_id", "policy")]
    other_level = replace(known, standardised=frozenset({(WELDER, 3)}))
    assert problems(plan, other_level) == []


def test_an_admitted_plan_is_late_no_more() -> None:
    plan, known = of("employer", late_admission_id=UUID(int=7))
    late = replace(known, filed_on=date(2025, 9, 30))
    assert problems(plan, late) == [
        ("/starts_on", "filed-too-late"),
        ("/late_admission_id", "late-admission-unfit"),
    ]
    assert problems(plan, replace(late, is_admitted_late=True)) == []


# ── sessions ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"begin": "2025-10-24T09:00", "end": "2025-10-24T11:00"},
            ("/sessions/0/starts_at", "session-outside"),
        ),
        (
            {"begin": "2025-10-25T23:00", "end": "2025-10-26T01:00"},
            ("/sessions/0/starts_at", "session-outside"),
        ),
        ({"begin": "2025-10-25T09:00", "end": "2025-10-25T09:00"}, ("/sessions/0/ends_at", "session-length")),
        ({"level": 3}, ("/sessions/0/item_code", "session-item")),
    ],
    ids=["the day before", "past midnight", "no time at all", "another level"],
)
def test_a_session_lies_within_its_plan(changes: dict[str, Any], told: tuple[str, str]) -> None:
    assert told in found("social", sessions=(session(**changes),))


def test_there_is_a_seat_for_everybody_expected() -> None:
    assert found("social", sessions=(session(seats=39),)) == [("/items/0/headcount", "seats-short")]
    halves = (session(seats=20), session(seats=20, begin="2025-10-25T13:00", end="2025-10-25T15:00"))
    assert found("social", sessions=halves) == []


def test_a_room_holds_one_session_at_a_time() -> None:
    again = session(seats=5, begin="2025-10-25T11:29", end="2025-10-25T12:00", room=" 一号 考场")
    assert found("social", sessions=(session(), again), examiners=team(5)) == [
        ("/sessions/1/room", "room-twice")
    ]
    after = replace(again, starts_at=session().ends_at)
    assert found("social", sessions=(session(), after)) == []


@pytest.mark.parametrize(
    ("seats", "level", "fits"), [(45, 4, True), (46, 4, False), (30, 2, True), (31, 2, False)]
)
def test_one_examiner_has_fifteen_candidates_at_a_time_and_ten_at_the_high_levels(
    seats: int, level: int, fits: bool
) -> None:
    senior = {one.card_number: card(grade="senior_examiner") for one in team()}
    plan, known = of(
        "social",
        items=(planned(level=level, headcount=seats),),
        sessions=(session(seats=seats, level=level),),
        roster_candidates=seats,
    )
    known = replace(known, cards=senior, scope=scope(part(modes=["social"], levels=(4, 2))))
    assert problems(plan, known) == ([] if fits else [("/sessions/0/seats", "ratio-short")])


def test_sessions_at_one_time_share_the_team() -> None:
    two = (session(seats=30), session(seats=30, room="二号考场"))
    assert found("social", sessions=two)[0] == ("/sessions/0/seats", "ratio-short")
    assert found("social", sessions=two, examiners=team(5)) == []


def test_ratios_go_by_the_day() -> None:
    assert candidates_per_examiner(5, date(2025, 1, 1)) == 15
    assert candidates_per_examiner(0, date(2025, 1, 1)) == 10


# ── examiners (Art. 22; DOMAIN 5) ────────────────────────────────────────────────────────────
OWN = "91320100000000174E"


@pytest.mark.parametrize(
    "unfit",
    [
        card(valid_to=STARTS_ON - timedelta(days=1)),
        card(valid_from=STARTS_ON + timedelta(days=1)),
        card(item_codes=frozenset({"6-31-01-03"})),
        card(employer=OWN),
        card(trains_for=frozenset({OWN})),
        None,
    ],
    ids=["expired", "not yet", "another occupation", "employed here", "trains here", "not on the register"],
)
def test_an_unfit_examiner_is_named(unfit: Any) -> None:
    plan, known = of("social")
    cards = {number: one for number, one in known.cards.items() if number != "32KP0001"}
    cards |= {"32KP0001": unfit} if unfit else {}
    checked = check_plan(plan, replace(known, cards=cards, own_code=OWN))
    assert [(one.pointer, one.code) for one in checked.problems] == [
        ("/examiners/1/card_number", "examiner-unfit")
    ]
    assert refusal(checked).code == "examiner-unfit"


@pytest.mark.parametrize("declared", ["is_relative", "teaches_candidate"])
@pytest.mark.parametrize("kind", ["employer", "social"])
def test_nobody_examines_relatives_or_apprentices_of_his_own(kind: str, declared: str) -> None:
    first, *others = team()
    told = found(kind, examiners=(replace(first, **{declared: True}), *others))
    assert told == [("/examiners/0/card_number", "examiner-unfit")]


def test_an_employer_may_name_examiners_of_its_own_but_no_expired_card() -> None:
    plan, known = of("employer")
    assert problems(plan, replace(known, cards={}, own_code=OWN)) == []
    own = {one.card_number: card(employer=OWN) for one in team()}
    assert problems(plan, replace(known, cards=own, own_code=OWN)) == []
    expired = own | {"32KP0002": card(valid_to=date(2025, 1, 1))}
    assert problems(plan, replace(known, cards=expired)) == [("/examiners/2/card_number", "examiner-unfit")]


def test_only_senior_examiners_examine_the_two_high_levels() -> None:
    high = {"items": (planned(level=2),), "sessions": (session(level=2, seats=40),), "examiners": team(5)}
    plan, known = of("social", **high)
    known = replace(known, scope=scope(part(modes=["social"], levels=(2,))))
    assert [code for _, code in problems(plan, known)] == ["examiner-unfit"] * 5
    senior = {one.card_number: card(grade="senior_examiner") for one in team(5)}
    assert problems(plan, replace(known, cards=senior)) == []


# ── bookings ─────────────────────────────────────────────────────────────────────────────────
def test_what_another_plan_has_is_told_as_a_conflict_and_not_whose_it_is() -> None:
    plan, known = of("social")
    taken = replace(known, taken=("/examiners/0/card_number", "/sessions/0/room"))
    told = refusal(check_plan(plan, taken))
    assert told.code == "double-booked"
    assert [error.pointer for error in told.errors] == ["/examiners/0/card_number", "/sessions/0/room"]
    late = refusal(check_plan(plan, replace(taken, filed_on=date(2025, 9, 30))))
    assert late.code == "validation"


def test_a_place_is_known_whoever_writes_it() -> None:
    one = examined("social", "social", address="南京市 光华路1号")
    other = examined("social", "social", address="南京市光华路１号", sessions=(session(room="一号考场 "),))
    assert {found.resource for found in bookings(one)} == {found.resource for found in bookings(other)}


EIGHT = datetime(2025, 10, 25, 8, tzinfo=SHANGHAI)
MOMENTS = st.integers(0, 40).map(lambda quarter: EIGHT + timedelta(minutes=15 * quarter))


@given(st.lists(st.tuples(MOMENTS, MOMENTS), max_size=6))
def test_the_team_is_booked_for_every_instant_of_a_session_and_never_twice(
    spans: list[tuple[datetime, datetime]],
) -> None:
    sessions = tuple(
        replace(session(room=f"{number}号"), starts_at=begin, ends_at=end)
        for number, (begin, end) in enumerate(spans)
    )
    team_of_one = examined("social", "social", sessions=sessions, examiners=team(1))
    mine = [one for one in bookings(team_of_one) if one.resource.startswith("examiner:")]
    for begin, end in spans:
        if begin < end:
            assert any(one.starts_at <= begin and end <= one.ends_at for one in mine)
    for first, second in pairwise(mine):
        assert first.ends_at <= second.starts_at


def test_an_outline_has_one_id_for_one_content() -> None:
    first, other = outline_id("9f" * 32), outline_id("8e" * 32)
    assert first == outline_id("9f" * 32) != other
    assert first.version == 8


def test_a_trial_names_no_standard() -> None:
    plan, known = of("trial", items=(planned(),))
    known = replace(known, standards={planned().standard_id: standard()})
    assert problems(plan, known) == [("/items/0/standard_id", "policy")]
