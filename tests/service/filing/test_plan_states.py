"""No sequence of calls by any roles brings a plan into a state that the policy forbids (Art. 12, 18(1), 22).

The machine plays filers, centres of three counties, a city and another city, the clock and audit; what it knows of each
plan comes from the answers alone, and after each step the policy is asked of what filing shows.
"""

import asyncio
from collections.abc import Coroutine
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from common.clock import SHANGHAI, Clock
from common.events.audit import OrganisationCleared, OrganisationListed
from common.ids import uuid7
from tests.service.filing.world import Filing, plan, plan_item, team

T = TypeVar("T")
FIRST_DAY = date(2025, 9, 29)
LAST_DAYS = {
    "2025-10-25": date(2025, 9, 29),
    "2025-10-28": date(2025, 9, 30),
    "2025-10-31": date(2025, 10, 11),
}
"""First days of evaluation and the last day to file each, worked out on the calendar of 2025 by hand."""
CENTRES = ("320104", "320100", "320100", "320000", "320200")
COUNTIES = ("320104", "320106")
FINAL = {"rejected", "cancelled"}
EXAMPLES, STEPS = 15, 20


class Plans(RuleBasedStateMachine):
    """One employer's plans; `world` and `loop` are given by the test."""

    world: ClassVar[Filing]
    loop: ClassVar[asyncio.AbstractEventLoop]
    serial: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.today = FIRST_DAY
        self.measure: str | None = None
        self.plans: dict[str, dict[str, Any]] = {}
        self.stand_at(FIRST_DAY)
        self.employer: UUID = self.do(self.world.approved_organisation())

    def do(self, call: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(call, self.loop).result()

    def stand_at(self, day: date) -> None:
        """Move the running service's clock alone: what is stored never goes back, and each run begins anew."""
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)
        self.world.service.platform.clock._offset = noon - Clock.real_now()

    def chosen(self, number: int) -> str | None:
        known = list(self.plans)
        return known[number % len(known)] if known else None

    def body(self, name: str, start: str, county: str, **changes: Any) -> dict[str, Any]:
        site = {"name": "一号车间", "region": county, "address": "南京市光华路1号"}
        return plan(name=name, starts_on=start, ends_on=start, site=site, **changes)

    def see(self, plan_id: str) -> dict[str, Any]:
        answer = self.do(
            self.world.get(f"/plans/{plan_id}", role="organisation_reader", organisation_id=self.employer)
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json() | {"tag": answer.headers["ETag"]}
        return found

    # ── what people do ───────────────────────────────────────────────────────────────────────
    @rule(start=st.sampled_from(sorted(LAST_DAYS)), county=st.sampled_from(COUNTIES))
    def file(self, start: str, county: str) -> None:
        Plans.serial += 1
        body = self.body(f"第{Plans.serial}批", start, county)
        answer = self.do(self.world.post("/plans", body, role="plan_filer", organisation_id=self.employer))
        may = self.measure is None and self.today <= LAST_DAYS[start]
        assert (answer.status_code == 201) == may, answer.text
        if may:
            self.plans[answer.json()["id"]] = answer.json()

    @rule(
        number=st.integers(0, 9),
        centre=st.sampled_from(CENTRES),
        decision=st.sampled_from(("accept", "accept", "return", "accept", "return", "reject")),
    )
    def decide(self, number: int, centre: str, decision: str) -> None:
        plan_id = self.chosen(number)
        if plan_id is None:
            return
        before = self.see(plan_id)
        reasons = [] if decision == "accept" else [{"field": "/site", "reason": "场地"}]
        body = {"decision": decision, "reasons": reasons}
        answer = self.do(
            self.world.post(f"/plans/{plan_id}/decision", body, role="centre_reviewer", region=centre)
        )
        in_charge = before["site"]["region"].startswith(centre.rstrip("0"))
        begun = self.today >= date.fromisoformat(before["starts_on"])
        barred = decision == "accept" and (begun or self.measure is not None)
        assert (answer.status_code == 201) == (in_charge and before["state"] == "filed" and not barred)

    @rule(
        number=st.integers(0, 9),
        start=st.sampled_from(sorted(LAST_DAYS)),
        county=st.sampled_from(COUNTIES),
        levels=st.sampled_from(((4,), (4, 3))),
        size=st.sampled_from((3, 5)),
        route=st.sampled_from(("mend", "amend")),
    )
    def change(
        self, number: int, start: str, county: str, levels: tuple[int, ...], size: int, route: str
    ) -> None:
        plan_id = self.chosen(number)
        if plan_id is None:
            return
        before = self.see(plan_id)
        items = [plan_item(level=level) for level in levels]
        body = self.body(before["name"], start, county, items=items, examiners=team(size))
        headers = self.world.service.as_(
            "plan_filer", organisation_id=self.employer, idempotency_key=str(uuid7())
        ) | {"If-Match": before["tag"]}
        path = f"/filing/v1/plans/{plan_id}"
        if route == "mend":
            answer = self.do(self.world.client.put(path, json=body, headers=headers))
            needed = "returned"
        else:
            del body["contact"]
            answer = self.do(self.world.client.post(f"{path}/amendments", json=body, headers=headers))
            needed = "accepted"
        if answer.is_success:
            assert before["state"] == needed
            assert self.measure is None
        assert answer.status_code < 500

    @rule(number=st.integers(0, 9), centre=st.sampled_from(CENTRES), accept=st.booleans())
    def decide_amendment(self, number: int, centre: str, accept: bool) -> None:
        plan_id = self.chosen(number)
        if plan_id is None:
            return
        body = {"accept": accept, "reason": "场地"}
        path = f"/plans/{plan_id}/amendments/1/decision"
        answer = self.do(self.world.post(path, body, role="centre_reviewer", region=centre))
        if answer.status_code == 201:
            assert answer.json()["region"].startswith(centre.rstrip("0"))
            assert not accept or self.measure is None

    @rule(number=st.integers(0, 9), centre=st.none() | st.sampled_from(CENTRES))
    def cancel(self, number: int, centre: str | None) -> None:
        plan_id = self.chosen(number)
        if plan_id is None:
            return
        before = self.see(plan_id)
        reason = {"reason": "生产任务调整"}
        if centre is None:
            by_body: dict[str, Any] = {"role": "plan_filer", "organisation_id": self.employer}
            answer = self.do(self.world.post(f"/plans/{plan_id}/withdrawal", reason, **by_body))
            in_time = self.today < date.fromisoformat(before["starts_on"])
            may = in_time and before["state"] not in FINAL
            assert (answer.status_code == 201) == may
        else:
            by_centre: dict[str, Any] = {"role": "centre_reviewer", "region": centre}
            answer = self.do(self.world.post(f"/plans/{plan_id}/cancellation", reason, **by_centre))
            if answer.status_code == 201:
                assert before["site"]["region"].startswith(centre.rstrip("0"))

    @rule(days=st.integers(1, 6))
    def wait(self, days: int) -> None:
        self.today += timedelta(days=days)
        self.stand_at(self.today)

    @precondition(lambda self: self.plans)
    @rule()
    def list_or_clear(self) -> None:
        case = self.measure
        if case is None:
            self.measure = f"苏技评监〔2025〕{uuid7()}号"
            event: Any = OrganisationListed(
                organisation_id=self.employer,
                measure="abnormal",
                valid_from=self.today,
                valid_to=None,
                case=self.measure,
                plans="freeze",
            )
        else:
            self.measure = None
            event = OrganisationCleared(organisation_id=self.employer, case=case, cleared_on=self.today)
        self.do(self.world.hear(event))

    # ── what the policy asks ─────────────────────────────────────────────────────────────────
    @invariant()
    def the_policy_holds(self) -> None:
        for plan_id, before in self.plans.items():
            now = self.see(plan_id)
            if before["state"] in FINAL:
                assert now == before or "tag" not in before
                assert now["state"] == before["state"]
            if now["state"] == "accepted":
                assert date.fromisoformat(now["filed_on"]) <= LAST_DAYS[now["starts_on"]]
                if before["state"] != "accepted":
                    assert self.measure is None
                    assert self.today < date.fromisoformat(now["starts_on"])
            if before["state"] == "accepted":
                assert now["state"] in {"accepted", "cancelled"}
            self.plans[plan_id] = now


async def test_no_sequence_of_calls_reaches_a_state_that_the_policy_forbids(filing: Filing) -> None:
    Plans.world, Plans.loop = filing, asyncio.get_running_loop()
    await asyncio.to_thread(
        run_state_machine_as_test,
        Plans,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
