"""Complaints on real servers: sealed, taken up and answered in time, seen by the centre and by their token."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from audit.complaints import api
from audit.main import create_app
from audit.settings import AuditSettings
from common.journal import JournalRow
from local.postgres import Postgres
from tests.support.service import RunningService, owner_connection, running_service

pytestmark = pytest.mark.asyncio(loop_scope="module")
V1 = "/audit/v1/complaints"
COMPLAINT = {
    "subject": "organisation",
    "about": "南京某技能评价服务有限公司",
    "region": "320106",
    "text": "考试当天没有督导员到场，考评员中途离开。",
    "contact": "13900000000",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def audit(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[RunningService]:
    url = postgres.create_database(next(database_names))
    async with running_service(
        create_app, AuditSettings, database_url=url, nats_url=new_nats_url()
    ) as running:
        yield running


async def complained(audit: RunningService, **changes: Any) -> dict[str, Any]:
    api.rate._buckets.clear()
    answer = await audit.client.post(
        V1, json=COMPLAINT | changes, headers={"Idempotency-Key": "new-" + str(id(changes))}
    )
    assert answer.status_code == 201, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


async def act(
    audit: RunningService, receipt: dict[str, Any], what: str, content: Any, **about: Any
) -> httpx.Response:
    headers = audit.as_("centre_head", idempotency_key="new", **({"region": "320106"} | about))
    return await audit.client.post(f"{V1}/{receipt['id']}/{what}", json=content, headers=headers)


async def state(audit: RunningService, receipt: dict[str, Any]) -> dict[str, Any]:
    answer = await audit.client.get(
        f"{V1}/{receipt['id']}/state", headers={"Complaint-Token": receipt["token"]}
    )
    found: dict[str, Any] = answer.json()
    return found


async def test_a_complaint_is_taken_up_and_answered_and_its_token_shows_how_it_stands(
    audit: RunningService,
) -> None:
    receipt = await complained(audit)
    assert (await state(audit, receipt))["state"] == "received"
    early = await act(audit, receipt, "answer", {"outcome": "founded", "reply": "经查属实，已依规处理。"})
    assert early.status_code == 409
    assert (
        await act(audit, receipt, "acknowledgement", {"accepted": True, "reply": "已受理。"})
    ).status_code == 201
    answered = await act(audit, receipt, "answer", {"outcome": "founded", "reply": "经查属实，已依规处理。"})
    assert answered.status_code == 201
    now = await state(audit, receipt)
    assert (now["state"], now["outcome"], now["overdue"]) == ("answered", "founded", False)


async def test_only_the_centre_of_the_place_reads_what_it_says(audit: RunningService) -> None:
    receipt = await complained(audit, text="考场在居民楼内，没有任何设备，望核查。")
    detail = await audit.client.get(
        f"{V1}/{receipt['id']}", headers=audit.as_("centre_head", region="320106")
    )
    assert (detail.json()["text"], detail.json()["contact"]) == (
        "考场在居民楼内，没有任何设备，望核查。",
        "13900000000",
    )
    elsewhere = await audit.client.get(
        f"{V1}/{receipt['id']}", headers=audit.as_("centre_head", region="320500")
    )
    assert elsewhere.status_code == 404
    wrong = await audit.client.get(f"{V1}/{receipt['id']}/state", headers={"Complaint-Token": "x" * 32})
    assert (wrong.status_code, wrong.json()["type"]) == (404, "/problems/not-found")


async def test_neither_tables_nor_events_tell_who_complained_or_of_what(audit: RunningService) -> None:
    await complained(audit, contact="王小明 13911112222", about="某某学院")
    async with owner_connection(audit.database_url) as connection:
        stored = (await connection.scalars(text("SELECT t::text FROM complaint t"))).all()
    async with audit.platform.sessions() as session:
        told = (await session.scalars(text(f"SELECT body FROM {JournalRow.__tablename__}"))).all()
    for telling in ("王小明", "13911112222", "某某学院", "13900000000"):
        assert not any(telling in row for row in (*stored, *told))
