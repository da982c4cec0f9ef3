"""What registration's service tests say and see: a running service, plans that filing accepted, made-up people."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import ceil
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from client.sample import Person
from common.clock import Clock, on_clock_moved
from common.events import Event
from common.events.catalog import ClockMoved, Component, StandardInForce
from common.events.filing import PlanAccepted, PlanKind
from common.ids import encode_id, uuid7
from common.unit_of_work import UnitOfWork
from tests.support.events import Publishers
from tests.support.facts import plan_accepted
from tests.support.service import RunningService, owner_connection
from tests.support.waiting import eventually

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON = "application/json"
EVALUATED_ON = date(2031, 10, 25)  # to come: the sandbox clock only goes forward from real time
BEFORE = "2031-10-01T09:00:00+08:00"
AFTER = "2031-10-27T09:00:00+08:00"
REGION = "320106"
TWO_PARTS = (Component(part="theory"), Component(part="skill"))
ENDED = {"completed", "rejected", "failed", "cancelled"}


@dataclass
class Registration:
    """A running registration service and the ways in which tests speak to it."""

    service: RunningService
    organisation: UUID = field(default_factory=uuid7)
    recorder: UUID = field(default_factory=uuid7)
    _plans: list[PlanAccepted] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._publishers = Publishers(self.service)

    # ── what happened elsewhere ──────────────────────────────────────────────────────────────
    async def be_at(self, instant: str) -> None:
        """Let the platform's clock stand at this instant, as the catalog would tell it."""
        offset = ceil((datetime.fromisoformat(instant) - Clock.real_now()).total_seconds())
        async with UnitOfWork(self.service.platform.sessions, self.service.platform.clock) as uow:
            await on_clock_moved(uow, ClockMoved(offset_seconds=offset))
            await uow.commit()
        self.service.platform.clock.set_offset(offset)

    async def accepted(self, kind: PlanKind, **changes: Any) -> str:
        """The id of a plan of the tests' organisation that filing accepted, its standard known."""
        standing = {"organisation_id": self.organisation, "region": REGION, "starts_on": EVALUATED_ON}
        plan = plan_accepted(kind=kind, **(standing | changes))
        await self._publishers.deliver(plan)
        await self._publishers.deliver(*(standard(item.standard_id) for item in plan.items))
        return encode_id("plan", plan.plan_id)

    async def hear(self, *events: Event) -> None:
        await self._publishers.deliver(*events)

    # ── calls ────────────────────────────────────────────────────────────────────────────────
    def headers(self, role: str | None, **about: Any) -> dict[str, str]:
        who = {
            "plan_filer": {"organisation_id": self.organisation},
            "organisation_reader": {"organisation_id": self.organisation},
            "result_recorder": {"organisation_id": self.organisation, "account_id": self.recorder},
            "centre_reviewer": {"region": "320100"},
        }.get(role or "", {}) | about
        plain = {"Accept-Language": "en", "Idempotency-Key": str(uuid7())}
        return plain if role is None else plain | self.service.as_(role, **who)

    async def get(self, path: str, role: str | None = "plan_filer", **about: Any) -> httpx.Response:
        return await self.service.client.get(f"/registration/v1{path}", headers=self.headers(role, **about))

    async def post(
        self, path: str, role: str | None, content: bytes | str, kind: str = JSON, **about: Any
    ) -> httpx.Response:
        headers = self.headers(role, **about) | {"Content-Type": kind}
        return await self.service.client.post(f"/registration/v1{path}", content=content, headers=headers)

    async def ended(self, answer: httpx.Response) -> dict[str, Any]:
        """The job that an upload was answered with, when it has come to its end."""
        assert answer.status_code == 202, answer.text
        path = f"/jobs/{answer.json()['id']}"

        async def look() -> dict[str, Any] | None:
            job: dict[str, Any] = (await self.get(path)).json()
            return job if job["state"] in ENDED else None

        return await eventually(look)

    async def roster(
        self, plan: str, rows: Sequence[dict[str, Any]], query: str = "", **about: Any
    ) -> dict[str, Any]:
        answer = await self.post(f"/plans/{plan}/roster{query}", "plan_filer", as_json(rows), **about)
        return await self.ended(answer)

    async def results(self, plan: str, rows: Sequence[dict[str, Any]], query: str = "") -> dict[str, Any]:
        return await self.ended(
            await self.post(f"/plans/{plan}/results{query}", "result_recorder", as_json(rows))
        )

    async def review(self, plan: str, **body: Any) -> httpx.Response:
        return await self.post(f"/plans/{plan}/review", "centre_reviewer", json.dumps(body))

    async def mistakes(self, job: dict[str, Any]) -> list[tuple[int | None, str | None, str]]:
        """Row, column and code of every mistake."""
        items = (await self.get(f"/jobs/{job['id']}/errors?limit=200")).json()["items"]
        return [(item["row"], item["column"], item["code"]) for item in items]

    async def candidates(self, plan: str, query: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.get(f"/plans/{plan}/candidates{query}")).json()["items"]
        return found

    # ── a look behind it ─────────────────────────────────────────────────────────────────────
    async def said(self, kind: type[Event]) -> list[Any]:
        return [kind.model_validate(data) for data in await said(self.service.database_url, kind)]

    async def count(self, table: str) -> int:
        return (await self.service.row_counts())[table]


async def said(database_url: str, kind: type[Event]) -> Sequence[Any]:
    """The data of every event of a type, in its order, whether the relay has taken it on or not."""
    query = text(
        "SELECT data FROM (SELECT body::jsonb -> 'data' AS data, body::jsonb ->> 'type' AS type,"
        " position, 0 AS id FROM journal UNION ALL SELECT data, type, 1e18, id FROM outbox) AS said"
        " WHERE type = :type ORDER BY position, id"
    )
    async with owner_connection(database_url) as connection:
        return (await connection.scalars(query, {"type": kind.type})).all()


def standard(standard_id: UUID) -> StandardInForce:
    """A standard of two parts, 60 of 100 in each, for all levels."""
    return StandardInForce(
        standard_id=standard_id,
        name="国家职业技能标准·电工",
        kind="national",
        item_code="6-31-01-03",
        levels=(5, 4, 3, 2, 1),
        components={str(level): TWO_PARTS for level in range(1, 6)},
        valid_from=date(2020, 1, 1),
    )


def as_json(rows: Iterable[dict[str, Any]]) -> str:
    return json.dumps(list(rows), ensure_ascii=False)


def entry(person: Person, **changes: Any) -> dict[str, Any]:
    """A row of a roster."""
    return {"name": person.name, "id_number": person.id_number, "level": 4} | changes


def score(person: Person, **changes: Any) -> dict[str, Any]:
    """A row of results: passed."""
    return entry(person) | {"theory": 80, "skill": 75.5, "ethics": "合格"} | changes
