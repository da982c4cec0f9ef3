"""The warehouse on real servers, and a hand that does its jobs' steps one by one."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from common.ids import uuid7
from common.jobs.runner import do_step
from tests.service.jobs.warehouse import KINDS, create_app
from tests.support.demo.main import DemoSettings, Thing
from tests.support.service import RunningService, running_service


@dataclass
class Warehouse:
    """What the tests of jobs say and see. `organisation`, `account`: whose calls these are unless told otherwise."""

    service: RunningService
    organisation: UUID = field(default_factory=uuid7)
    account: UUID = field(default_factory=uuid7)

    def headers(self, role: str = "plan_filer", **about: Any) -> dict[str, str]:
        who = {"organisation_id": self.organisation, "account_id": self.account} | about
        return self.service.as_(role, idempotency_key="new", **who) | {"Accept-Language": "en"}

    async def offer(
        self, content: str | bytes, *, shelf: str = "a", kind: str = "text/csv", query: str = "", **about: Any
    ) -> httpx.Response:
        return await self.service.client.post(
            f"/demo/v1/things/{shelf}{query}",
            content=content,
            headers=self.headers(**about) | {"Content-Type": kind},
        )

    async def send(self, content: str | bytes, **about: Any) -> dict[str, Any]:
        answer = await self.offer(content, **about)
        assert answer.status_code == 202, answer.text
        job: dict[str, Any] = answer.json()
        assert answer.headers["location"] == f"/demo/v1/jobs/{job['id']}"
        return job

    async def get(self, job: dict[str, Any], path: str = "", **about: Any) -> httpx.Response:
        return await self.service.client.get(
            f"/demo/v1/jobs/{job['id']}{path}", headers=self.headers(**about)
        )

    async def cancel(self, job: dict[str, Any]) -> httpx.Response:
        return await self.service.client.post(
            f"/demo/v1/jobs/{job['id']}/cancellation", headers=self.headers()
        )

    async def state(self, job: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = (await self.get(job)).json()
        return found

    async def step(self) -> bool:
        return await do_step(self.service.platform, KINDS)

    async def work_off(self) -> None:
        while await self.step():
            pass

    async def things(self) -> list[str]:
        async with self.service.platform.sessions() as session:
            return list(await session.scalars(select(Thing.name).order_by(Thing.name)))


@pytest.fixture
async def warehouse(database: Callable[[], str], nats_url: str) -> AsyncIterator[Warehouse]:
    async with running_service(
        create_app, DemoSettings, database_url=database(), nats_url=nats_url
    ) as service:
        yield Warehouse(service)


def sheet(count: int, *, first: int = 0, extra: str = "") -> str:
    """A CSV sheet of things T00000, T00001, …"""
    return "名称,等级\n" + "".join(f"T{number:05},5\n" for number in range(first, first + count)) + extra
