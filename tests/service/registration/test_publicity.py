"""Results before the public (公示), where a province asks for it: anybody objects, the centre decides, then it ends."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import date

import pytest
from sqlalchemy import text

from client.sample import people
from common.events.registration import BatchRecorded, ObjectionDecided, ObjectionRaised, ResultsPublicityEnded
from registration.main import create_app
from registration.settings import RegistrationSettings
from tests.service.registration.world import AFTER, BEFORE, Registration, score
from tests.support.service import owner_connection, running_service
from tests.support.waiting import eventually

WANG, LI = people(2, seed=7)
OBJECTION = {"reason": "该考生当日未到场参加考核", "contact": "025-12345678"}
# Recorded on Monday 2031-10-27; the fifth working day after it is Monday 11-03.
DAY_AFTER = "2031-11-04T09:00:00+08:00"


@pytest.fixture
async def publishing(database: Callable[[], str], nats_url: str) -> AsyncIterator[Registration]:
    """A service of a province that puts results before the public."""
    async with running_service(
        create_app, RegistrationSettings, database_url=database(), nats_url=nats_url, publicity=True
    ) as service:
        running = Registration(service)
        await running.be_at(BEFORE)
        yield running


async def test_results_are_public_masked_and_end_when_every_objection_is_decided(
    publishing: Registration,
) -> None:
    plan = await publishing.accepted("employer")
    await publishing.be_at(AFTER)
    job = await publishing.results(plan, [score(WANG), score(LI, skill=59)])
    batch = job["result"]["batch_id"]
    (recorded,) = await publishing.said(BatchRecorded)
    assert recorded.public_until == date(2031, 11, 3)

    listed = (await publishing.get("/publicity", role=None)).json()["items"]
    assert [(one["batch_id"], one["passed"], one["public_until"]) for one in listed] == [
        (batch, 1, "2031-11-03")
    ]
    shown = await publishing.get(f"/batches/{batch}/publicity", role=None)
    (passed,) = shown.json()["items"]
    assert (set(passed), passed["level"]) == ({"name", "item_code", "level"}, 4)
    assert (passed["name"][:2], WANG.name in shown.text) == (f"{WANG.name[0]}*", False)

    raised = await publishing.post(f"/batches/{batch}/objections", None, json.dumps(OBJECTION))
    assert (raised.status_code, raised.json()["state"]) == (201, "raised")
    assert (await publishing.said(ObjectionRaised))[0].batch_id == recorded.batch_id
    objection = f"/objections/{raised.json()['id']}"
    acknowledged = await publishing.post(f"{objection}/acknowledgement", "centre_reviewer", "")
    assert acknowledged.json()["state"] == "acknowledged"
    (detail,) = (await publishing.get(f"/batches/{batch}/objections", "centre_reviewer")).json()["items"]
    assert {name: detail[name] for name in OBJECTION} == OBJECTION
    elsewhere = await publishing.get(f"/batches/{batch}/objections", "centre_reviewer", region="320500")
    assert elsewhere.status_code == 404
    async with owner_connection(publishing.service.database_url) as connection:
        tables = await connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        for table in tables.all():
            stored = "\n".join((await connection.scalars(text(f'SELECT t::text FROM "{table}" AS t'))).all())
            for secret in OBJECTION.values():
                assert secret not in stored, table

    await publishing.be_at(DAY_AFTER)
    over = await publishing.post(f"/batches/{batch}/objections", None, json.dumps(OBJECTION))
    assert (over.status_code, over.json()["public_until"]) == (409, "2031-11-03")
    assert (await publishing.get(f"/batches/{batch}/publicity", role=None)).status_code == 404
    assert await publishing.said(ResultsPublicityEnded) == []  # one objection waits

    decision = json.dumps({"uphold": False, "reason": "经查考场录像,该考生到场参加了考核"})
    decided = await publishing.post(f"{objection}/decision", "centre_reviewer", decision)
    assert (decided.status_code, decided.json()["state"]) == (201, "dismissed")
    assert (await publishing.post(f"{objection}/decision", "centre_reviewer", decision)).status_code == 409
    public = (await publishing.get(objection, role=None)).json()
    assert (public["state"], "reason" in public, "contact" in public) == ("dismissed", False, False)
    (told,) = await publishing.said(ObjectionDecided)
    assert told.upheld is False

    async def look() -> list[ResultsPublicityEnded] | None:
        return await publishing.said(ResultsPublicityEnded) or None

    ended = await eventually(look)
    assert [(one.objections, one.upheld, one.public_until) for one in ended] == [(1, 0, date(2031, 11, 3))]


async def test_without_the_setting_nothing_is_published(registration: Registration) -> None:
    plan = await registration.accepted("employer")
    await registration.be_at(AFTER)
    job = await registration.results(plan, [score(WANG)])
    batch = job["result"]["batch_id"]
    assert (await registration.said(BatchRecorded))[0].public_until is None
    assert (await registration.get("/publicity", role=None)).json()["items"] == []
    assert (await registration.get(f"/batches/{batch}/publicity", role=None)).status_code == 404
    refused = await registration.post(f"/batches/{batch}/objections", None, json.dumps(OBJECTION))
    assert refused.status_code == 404
