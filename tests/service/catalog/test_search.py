"""The search over HTTP: what the list says of a hit, and names that only the list has."""

from collections import Counter

import pytest

from tests.service.catalog.world import Catalog

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_hit_tells_its_groups_and_how_it_stands_on_the_list(reading: Catalog) -> None:
    best = (await reading.read("/occupations/search", q="hangong"))["items"][0]
    assert (best["code"], best["name"], best["match"], best["by"]) == ("6-18-02-04", "焊工", "pinyin", "焊工")
    assert (best["track"], best["levels"]) == ("national_qualification", [5, 4, 3, 2, 1])
    assert best["groups"][2] == "机械热加工人员"


async def test_what_is_not_on_the_list_is_found_as_an_occupation(reading: Catalog) -> None:
    (best, *_) = (await reading.read("/occupations/search", q="调酒师"))["items"]
    assert (best["code"], best["track"], best["levels"]) == ("4-03-02-09", None, [])


async def test_an_item_of_the_list_alone_is_found_under_its_local_code(reading: Catalog) -> None:
    best = (await reading.read("/occupations/search", q="防腐蚀工"))["items"][0]
    assert (best["code"][0], best["match"], best["groups"]) == ("0", "name", [])
    assert best["track"] == "skill_level"


async def test_a_former_name_leads_to_the_present_one(reading: Catalog) -> None:
    best = (await reading.read("/occupations/search", q="保育员"))["items"][0]
    assert (best["name"], best["match"], best["by"]) == ("保育师", "former_name", "保育员")


async def test_divisions_are_told_as_of_a_day_with_what_they_came_from(reading: Catalog) -> None:
    before = {one["code"] for one in (await reading.read("/regions", as_of="2019-06-01"))["items"]}
    today = {one["code"] for one in (await reading.read("/regions", as_of="2026-11-23"))["items"]}
    assert before - today == {"320602", "320611", "320684"}
    assert today - before == {"320613", "320614"}
    found = await reading.read("/regions/320614")
    assert (found["full_name"], found["predecessors"], found["since"]) == (
        "江苏省南通市海门区",
        ["320684"],
        "2020-07",
    )
    assert (await reading.get("/regions/329999")).status_code == 404


async def test_no_more_hits_come_than_were_asked_for(reading: Catalog) -> None:
    assert len((await reading.read("/occupations/search", q="工", limit=3))["items"]) == 3
    assert (await reading.get("/occupations/search", q="工", limit=51)).status_code == 422
    assert (await reading.get("/occupations/search")).status_code == 422


async def test_the_classification_is_told_as_a_tree_of_groups(reading: Catalog) -> None:
    """Eight major groups, 79 middle and 450 minor ones, with 1,639 occupations below them."""
    groups = {one["code"]: one for one in (await reading.read("/occupations/groups"))["items"]}
    levels = Counter(one["level"] for one in groups.values())
    assert levels == {"major": 8, "middle": 79, "minor": 450}
    assert sum(one["occupations"] for one in groups.values() if one["level"] == "major") == 1_639
    assert "6-18-02" in groups["6-18"]["children"]
    middle = await reading.read("/occupations/groups/6-18")
    assert [group["code"] for group in middle["groups"]] == groups["6-18"]["children"]
    assert middle["members"] == []
    minor = await reading.read("/occupations/groups/6-18-02")
    assert (minor["parent"], minor["groups"], minor["name"]) == ("6-18", [], "机械热加工人员")
    assert "焊工" in {one["name"] for one in minor["members"]}
    for unknown in ("9", "6-1", "6-18-02-04"):
        assert (await reading.get(f"/occupations/groups/{unknown}")).status_code == 404
