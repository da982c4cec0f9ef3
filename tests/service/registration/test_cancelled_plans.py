"""A plan that was amended or cancelled after its acceptance (decision record 41)."""

from datetime import date, datetime

from client.sample import people
from common.events.filing import PlanAmended, PlanCancelled
from common.ids import decode_id, encode_id, uuid7
from tests.service.registration.world import AFTER, REGION, Registration, as_json, entry, score
from tests.support.facts import plan_accepted

WANG = people(1, seed=3)[0]


async def test_a_cancelled_plan_takes_in_neither_rosters_nor_results(registration: Registration) -> None:
    plan = await registration.accepted("employer")
    await registration.hear(
        PlanCancelled(
            plan_id=decode_id("plan", plan),
            organisation_id=registration.organisation,
            side="centre",
            reason="场地不具备条件",
            cancelled_at=datetime.fromisoformat("2031-10-20T09:00:00+08:00"),
        )
    )
    roster = await registration.post(f"/plans/{plan}/roster", "plan_filer", as_json([entry(WANG)]))
    await registration.be_at(AFTER)
    results = await registration.post(f"/plans/{plan}/results", "result_recorder", as_json([score(WANG)]))
    for answer in (roster, results):
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/state-conflict")
        assert answer.json()["title"] == "The plan is cancelled"
    assert await registration.count("candidate") == await registration.count("batch") == 0


async def test_an_amended_plan_counts_as_it_stands_now(registration: Registration) -> None:
    first = plan_accepted(
        kind="social",
        organisation_id=registration.organisation,
        region=REGION,
        starts_on=date(2031, 10, 25),
        plan_id=uuid7(),
    )
    later = first.model_dump() | {"starts_on": date(2031, 10, 27), "ends_on": date(2031, 10, 28)}
    await registration.hear(
        first, PlanAmended.model_validate(later | {"number_of_amendment": 1, "changes": ("first_day_later",)})
    )
    await registration.be_at("2031-10-26T09:00:00+08:00")
    path = f"/plans/{encode_id('plan', first.plan_id)}/roster"
    assert (await registration.post(path, "plan_filer", as_json([entry(WANG)]))).status_code == 202
