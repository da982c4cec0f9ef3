"""One person, one item and level, one place at a time, anywhere in the province (Art. 18)."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import select

from client.sample import people
from common.events.filing import PlanAmended, PlanCancelled, PlanSession
from common.ids import decode_id, encode_id
from common.jobs.models import JobRow
from tests.service.registration.world import EVALUATED_ON, REGION, Registration, as_json, entry
from tests.support.facts import plan_accepted
from tests.support.service import owner_connection

ROUNDS = 200
WANG, LI = people(2, seed=57)
TAKEN = (1, "id_number", "double-registration")
NINE = datetime(2031, 10, 25, 1, tzinfo=UTC)


def neighbour(registration: Registration) -> Registration:
    """Another organisation on the same service."""
    return Registration(registration.service)


def sitting(hours: int, item_code: str = "6-31-01-03") -> PlanSession:
    begin = NINE + timedelta(hours=hours)
    return PlanSession(
        number=1,
        item_code=item_code,
        level=4,
        site_name="第一考点",
        region="320106",
        room="101",
        starts_at=begin,
        ends_at=begin + timedelta(hours=2),
        seats=30,
    )


async def test_of_two_organisations_at_the_same_instant_exactly_one_registers_a_person(
    registration: Registration,
) -> None:
    other = neighbour(registration)
    plans = await registration.accepted("social"), await other.accepted("employer")

    sides = list(zip((registration, other), plans, strict=True))
    jobs: list[list[str]] = []
    sent: list[httpx.Response] = []
    for person in people(ROUNDS, seed=58):
        sent = await asyncio.gather(
            *(
                side.post(
                    f"/plans/{plan}/roster?on_invalid=accept_valid", "plan_filer", as_json([entry(person)])
                )
                for side, plan in sides
            )
        )
        jobs.append([answer.json()["id"] for answer in sent])
    for side, answer in zip((registration, other), sent, strict=True):
        await side.ended(answer)  # a plan's jobs are done in their order
    async with owner_connection(registration.service.database_url) as connection:
        ended = {row.id: row.result for row in await connection.execute(select(JobRow.id, JobRow.result))}
    results = [[ended[decode_id("job", job)] for job in pair] for pair in jobs]
    assert [sorted(one["accepted"] for one in pair) for pair in results] == [[0, 1]] * ROUNDS
    assert [sorted(one["rejected"] for one in pair) for pair in results] == [[0, 1]] * ROUNDS
    assert await registration.count("candidate") == ROUNDS
    for (side, _), job, result in zip(sides, jobs[-1], results[-1], strict=True):
        told = await side.mistakes({"id": job})
        assert told == [TAKEN] * result["rejected"]


async def test_whoever_is_registered_elsewhere_is_told_before_anything_is_kept(
    registration: Registration,
) -> None:
    other = neighbour(registration)
    await registration.roster(await registration.accepted("social"), [entry(WANG)])
    plan = await other.accepted("social")
    for query in ("?dry_run=true", "?on_invalid=reject_all"):
        job = await other.roster(plan, [entry(WANG), entry(LI)], query)
        assert await other.mistakes(job) == [TAKEN]
    assert await other.candidates(plan) == []
    job = await other.roster(plan, [entry(WANG), entry(LI)], "?on_invalid=accept_valid")
    assert (await other.mistakes(job), len(await other.candidates(plan))) == ([TAKEN], 1)


async def test_another_day_is_another_registration(registration: Registration) -> None:
    await registration.roster(await registration.accepted("social"), [entry(WANG)])
    later = await registration.accepted("social", starts_on=EVALUATED_ON + timedelta(days=1))
    assert (await registration.roster(later, [entry(WANG)]))["result"]["accepted"] == 1


async def test_sittings_that_do_not_meet_are_two_registrations(registration: Registration) -> None:
    first = await registration.accepted("social", sessions=(sitting(0),))
    second = await registration.accepted("social", sessions=(sitting(2),))
    third = await registration.accepted("social", sessions=(sitting(1),))
    for plan in (first, second):
        assert (await registration.roster(plan, [entry(WANG)]))["result"]["accepted"] == 1
    assert await registration.mistakes(await registration.roster(third, [entry(WANG)])) == [TAKEN]


async def test_a_person_sits_for_two_occupations_of_a_plan_at_most(registration: Registration) -> None:
    """In one file, over two of them, and sent again (DOMAIN 2)."""
    plan = plan_accepted(organisation_id=registration.organisation, region=REGION, starts_on=EVALUATED_ON)
    names = {"6-31-01-03": "电工", "6-18-02-04": "焊工", "6-18-01-01": "车工"}
    items = tuple(
        plan.items[0].model_copy(update={"item_code": code, "item_name": name})
        for code, name in names.items()
    )
    await registration.hear(plan.model_copy(update={"items": items}))
    plan_id = encode_id("plan", plan.plan_id)
    rows = [entry(WANG, item=name) for name in names.values()] + [entry(LI, item="电工")]
    job = await registration.roster(plan_id, rows, "?on_invalid=accept_valid")
    assert await registration.mistakes(job) == [(3, "item", "too-many-occupations")]
    job = await registration.roster(
        plan_id, [rows[2], rows[1], entry(LI, item="车工")], "?on_invalid=accept_valid"
    )
    assert (job["result"]["accepted"], job["result"]["unchanged"]) == (1, 1)
    assert await registration.mistakes(job) == [(1, "item", "too-many-occupations")]


async def test_a_refusal_sets_the_person_free(registration: Registration) -> None:
    first, second = await registration.accepted("social"), await registration.accepted("social")
    await registration.roster(first, [entry(WANG)])
    (candidate,) = await registration.candidates(first)
    await registration.review(first, refuse=[{"candidate_id": candidate["id"], "reason": "资料不全"}])
    assert (await registration.roster(second, [entry(WANG)]))["result"]["accepted"] == 1
    again = await registration.roster(second, [entry(WANG)])
    assert (again["state"], again["result"]["unchanged"]) == ("completed", 1)


async def test_a_plan_that_is_cancelled_sets_everybody_free(registration: Registration) -> None:
    first, second = await registration.accepted("social"), await registration.accepted("social")
    await registration.roster(first, [entry(WANG)])
    await registration.hear(
        PlanCancelled(
            plan_id=decode_id("plan", first),
            organisation_id=registration.organisation,
            side="centre",
            reason="场地不具备条件",
            cancelled_at=datetime(2031, 10, 2, tzinfo=UTC),
        )
    )
    assert (await registration.roster(second, [entry(WANG)]))["result"]["accepted"] == 1


async def test_a_plan_that_is_moved_takes_its_candidates_along(registration: Registration) -> None:
    """Who is registered elsewhere on the new days stays on both lists, and the reviewers see it."""
    tomorrow = EVALUATED_ON + timedelta(days=1)
    plan = plan_accepted(organisation_id=registration.organisation, region=REGION, starts_on=EVALUATED_ON)
    first = encode_id("plan", plan.plan_id)
    await registration.hear(plan)
    second = await registration.accepted("social", starts_on=tomorrow)
    await registration.roster(first, [entry(WANG), entry(LI)])
    await registration.roster(second, [entry(WANG)])
    moved = plan.model_dump() | {"starts_on": tomorrow, "ends_on": tomorrow}
    await registration.hear(
        PlanAmended.model_validate(moved | {"number_of_amendment": 1, "changes": ("first_day_later",)})
    )
    wang, li = await registration.candidates(first)
    assert (wang["alarms"], li["alarms"]) == (["double-registration"], [])
    third = await registration.accepted("social")
    job = await registration.roster(third, [entry(WANG), entry(LI)])
    assert job["result"]["accepted"] == 2
    later = await registration.accepted("social", starts_on=tomorrow)
    job = await registration.roster(later, [entry(LI)])
    assert await registration.mistakes(job) == [TAKEN]
