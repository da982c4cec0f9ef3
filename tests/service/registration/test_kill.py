"""A service process killed in the middle of a batch, again and again: every row is recorded once, in order."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, text

from client.sample import people
from common.clock import Clock
from common.events.filing import PlanAccepted
from common.events.registration import BatchRecorded, ResultsRecorded
from common.ids import encode_id, uuid7
from local.service import Service
from registration.plans.models import PlanFact, StandardFact
from tests.service.registration.world import AFTER, EVALUATED_ON, as_json, said, score, standard
from tests.support.facts import plan_accepted
from tests.support.service import owner_connection, service_process, token, trust_test_key
from tests.support.waiting import eventually

ROWS = 6_000
KILLS = 4
"""With 12 chunks to record, each kill finds some recorded and some to come."""


@pytest.fixture
async def process(
    database: Callable[[], str], nats_url: str, tmp_path: Path
) -> AsyncIterator[tuple[Service, str]]:
    """A registration process that trusts the test's tokens, after the day of the evaluation."""
    url = database()
    service = service_process(
        "registration", prefix="REGISTRATION", database_url=url, nats_url=nats_url, log=tmp_path / "log"
    )
    await asyncio.to_thread(service.start)
    await trust_test_key(url)
    async with owner_connection(url) as connection:
        await connection.execute(
            text("INSERT INTO platform_clock VALUES (1, :offset, now())"), {"offset": _offset(AFTER)}
        )
    try:
        yield service, url
    finally:
        await asyncio.to_thread(service.kill)


def _offset(instant: str) -> int:
    return round((datetime.fromisoformat(instant) - Clock.real_now()).total_seconds())


async def test_a_batch_survives_kill_9_at_any_moment(process: tuple[Service, str]) -> None:
    service, url = process
    plan = plan_accepted(kind="employer", organisation_id=uuid7(), starts_on=EVALUATED_ON)
    await _tell(url, plan)
    crowd = people(ROWS, seed=21)
    headers = _headers(plan)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{service.port}") as client:
        path = f"/registration/v1/plans/{encode_id('plan', plan.plan_id)}/results?on_invalid=accept_valid"

        async def send() -> httpx.Response | None:
            answer = await client.post(path, content=as_json(map(score, crowd)), headers=headers)
            return None if answer.status_code == 409 else answer  # the clock is read every second

        sent = await eventually(send)
        assert sent.status_code == 202, sent.text
        job = sent.json()["id"]
        seen = [0]
        for kill in range(KILLS):
            seen.append(await _progress_past(url, ROWS * kill // (KILLS + 1)))
            await asyncio.to_thread(service.kill)
            await asyncio.to_thread(service.start)
        found = await eventually(lambda: _ended(client, job, headers))
    assert (found["state"], found["done"], found["result"]["accepted"]) == ("completed", ROWS, ROWS)
    assert seen == sorted(seen)
    chunks = [ResultsRecorded.model_validate(one) for one in await said(url, ResultsRecorded)]
    (batch,) = [BatchRecorded.model_validate(one) for one in await said(url, BatchRecorded)]
    told = Counter(row.result_id for chunk in chunks for row in chunk.rows)
    assert len(told) == ROWS
    assert set(told.values()) == {1}
    assert [chunk.chunk for chunk in chunks] == list(range(1, ROWS // 500 + 1))
    assert (batch.rows, batch.chunks) == (ROWS, ROWS // 500)
    async with owner_connection(url) as connection:
        assert await connection.scalar(text("SELECT count(*) FROM result")) == ROWS
        assert await connection.scalar(text("SELECT count(*) FROM person")) == ROWS


def _headers(plan: PlanAccepted) -> dict[str, str]:
    bearer = token("result_recorder", organisation_id=plan.organisation_id)
    return {
        "Authorization": f"Bearer {bearer}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid7()),
    }


async def _tell(url: str, plan: PlanAccepted) -> None:
    """What the service would have heard from filing and catalog."""
    columns = {column.name for column in PlanFact.__table__.columns} - {"items", "examiners"}
    names = columns & type(plan).model_fields.keys()
    row: dict[str, Any] = {name: getattr(plan, name) for name in names}
    row["items"] = [item.model_dump(mode="json") for item in plan.items]
    components = standard(plan.items[0].standard_id).model_dump(mode="json")["components"]
    async with owner_connection(url) as connection:
        await connection.execute(insert(PlanFact).values(row))
        await connection.execute(
            insert(StandardFact).values(
                standard_id=plan.items[0].standard_id, name="标准", components=components
            )
        )


async def _progress_past(url: str, rows: int) -> int:
    async def look() -> int | None:
        async with owner_connection(url) as connection:
            done: int = await connection.scalar(text("SELECT done FROM job")) or 0
        return done if done > rows else None

    return await eventually(look)


async def _ended(client: httpx.AsyncClient, job: str, headers: dict[str, str]) -> dict[str, Any] | None:
    answer = await client.get(f"/registration/v1/jobs/{job}", headers=headers)
    found: dict[str, Any] = answer.json()
    return found if found["state"] in {"completed", "rejected", "failed"} else None
