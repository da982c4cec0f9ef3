"""A creating POST sent twice has one effect and one answer."""

import asyncio
import hashlib
from datetime import timedelta
from typing import Any

import httpx
import pytest

from common.idempotency import purge
from common.ids import uuid7
from tests.support.service import RunningService

THINGS = "/demo/v1/things"


async def post(demo: RunningService, headers: dict[str, str], value: Any, **query: str) -> httpx.Response:
    return await demo.client.post(THINGS, headers=headers, json=value, params=query)


async def test_the_same_request_gets_the_same_answer(demo: RunningService) -> None:
    headers = demo.as_("plan_filer", idempotency_key="new")
    first = await post(demo, headers, {"name": "a", "level": 3})
    again = await post(demo, headers, {"level": 3, "name": "a"})
    assert (first.status_code, "idempotent-replayed" in first.headers) == (201, False)
    assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"] == f"{THINGS}/{first.json()['thing_id']}"


async def test_another_body_under_the_same_key_is_refused(demo: RunningService) -> None:
    headers = demo.as_("plan_filer", idempotency_key="new")
    await post(demo, headers, {"name": "a", "level": 3})
    answer = await post(demo, headers, {"name": "b", "level": 3})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert (await demo.row_counts())["thing"] == 1


async def test_another_query_under_the_same_key_is_another_request(demo: RunningService) -> None:
    headers = demo.as_("plan_filer", idempotency_key="new")
    await post(demo, headers, {"name": "a", "level": 3})
    assert (await post(demo, headers, {"name": "a", "level": 3}, dry_run="true")).status_code == 422


async def test_a_dry_run_does_not_use_up_the_key(demo: RunningService) -> None:
    headers = demo.as_("plan_filer", idempotency_key="new")
    assert (await post(demo, headers, {"name": "a", "level": 3}, dry_run="true")).status_code == 201
    assert (await demo.row_counts())["idempotency"] == 0
    again = await post(demo, headers, {"name": "a", "level": 3})
    assert "idempotent-replayed" not in again.headers


async def test_two_accounts_may_choose_the_same_key(demo: RunningService) -> None:
    first = await post(demo, demo.as_("plan_filer", idempotency_key="k-1"), {"name": "a", "level": 3})
    other = await post(demo, demo.as_("plan_filer", idempotency_key="k-1"), {"name": "b", "level": 3})
    assert (first.status_code, other.status_code) == (201, 201)


async def test_a_refusal_is_not_remembered(demo: RunningService) -> None:
    await post(demo, demo.as_("plan_filer", idempotency_key="new"), {"name": "a", "level": 3})
    headers = demo.as_("plan_filer", idempotency_key="new")
    assert (await post(demo, headers, {"name": "a", "level": 3})).status_code == 409
    assert (await post(demo, headers, {"name": "b", "level": 3})).status_code == 201


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "idempotency-key-missing"),
        ("", "idempotency-key-malformed"),
        ("x" * 256, "idempotency-key-malformed"),
        ("钥匙", "idempotency-key-malformed"),
        ("a\tb", "idempotency-key-malformed"),
    ],
)
async def test_a_key_that_is_none_is_told(demo: RunningService, key: str | None, code: str) -> None:
    headers: dict[str, Any] = {**demo.as_("plan_filer")}
    if key is not None:
        headers["Idempotency-Key"] = key.encode()
    answer = await post(demo, headers, {"name": "a", "level": 3})
    assert (answer.status_code, answer.json()["type"]) == (400, f"/problems/{code}")


async def test_a_key_of_255_characters_is_taken(demo: RunningService) -> None:
    headers = demo.as_("plan_filer", idempotency_key="x" * 255)
    assert (await post(demo, headers, {"name": "a", "level": 3})).status_code == 201


async def test_of_many_at_once_one_does_the_work_and_nobody_gets_another_answer(demo: RunningService) -> None:
    headers = demo.as_("plan_filer", idempotency_key="new")
    answers = await asyncio.gather(*(post(demo, headers, {"name": "a", "level": 3}) for _ in range(8)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["thing_id"] for answer in answers if answer.status_code == 201}) == 1
    in_use = [answer for answer in answers if answer.status_code == 409]
    assert all(answer.json()["type"] == "/problems/idempotency-key-in-use" for answer in in_use)
    assert all(answer.headers["retry-after"] == "1" for answer in in_use)
    assert (await demo.row_counts())["thing"] == 1


async def test_after_thirty_days_a_key_is_forgotten(demo: RunningService) -> None:
    headers = demo.as_("plan_filer", idempotency_key="new")
    await post(demo, headers, {"name": "a", "level": 3})
    demo.platform.clock.set_offset(int(timedelta(days=29, hours=23).total_seconds()))
    assert (await post(demo, headers, {"name": "a", "level": 3})).status_code == 201
    demo.platform.clock.set_offset(int(timedelta(days=30, minutes=1).total_seconds()))
    answer = await post(demo, headers, {"name": "a", "level": 3})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/duplicate")


async def test_the_purge_takes_only_what_is_older_than_thirty_days(demo: RunningService) -> None:
    await post(demo, demo.as_("plan_filer", idempotency_key="new"), {"name": "a", "level": 3})
    now = demo.platform.clock.now()
    async with demo.platform.sessions() as session:
        assert await purge(session, now + timedelta(days=29)) == 0
        assert await purge(session, now + timedelta(days=31)) == 1


async def test_an_upload_is_known_again_by_its_bytes(demo: RunningService) -> None:
    headers = demo.as_("plan_filer", idempotency_key="new") | {"Content-Type": "text/csv"}
    sheet = b"name,level\n" + b"a,3\n" * 100_000
    first = await demo.client.post(f"{THINGS}/upload", headers=headers, content=sheet)
    again = await demo.client.post(f"{THINGS}/upload", headers=headers, content=sheet)
    other = await demo.client.post(f"{THINGS}/upload", headers=headers, content=sheet + b"b,3\n")
    assert (first.status_code, first.json()["size"]) == (202, len(sheet))
    assert first.json()["sha256"] == hashlib.sha256(sheet).hexdigest()
    assert (again.status_code, again.json(), again.headers["idempotent-replayed"]) == (
        202,
        first.json(),
        "true",
    )
    assert other.json()["type"] == "/problems/idempotency-key-reused"


async def test_a_repetition_is_answered_before_any_rule_looks_again(demo: RunningService) -> None:
    """On a public route too: who knows the key and the body gets the answer, not a second judgement."""
    headers = demo.as_("plan_filer", idempotency_key="new")
    first = await post(demo, headers, {"name": "a", "level": 3})
    for name in ("b", "c"):
        await post(demo, demo.as_("plan_filer", idempotency_key="new"), {"name": name, "level": 3})
    assert (await post(demo, headers, {"name": "a", "level": 3})).json() == first.json()


async def test_a_rule_that_refuses_on_a_public_route_stores_nothing(demo: RunningService) -> None:
    created = await post(demo, demo.as_("plan_filer", idempotency_key="new"), {"name": "a", "level": 3})
    before = await demo.row_counts()
    answer = await demo.client.post(
        f"{created.headers['location']}/weighing", headers={"Idempotency-Key": str(uuid7())}
    )
    assert (answer.status_code, answer.json()["article"], answer.json()["limit_kilograms"]) == (
        422,
        "18(1)",
        50,
    )
    assert await demo.row_counts() == before
