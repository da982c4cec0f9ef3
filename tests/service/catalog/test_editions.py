"""Publishing editions of the national list over HTTP, and what the list is afterwards (Art. 3)."""

import asyncio
import json
from pathlib import Path

from tests.service.catalog.world import BASE, Catalog, edition_body

EXPECTED = json.loads(
    (Path(__file__).parents[2] / "data" / "catalogue_expected.json").read_text(encoding="utf-8")
)


async def tracks_on(catalog: Catalog, day: str) -> dict[str, list[str]]:
    """Track → names of the list on a day."""
    tracks: dict[str, list[str]] = {}
    for item in await catalog.whole_list(as_of=day, limit=200):
        tracks.setdefault(item["track"], []).append(item["name"])
    return tracks


NEW_IN_2021 = {
    "民用核安全设备焊工",
    "民用核安全设备焊接操作工",
    "国防科技工业军用核安全设备焊接人员",
    "危险货物道路运输从业人员",
    "放射性物品道路运输从业人员",
    "危险货物水路运输从业人员",
    "经营性客运驾驶员",
    "经营性货运驾驶员",
    "出租汽车驾驶员",
    "特种作业人员",
    "建筑施工特种作业人员",
    "特种设备安全管理和作业人员",
}
RENAMED = {"安检员": "民航安全检查员", "社会体育指导员": "社会体育指导员(游泳/滑雪/潜水/攀岩)"}


async def test_the_lists_of_2017_and_2021_are_exactly_theirs_on_the_days_between(listed: Catalog) -> None:
    """198 occupations, of which 185 leave; 13 stay, two under other names, and 12 are new."""
    left, stayed = EXPECTED["skill_level"], EXPECTED["national_qualification"]
    assert (len(left), len(stayed)) == (185, 13)
    for day in ("2017-09-12", "2019-06-01", "2020-12-31", "2021-12-01"):
        assert {track: sorted(names) for track, names in (await tracks_on(listed, day)).items()} == {
            "national_qualification": sorted(left + stayed)
        }
    for day in ("2021-12-02", "2026-01-01"):
        found = await tracks_on(listed, day)
        assert sorted(found["skill_level"]) == sorted(left)
        national = {RENAMED.get(name, name) for name in stayed} | NEW_IN_2021
        assert sorted(found["national_qualification"]) == sorted(national)


async def test_nothing_is_on_the_list_before_the_first_edition(listed: Catalog) -> None:
    assert await tracks_on(listed, "2017-09-11") == {}
    assert len((await tracks_on(listed, "2017-09-12"))["national_qualification"]) == 198


async def test_publishing_says_the_edition_its_items_and_their_standards(listed: Catalog) -> None:
    assert [event["entries"] for event in await listed.said("edition.published")] == [198, 24]
    dropped = await listed.said("item.track-changed")
    assert sorted(event["name"] for event in dropped) == sorted(EXPECTED["skill_level"])
    assert {
        (event["from_track"], event["track"], event["cause"], event["valid_from"]) for event in dropped
    } == {("national_qualification", "skill_level", "dropped_from_national_list", "2021-12-02")}
    assert len(await listed.said("standard.in-force")) == 198 + 12


async def test_only_items_that_changed_are_told_again(listed: Catalog) -> None:
    """2021 kept 11 items and renamed 2; 轨道列车司机 and 家畜繁殖员 and three more kept everything else too."""
    told = [event for event in await listed.said("item.listed") if event["valid_from"] == "2021-12-02"]
    causes = [event["cause"] for event in told]
    assert causes.count("renamed") == 2
    again = {event["name"] for event in told if event["cause"] == "imported"}
    assert not again & {"焊工", "家畜繁殖员", "消防设施操作员", "游泳救生员", "轨道列车司机"}
    assert {"保安员", "民航乘务员"} <= again  # licences now


async def test_the_very_same_edition_published_again_changes_nothing(listed: Catalog) -> None:
    before = await listed.kept()
    body = await listed.reference_edition(2021)
    first = (await listed.read("/editions"))["items"][0]
    again = await listed.publish(body)
    assert again.status_code == 200
    assert again.json()["edition"] == first
    assert len(again.json()["diff"]["dropped"]) == 185
    assert await listed.kept() == before


async def test_a_repeated_request_gets_the_first_answer(catalog: Catalog) -> None:
    body = edition_body("焊工")
    first = await catalog.publish(body, key="one key")
    again = await catalog.publish(body, key="one key")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json() == first.json()
    assert len(await catalog.said("edition.published")) == 1


async def test_a_published_edition_is_found_where_the_answer_says(catalog: Catalog) -> None:
    published = await catalog.publish(edition_body("焊工"))
    edition = published.json()["edition"]
    assert published.headers["location"] == f"{BASE}/editions/{edition['id']}"
    found = await catalog.read(f"/editions/{edition['id']}")
    assert found["items"] == [
        {"name": "食品人员", "category": "准入类", "entries": [{"name": "焊工", "code": None}]}
    ]
    assert await catalog.read(f"/editions/{edition['id']}/diff") == published.json()["diff"]
    assert published.json()["diff"]["added"] == [{"code": "6-18-02-04", "name": "焊工"}]


async def test_a_dry_run_tells_the_change_and_keeps_nothing(listed: Catalog) -> None:
    before = await listed.kept()
    tried = await listed.publish(edition_body("焊工", "电工"), dry_run="true")
    assert tried.status_code == 200
    assert tried.json()["edition"] is None
    assert tried.json()["diff"]["kept"] == [{"code": "6-18-02-04", "name": "焊工"}]
    assert tried.json()["diff"]["restored"] == [{"code": "6-31-01-03", "name": "电工"}]
    assert len(tried.json()["diff"]["dropped"]) == 24
    assert await listed.kept() == before


async def test_an_edition_that_takes_effect_in_days_to_come_changes_nothing_before(listed: Catalog) -> None:
    await listed.publish(edition_body("焊工", published_on="2031-01-01", effective_on="2032-01-01"))
    assert len((await tracks_on(listed, "2031-12-31"))["national_qualification"]) == 25
    assert (await tracks_on(listed, "2032-01-01"))["national_qualification"] == ["焊工"]


async def test_an_edition_never_takes_effect_before_or_with_the_newest(listed: Catalog) -> None:
    before = await listed.kept()
    for day in ("2021-12-01", "2021-12-02"):
        late = await listed.publish(edition_body(published_on=day, effective_on=day))
        assert (late.status_code, late.json()["type"]) == (409, "/problems/edition-out-of-order")
        assert late.json()["newest_effective_on"] == "2021-12-02"
    assert await listed.kept() == before
    next_day = await listed.publish(edition_body(published_on="2021-12-03", effective_on="2021-12-03"))
    assert next_day.status_code == 201


async def test_a_name_is_not_used_for_another_edition(catalog: Catalog) -> None:
    await catalog.publish(edition_body("焊工"))
    other = await catalog.publish(edition_body("电工", effective_on="2025-01-01"))
    assert (other.status_code, other.json()["type"]) == (409, "/problems/edition-name-taken")


async def test_of_two_officers_with_different_editions_of_one_day_one_wins(catalog: Catalog) -> None:
    answers = await asyncio.gather(
        catalog.publish(edition_body("焊工", name="甲版")), catalog.publish(edition_body("电工", name="乙版"))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(await catalog.said("edition.published")) == 1


async def test_names_are_trimmed_and_kept_in_one_form(catalog: Catalog) -> None:
    await catalog.publish(edition_body("\u3000焊工\t", "\uf9ca水工"))
    names = {item["name"] for item in await catalog.whole_list(as_of="2024-02-29")}
    assert names == {"焊工", "\u6d41水工"}


async def test_editions_are_listed_newest_first_page_by_page(listed: Catalog) -> None:
    first = await listed.read("/editions", limit=1)
    second = await listed.read("/editions", limit=1, cursor=first["next"])
    assert [page["items"][0]["effective_on"] for page in (first, second)] == ["2021-12-02", "2017-09-12"]
    assert second["next"] is None


async def test_the_list_of_a_catalog_without_editions_is_empty(catalog: Catalog) -> None:
    empty = await catalog.read("/items", as_of="1990-01-01")
    assert (empty["items"], empty["next"]) == ([], None)
    assert set(empty["note"]) == {"zh", "en"}


async def test_there_are_two_reference_editions(catalog: Catalog) -> None:
    assert len((await catalog.reference_edition(2017))["items"]) == 81
    assert len((await catalog.reference_edition(2021))["items"]) == 13
    assert (await catalog.get("/reference-editions/2019")).status_code == 404


async def test_an_unknown_edition_is_not_found(catalog: Catalog) -> None:
    unknown = "edition_01jdzx000000000000000000zz"
    assert (await catalog.get(f"/editions/{unknown}")).status_code == 404
    assert (await catalog.get(f"/editions/{unknown}/diff")).status_code == 404


async def test_every_day_of_a_changing_list_is_answered_as_its_editions_said(catalog: Catalog) -> None:
    """Occupations go off the national list, come back and go again; what was named once never leaves the list."""
    years = {2018: {"焊工", "电工"}, 2019: {"电工", "钳工"}, 2020: {"焊工"}, 2022: {"焊工", "电工", "无此业"}}
    for year, names in years.items():
        day = f"{year}-03-01"
        body = edition_body(*sorted(names), name=f"{year}年版", published_on=day, effective_on=day)
        assert (await catalog.publish(body)).status_code == 201
    known: set[str] = set()
    for year, names in years.items():
        before, on_the_day = (
            await tracks_on(catalog, f"{year}-02-28"),
            await tracks_on(catalog, f"{year}-03-01"),
        )
        assert {name for found in before.values() for name in found} == known
        known |= names
        assert set(on_the_day["national_qualification"]) == names
        assert set(on_the_day.get("skill_level", [])) == known - names
