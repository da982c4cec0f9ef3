"""Moving the platform clock, in a sandbox only."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from catalog.main import create_app
from catalog.settings import CatalogSettings
from tests.service.catalog.world import Catalog
from tests.support.service import running_service


async def test_the_clock_moves_forward_and_says_so(catalog: Catalog) -> None:
    moved = await catalog.move_clock({"advance_days": 21})
    assert moved.status_code == 201
    assert moved.json()["offset_seconds"] == 21 * 86_400
    assert (await catalog.read("/clock"))["offset_seconds"] == 21 * 86_400
    assert await catalog.said("clock.moved") == [{"offset_seconds": 21 * 86_400}]


async def test_moves_add_up(catalog: Catalog) -> None:
    await catalog.move_clock({"advance_days": 1})
    assert (await catalog.move_clock({"advance_days": 2})).json()["offset_seconds"] == 3 * 86_400


async def test_the_clock_moves_to_an_instant(catalog: Catalog) -> None:
    moved = (await catalog.move_clock({"to": "2040-01-02T09:00:00+08:00", "advance_days": None})).json()
    assert moved["today"] == "2040-01-02"
    assert datetime.fromisoformat(moved["now"]) >= datetime.fromisoformat("2040-01-02T09:00:00+08:00")


async def test_the_list_of_today_is_that_of_the_moved_clock(listed: Catalog) -> None:
    coming = {
        "name": "2040年版",
        "kind": "national",
        "published_on": "2039-12-01",
        "effective_on": "2040-01-01",
        "items": [{"name": "电工", "category": "准入类", "entries": [{"name": "电工"}]}],
    }
    assert (await listed.publish(coming)).status_code == 201
    assert (await listed.read("/items/6-31-01-03"))["track"] == "skill_level"
    await listed.move_clock({"to": "2040-01-01T00:00:00+08:00"})
    assert (await listed.read("/items/6-31-01-03"))["track"] == "national_qualification"


async def test_the_clock_never_goes_back(catalog: Catalog) -> None:
    await catalog.move_clock({"to": "2040-01-02T09:00:00+08:00"})
    before = await catalog.kept()
    back = await catalog.move_clock({"to": "2039-01-02T09:00:00+08:00"})
    assert (back.status_code, back.json()["type"]) == (409, "/problems/clock-only-forward")
    assert await catalog.kept() == before


async def test_a_repeated_move_moves_once(catalog: Catalog) -> None:
    first = await catalog.move_clock({"advance_days": 5}, key="once")
    again = await catalog.move_clock({"advance_days": 5}, key="once")
    assert again.json() == first.json()
    assert len(await catalog.said("clock.moved")) == 1


async def test_moves_at_the_same_time_all_count(catalog: Catalog) -> None:
    answers = await asyncio.gather(*(catalog.move_clock({"advance_days": 1}) for _ in range(3)))
    assert sorted(answer.json()["offset_seconds"] // 86_400 for answer in answers) == [1, 2, 3]


async def test_outside_a_sandbox_the_clock_stays(database: Callable[[], str], nats_url: str) -> None:
    async with running_service(
        create_app, CatalogSettings, database_url=database(), nats_url=nats_url, sandbox=False
    ) as service:
        catalog = Catalog(service)
        answer = await catalog.move_clock({"advance_days": 1})
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-a-sandbox")
        assert (await catalog.read("/clock"))["offset_seconds"] == 0
        assert await catalog.said() == []
