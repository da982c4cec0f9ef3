"""Counties recommend enterprises within their quota, the city picks once, everybody reads what was picked."""

import random
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from client.sample import uscc as made_up
from common.ids import uuid7
from tests.service.catalog.world import BASE, Catalog

CITY, COUNTY, OTHER, FOREIGN = "320100", "320106", "320104", "320205"
RNG = random.Random(30)


async def send(
    catalog: Catalog, path: str, body: dict[str, Any], region: str | None, role: str = "centre_head"
) -> httpx.Response:
    about = {"region": region} if region else {}
    headers = catalog.service.as_(role if region else "authority", **about) | {
        "Idempotency-Key": str(uuid7())
    }
    return await catalog.service.client.post(f"{BASE}{path}", json=body, headers=headers)


@pytest.fixture
async def call(catalog: Catalog) -> str:
    day = date.fromisoformat((await catalog.read("/clock"))["today"])
    body = {
        "title": "试点企业推荐",
        "per_county": 2,
        "per_city": 3,
        "deadline": day.isoformat(),
        "pick_deadline": (day + timedelta(1)).isoformat(),
    }
    answer = await send(catalog, "/recommendation-calls", body, None)
    assert answer.status_code == 201, answer.text
    return f"/recommendation-calls/{answer.json()['id']}"


def enterprise(**changes: Any) -> dict[str, Any]:
    return {"uscc": made_up(RNG), "name": "江苏长江机械有限公司", "reason": "已建立内部等级制度。"} | changes


async def recommended(catalog: Catalog, call: str, region: str) -> str:
    answer = await send(catalog, f"{call}/recommendations", enterprise(), region)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_counties_recommend_and_the_city_picks(catalog: Catalog, call: str) -> None:
    ours = [await recommended(catalog, call, COUNTY) for _ in range(2)]
    theirs = await recommended(catalog, call, OTHER)
    elsewhere = await recommended(catalog, call, FOREIGN)
    over = await send(catalog, f"{call}/recommendations", enterprise(), COUNTY)
    assert (over.status_code, over.json()["type"]) == (422, "/problems/quota-exceeded")
    withdrawn = await send(catalog, f"{call}/recommendations/{ours[1]}/withdrawal", {}, COUNTY)
    assert withdrawn.status_code == 201
    again = await recommended(catalog, call, COUNTY)
    body = {"recommendation_ids": [ours[0], again, theirs], "reason": "覆盖重点行业。"}
    assert (await send(catalog, f"{call}/picks", body, CITY)).status_code == 409  # still taken
    await catalog.move_clock({"advance_days": 1})
    foreign = await send(catalog, f"{call}/picks", body | {"recommendation_ids": [ours[1], elsewhere]}, CITY)
    assert [error["code"] for error in foreign.json()["errors"]] == ["recommendation-unknown"] * 2
    picked = await send(catalog, f"{call}/picks", body, CITY)
    assert picked.status_code == 201, picked.text
    public = (await catalog.read(f"{call}/picks"))["items"]
    assert {(one["id"], one["picked_for"]) for one in public} == {
        (one, CITY) for one in (ours[0], again, theirs)
    }
    (event,) = await catalog.said("enterprises.picked")
    assert (event["city"], len(event["enterprises"])) == (CITY, 3)
    assert (await send(catalog, f"{call}/picks", body, CITY)).status_code == 409
    late = await send(catalog, f"{call}/recommendations", enterprise(), OTHER)
    assert (late.status_code, late.json()["type"]) == (422, "/problems/deadline-passed")
    kept = await send(catalog, f"{call}/recommendations/{again}/withdrawal", {}, COUNTY)
    assert kept.status_code == 409


async def test_offices_keep_to_their_level_and_their_region(catalog: Catalog, call: str) -> None:
    by_city = await send(catalog, f"{call}/recommendations", enterprise(), CITY)
    assert (by_city.status_code, by_city.json()["type"]) == (422, "/problems/region-level")
    mine = await recommended(catalog, call, COUNTY)
    assert (await send(catalog, f"{call}/recommendations/{mine}/withdrawal", {}, OTHER)).status_code == 404
    seen = await catalog.service.client.get(
        f"{BASE}{call}/recommendations", headers=catalog.service.as_("centre_head", region=OTHER)
    )
    assert seen.json()["items"] == []
    assert (await catalog.read(f"{call}/picks"))["items"] == []


async def test_an_enterprise_is_recommended_once_and_its_code_is_checked(catalog: Catalog, call: str) -> None:
    first = enterprise()
    assert (await send(catalog, f"{call}/recommendations", first, COUNTY)).status_code == 201
    twice = await send(catalog, f"{call}/recommendations", first, OTHER)
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/duplicate")
    wrong = await send(catalog, f"{call}/recommendations", enterprise(uscc="91320100MA1N0ABC50"), OTHER)
    assert [error["code"] for error in wrong.json()["errors"]] == ["uscc-invalid"]
