"""A certificate of years ago finds its item by the name it bears (Art. 2, 3)."""

from typing import Any

import pytest

from tests.service.catalog.world import Catalog, adjustment_body

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def found(catalog: Catalog, name: str, **query: Any) -> list[tuple[str, str, str | None]]:
    """Code, name then, last day of it."""
    items = (await catalog.read("/items/find", name=name, **query))["items"]
    return [(item["code"], item["name"], item["valid_to"]) for item in items]


async def test_a_certificate_of_2018_finds_its_item_by_its_then_name(reading: Catalog) -> None:
    (item,) = (await reading.read("/items/find", name="安检员", as_of="2018-06-01"))["items"]
    assert (item["code"], item["valid_to"], item["found_by"]) == ("4-07-05-02", "2021-12-01", "name")
    assert item["present"] == [
        {
            "code": "4-07-05-02",
            "name": "民航安全检查员",
            "track": "national_qualification",
            "is_listed": True,
        }
    ]


async def test_a_name_is_found_on_the_days_on_which_it_was_one(reading: Catalog) -> None:
    assert await found(reading, "安检员", as_of="2021-12-01") == [("4-07-05-02", "安检员", "2021-12-01")]
    assert await found(reading, "安检员", as_of="2021-12-02") == []
    assert await found(reading, "民航安全检查员") == [("4-07-05-02", "民航安全检查员", None)]


async def test_width_and_spaces_do_not_tell_names_apart(reading: Catalog) -> None:
    assert await found(reading, "(粮油) 仓储管理员") == [("4-02-06-01", "（粮油）仓储管理员", None)]


async def test_an_item_keeps_its_occupation_under_the_newest_name_of_the_classification(
    reading: Catalog,
) -> None:
    (item,) = (await reading.read("/items/find", name="保育师"))["items"]
    assert (item["code"], item["name"], item["found_by"]) == ("4-10-01-03", "保育员", "occupation")
    assert item["occupation"] == {"code": "4-10-01-03", "name": "保育师"}
    assert item["present"][0]["track"] == "skill_level"


async def test_an_item_with_a_local_code_is_found_by_its_occupation_too(reading: Catalog) -> None:
    (item,) = (await reading.read("/items/find", name="评茶师"))["items"]
    assert item["code"].startswith("0-00-00-")
    assert (item["name"], item["occupation"]) == ("评茶员", {"code": "6-02-06-11", "name": "评茶师"})


async def test_what_never_was_a_name_finds_nothing(reading: Catalog) -> None:
    assert await found(reading, "宇航员") == []


@pytest.mark.asyncio(loop_scope="function")
async def test_a_merged_item_leads_to_what_it_went_on_as(catalog: Catalog) -> None:
    first = adjustment_body({"name": "无人机植保员"}, {"name": "无人机测绘员"})
    assert (await catalog.post("/adjustments", first)).status_code == 201
    merged = adjustment_body(
        {"name": "无人机植保员", "successors": ["无人机操作员"]},
        {"name": "无人机测绘员", "successors": ["无人机操作员"]},
        {"name": "无人机操作员"},
        name="合并",
        published_on="2025-01-01",
        effective_on="2025-01-01",
    )
    assert (await catalog.post("/adjustments", merged)).status_code == 201
    (item,) = (await catalog.read("/items/find", name="无人机植保员", as_of="2024-06-01"))["items"]
    assert [end["name"] for end in item["present"]] == ["无人机操作员"]
    before = await found(catalog, "无人机植保员", known_at="2020-01-01T00:00:00Z")
    assert before == []


@pytest.mark.asyncio(loop_scope="function")
@pytest.mark.parametrize(("then", "now"), [("保育员", "保育师"), ("评茶员", "评茶师")])
async def test_the_newest_name_of_an_occupation_is_a_rename_of_its_item(
    catalog: Catalog, then: str, now: str
) -> None:
    assert (await catalog.post("/adjustments", adjustment_body({"name": then}))).status_code == 201
    (old,) = await catalog.whole_list(as_of="2024-03-01")
    renamed = adjustment_body({"name": now}, name="更名", effective_on="2025-01-01")
    assert (await catalog.post("/adjustments", renamed)).status_code == 201
    (new,) = await catalog.whole_list(as_of="2025-01-01")
    assert (new["code"], new["name"], new["cause"]) == (old["code"], now, "renamed")
    assert await found(catalog, then) == [(old["code"], then, "2024-12-31")]
