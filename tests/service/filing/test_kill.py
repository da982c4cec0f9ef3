"""Plans filed at once by many accounts while the filing process is killed: each is filed once or refused once.

`make filings` files 1,000 plans by 50 accounts and kills the process twice.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from common.events.filing import PlanFiled
from common.ids import encode_id, uuid7
from local.service import Service
from tests.service.filing.conftest import started
from tests.service.filing.world import approval, plan
from tests.support.service import service_process, token, trust_test_key
from tests.support.waiting import eventually

PLANS = int(os.environ.get("FILINGS", "100"))
ACCOUNTS = int(os.environ.get("FILING_ACCOUNTS", "10"))
KILLS = int(os.environ.get("FILING_KILLS", "1"))
TOO_LATE_EVERY = 10  # one plan in ten starts too early
NOW = "2031-09-01T10:00:00+08:00"  # a process of its own keeps to a clock that is ahead of real time
IN_TIME, TOO_SOON = "2031-10-25", "2031-09-05"
PAUSE_SECONDS = 0.05
ONCE_MORE = {409, 503}  # the first attempt is still held, or the service is starting


@dataclass
class Crowd:
    """Accounts that file their plans one after the other, and ask again until they are answered."""

    base_url: str
    organisations: list[UUID]
    answers: dict[str, httpx.Response] = field(default_factory=dict)
    bodies: dict[str, tuple[UUID, dict[str, Any]]] = field(default_factory=dict)

    async def file_all(self) -> None:
        each = PLANS // len(self.organisations)
        async with asyncio.TaskGroup() as group:
            for organisation in self.organisations:
                group.create_task(self._account(organisation, each))

    async def _account(self, organisation: UUID, plans: int) -> None:
        account = uuid7()
        async with httpx.AsyncClient(base_url=self.base_url) as client:
            for number in range(plans):
                is_late = number % TOO_LATE_EVERY == TOO_LATE_EVERY - 1
                day = TOO_SOON if is_late else IN_TIME
                body = plan(name=f"第{number}批", starts_on=day, ends_on=day)
                key = str(uuid7())
                self.bodies[key] = organisation, body
                self.answers[key] = await self._answered(client, organisation, account, key, body)

    async def _answered(
        self, client: httpx.AsyncClient, organisation: UUID, account: UUID, key: str, body: dict[str, Any]
    ) -> httpx.Response:
        bearer = token("plan_filer", organisation_id=organisation, account_id=account)
        headers = {"Idempotency-Key": key, "Authorization": f"Bearer {bearer}"}
        while True:
            try:
                answer = await client.post("/filing/v1/plans", json=body, headers=headers)
            except httpx.TransportError:
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            if answer.status_code not in ONCE_MORE:
                return answer
            await asyncio.sleep(PAUSE_SECONDS)

    async def true_now(self) -> bool:
        """Whether every filing that was answered is found as it was answered."""
        async with httpx.AsyncClient(base_url=self.base_url) as client:
            for key, answer in list(self.answers.items()):
                if answer.status_code != 201:
                    continue
                bearer = token("plan_filer", organisation_id=self.bodies[key][0])
                found = await client.get(
                    f"/filing/v1/plans/{answer.json()['id']}", headers={"Authorization": f"Bearer {bearer}"}
                )
                if found.status_code != 200 or found.json()["number"] != answer.json()["number"]:
                    return False
        return True


async def test_each_plan_is_filed_once_or_refused_once_whatever_is_killed(
    database: Callable[[], str], nats_url: str, tmp_path: Path
) -> None:
    url = database()
    async with started(url, nats_url) as filing:
        await filing.be_at(NOW)
        organisations = [
            await filing.approved_organisation(approval(valid_to="2041-12-31")) for _ in range(ACCOUNTS)
        ]
    process = service_process(
        "filing", prefix="FILING", database_url=url, nats_url=nats_url, log=tmp_path / "log"
    )
    await asyncio.to_thread(process.start)
    await trust_test_key(url)
    crowd = Crowd(f"http://127.0.0.1:{process.port}", organisations)
    try:
        filed = asyncio.create_task(crowd.file_all())
        for kill in range(1, KILLS + 1):
            await _kill_at(process, crowd, answers=PLANS * kill // (KILLS + 1))
            assert await crowd.true_now()
        await filed
        assert await crowd.true_now()
    finally:
        await asyncio.to_thread(process.kill)
    late = PLANS // TOO_LATE_EVERY
    assert Counter(answer.status_code for answer in crowd.answers.values()) == {
        201: PLANS - late,
        422: late,
    }
    told = {encode_id("plan", event.plan_id) for event in await _said_of(url, nats_url)}
    assert told == {answer.json()["id"] for answer in crowd.answers.values() if answer.status_code == 201}


async def _kill_at(process: Service, crowd: Crowd, *, answers: int) -> None:
    async def are_there() -> bool | None:
        return len(crowd.answers) >= answers or None

    await eventually(are_there)
    await asyncio.to_thread(process.kill)
    await asyncio.to_thread(process.start)


async def _said_of(url: str, nats_url: str) -> list[PlanFiled]:
    """Every filing told, each once, with a number of its own and no number left out."""
    async with started(url, nats_url) as filing:
        events = [event for event in await filing.said(PlanFiled) if isinstance(event, PlanFiled)]
        assert (await filing.rows())["plan"] == len(events) == PLANS - PLANS // TOO_LATE_EVERY
    assert sorted(event.number for event in events) == [
        f"JS-320104-2031-{serial:06}" for serial in range(1, len(events) + 1)
    ]
    return events
