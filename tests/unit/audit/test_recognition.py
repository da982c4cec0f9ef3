"""Recognition: every gate of Art. 17 at its border, and a decision that no order of arrival changes."""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.recognition.domain import (
    BatchFacts,
    Decision,
    Facts,
    PlanFacts,
    RosterFacts,
    SupervisionFacts,
    decide,
    gates,
)
from common.workdays import official_calendar

CALENDAR = official_calendar()
EMPLOYER = PlanFacts("employer", date(2025, 9, 29), date(2025, 9, 29), standards_named=True)
SOCIAL = replace(EMPLOYER, kind="social")
NOT_DRAWN = SupervisionFacts(required=False)
REPORTED = SupervisionFacts(required=True, assigned=True, verdict="normal")
REVIEWED = RosterFacts(approved=60, refused=1, pending=0)
# The evaluation ended on Sunday 2025-10-26; the fifth working day after it is Friday the 31st, the tenth Friday 11-07.
ENDED = date(2025, 10, 26)
IN_TIME = BatchFacts(ENDED, date(2025, 10, 27))


def states(facts: Facts) -> dict[str, str]:
    return {gate.gate: gate.state for gate in gates(facts, CALENDAR)}


def test_an_employers_plan_in_order_is_recognised_without_a_person() -> None:
    facts = Facts(IN_TIME, EMPLOYER, None, NOT_DRAWN)
    assert set(states(facts).values()) == {"pass"}
    assert decide(gates(facts, CALENDAR)) is Decision.RECOGNISED


def test_a_social_session_in_order_is_recognised_without_a_person() -> None:
    assert decide(gates(Facts(IN_TIME, SOCIAL, REVIEWED, REPORTED), CALENDAR)) is Decision.RECOGNISED


@pytest.mark.parametrize(
    ("filed_on", "state"),
    [(date(2025, 9, 29), "pass"), (date(2025, 9, 30), "fail")],
    ids=["last day", "a day late"],
)
def test_filing_passes_on_the_last_day_and_fails_the_day_after(filed_on: date, state: str) -> None:
    plan = replace(EMPLOYER, filed_on=filed_on)
    assert states(Facts(IN_TIME, plan, None, NOT_DRAWN))["filed_in_time"] == state


def test_a_plan_admitted_late_passes_with_the_published_reason() -> None:
    plan = replace(EMPLOYER, filed_on=date(2025, 9, 30), admitted_late="台风停工")
    (gate,) = (
        gate for gate in gates(Facts(IN_TIME, plan, None, NOT_DRAWN), CALENDAR) if "filed" in gate.gate
    )
    assert gate.state == "pass"
    assert "台风停工" in gate.detail_zh
    assert "台风停工" in gate.detail_en


@pytest.mark.parametrize(
    ("plan", "received_on", "state"),
    [
        (SOCIAL, date(2025, 10, 31), "pass"),
        (SOCIAL, date(2025, 11, 1), "pass"),  # a Saturday: no further working day has begun
        (SOCIAL, date(2025, 11, 3), "fail"),
        (EMPLOYER, date(2025, 11, 7), "pass"),
        (EMPLOYER, date(2025, 11, 10), "fail"),
    ],
)
def test_recording_passes_up_to_the_limit_of_the_flow(plan: PlanFacts, received_on: date, state: str) -> None:
    facts = Facts(BatchFacts(ENDED, received_on), plan, REVIEWED, REPORTED)
    assert states(facts)["recorded_in_time"] == state


@pytest.mark.parametrize(
    ("supervision", "state"),
    [
        (SupervisionFacts(required=None), "waiting"),
        (SupervisionFacts(required=False), "pass"),
        (SupervisionFacts(required=True), "waiting"),
        (SupervisionFacts(required=True, assigned=True), "waiting"),
        (SupervisionFacts(required=True, assigned=True, verdict="normal"), "pass"),
        (SupervisionFacts(required=True, assigned=True, verdict="rectify"), "fail"),
        (SupervisionFacts(required=True, assigned=True, verdict="stop"), "fail"),
    ],
)
def test_supervision_waits_for_draw_and_report(supervision: SupervisionFacts, state: str) -> None:
    assert states(Facts(IN_TIME, EMPLOYER, None, supervision))["supervision"] == state


@pytest.mark.parametrize(
    ("roster", "state"),
    [
        (None, "waiting"),
        (RosterFacts(approved=0, refused=3, pending=0), "waiting"),
        (RosterFacts(approved=59, refused=0, pending=1), "waiting"),
        (RosterFacts(approved=59, refused=1, pending=0), "pass"),
    ],
)
def test_a_social_roster_must_be_reviewed_to_the_last_candidate(
    roster: RosterFacts | None, state: str
) -> None:
    assert states(Facts(IN_TIME, SOCIAL, roster, REPORTED))["candidates_reviewed"] == state


def test_an_item_without_a_standard_fails() -> None:
    plan = replace(EMPLOYER, standards_named=False)
    assert states(Facts(IN_TIME, plan, None, NOT_DRAWN))["standard"] == "fail"


def test_a_failed_gate_goes_to_a_person_only_when_nothing_waits_any_more() -> None:
    late = replace(EMPLOYER, filed_on=date(2025, 9, 30))
    waiting = Facts(IN_TIME, late, None, SupervisionFacts(required=True))
    assert decide(gates(waiting, CALENDAR)) is Decision.WAITING
    assert decide(gates(replace(waiting, supervision=REPORTED), CALENDAR)) is Decision.NEEDS_PERSON


def test_nothing_is_decided_before_the_plan_has_arrived() -> None:
    assert decide(gates(Facts(IN_TIME, None, REVIEWED, REPORTED), CALENDAR)) is Decision.WAITING


PLANS = [
    EMPLOYER,
    SOCIAL,
    replace(SOCIAL, filed_on=date(2025, 10, 9)),
    replace(EMPLOYER, standards_named=False),
]
ROSTERS = [REVIEWED, RosterFacts(1, 0, 0)]
SUPERVISIONS = [NOT_DRAWN, REPORTED, SupervisionFacts(required=True, assigned=True, verdict="stop")]
BATCHES = [
    IN_TIME,
    BatchFacts(ENDED, date(2026, 1, 5)),
    BatchFacts(ENDED, date(2026, 1, 5), admitted_late="台风停电"),
]


@given(
    st.sampled_from(list(product(PLANS, ROSTERS, SUPERVISIONS, BATCHES))),
    st.permutations(["plan", "roster", "supervision"]),
)
def test_no_order_of_arrival_changes_the_decision(
    complete: tuple[PlanFacts, RosterFacts, SupervisionFacts, BatchFacts], order: list[str]
) -> None:
    plan, roster, supervision, batch = complete
    arriving: dict[str, Any] = {"plan": plan, "roster": roster, "supervision": supervision}
    facts = Facts(batch, None, None, SupervisionFacts(required=None))
    decided = []
    for name in order:
        facts = replace(facts, **{name: arriving[name]})
        decided.append(decide(gates(facts, CALENDAR)))
    final = decide(gates(Facts(batch, plan, roster, supervision), CALENDAR))
    assert decided[-1] is final
    early = [decision for decision in decided[:-1] if decision is not Decision.WAITING]
    assert all(decision is final for decision in early)  # an employer's roster changes nothing


def test_results_admitted_late_count_with_the_published_reason() -> None:
    """Ten working days were allowed by the table of registration; the eleventh is Monday 11-10."""
    late = replace(IN_TIME, received_on=date(2025, 11, 10), workdays_allowed=10)
    assert decide(gates(Facts(late, EMPLOYER, None, NOT_DRAWN), CALENDAR)) is Decision.NEEDS_PERSON
    admitted = replace(late, admitted_late="台风停电")
    found = gates(Facts(admitted, EMPLOYER, None, NOT_DRAWN), CALENDAR)
    (gate,) = (gate for gate in found if gate.gate == "recorded_in_time")
    assert (gate.state, "台风停电" in gate.detail_zh, "台风停电" in gate.detail_en) == ("pass", True, True)
    assert decide(found) is Decision.RECOGNISED


# Each gate of a social session alone, with what it says: (gate, facts that change, state).
LATE_DAY = date(2025, 11, 3)
CASES: dict[str, tuple[tuple[dict[str, Any], str], ...]] = {
    "standard": (({"standards_named": True}, "pass"), ({"standards_named": False}, "fail")),
    "filed_in_time": (
        ({"filed_on": date(2025, 9, 29)}, "pass"),
        ({"filed_on": date(2025, 9, 30)}, "fail"),
        ({"filed_on": date(2025, 9, 30), "admitted_late": "台风"}, "pass"),
    ),
    "candidates_reviewed": (({"pending": 0}, "pass"), ({"pending": 1}, "waiting")),
    "supervision": (
        ({"verdict": "normal"}, "pass"),
        ({"verdict": "rectify"}, "fail"),
        ({"verdict": "stop"}, "fail"),
        ({"verdict": None}, "waiting"),
    ),
    "recorded_in_time": (
        ({"received_on": date(2025, 10, 31)}, "pass"),
        ({"received_on": LATE_DAY}, "fail"),
        ({"received_on": LATE_DAY, "admitted_late": "停电"}, "pass"),
    ),
    "publicity": (
        ({"objections": 0}, "pass"),
        ({"objections": 2, "objections_upheld": 1}, "fail"),
        ({"objections": None}, "waiting"),
    ),
}


def test_every_combination_of_gates_gives_each_gate_its_own_state_and_one_decision() -> None:
    """No gate looks at another's fact; waiting goes before failing, failing before recognition."""
    for standard, filed, reviewed, visited, recorded, public in product(*CASES.values()):
        facts = Facts(
            batch=replace(IN_TIME, public_until=LATE_DAY, **{**recorded[0], **public[0]}),
            plan=replace(SOCIAL, **{**standard[0], **filed[0]}),
            roster=replace(REVIEWED, **reviewed[0]),
            supervision=replace(REPORTED, **visited[0]),
        )
        told = [case[1] for case in (standard, filed, reviewed, visited, recorded, public)]
        found = gates(facts, CALENDAR)
        assert {gate.gate: gate.state for gate in found} == dict(zip(CASES, told, strict=True))
        expected = "waiting" if "waiting" in told else "needs_person" if "fail" in told else "recognised"
        assert decide(found).value == expected


def test_the_limit_that_registration_told_counts_before_the_general_one() -> None:
    batch = replace(IN_TIME, received_on=date(2025, 11, 7), workdays_allowed=10)
    assert states(Facts(batch, SOCIAL, REVIEWED, REPORTED))["recorded_in_time"] == "pass"


@pytest.mark.parametrize(
    ("objections", "upheld", "state"), [(None, 0, "waiting"), (0, 0, "pass"), (3, 0, "pass"), (3, 1, "fail")]
)
def test_published_results_wait_until_the_publicity_has_ended(
    objections: int | None, upheld: int, state: str
) -> None:
    batch = replace(IN_TIME, public_until=date(2025, 11, 3), objections=objections, objections_upheld=upheld)
    assert states(Facts(batch, EMPLOYER, None, NOT_DRAWN))["publicity"] == state


def test_without_publicity_there_is_no_such_gate() -> None:
    assert "publicity" not in states(Facts(IN_TIME, EMPLOYER, None, NOT_DRAWN))
