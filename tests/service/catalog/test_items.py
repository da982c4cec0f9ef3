"""Reading the list: as of a day, filtered, page by page, as a sheet."""

import csv
import io

import pytest

from tests.service.catalog.world import Catalog

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_item_is_told_as_it_stood_on_a_day(reading: Catalog) -> None:
    before = await reading.read("/items/6-31-01-03", as_of="2021-12-01")
    after = await reading.read("/items/6-31-01-03", as_of="2021-12-02")
    assert (before["name"], before["track"], before["national_item"]) == (
        "电工",
        "national_qualification",
        "机械设备修理人员",
    )
    assert (before["valid_from"], before["valid_to"]) == ("2017-09-12", "2021-12-01")
    assert (after["track"], after["national_item"], after["cause"]) == (
        "skill_level",
        None,
        "dropped_from_national_list",
    )
    assert (after["valid_from"], after["valid_to"]) == ("2021-12-02", None)


async def test_an_instant_is_asked_about_as_its_day_in_china(reading: Catalog) -> None:
    late_evening_in_london = await reading.read("/items/6-31-01-03", as_of="2021-12-01T16:30:00Z")
    assert late_evening_in_london["track"] == "skill_level"


async def test_without_a_day_the_list_is_todays(reading: Catalog) -> None:
    assert (await reading.read("/items/6-31-01-03"))["track"] == "skill_level"


async def test_an_item_is_not_found_before_it_was_listed(reading: Catalog) -> None:
    assert (await reading.get("/items/6-31-01-03", as_of="2017-09-11")).status_code == 404


async def test_an_unknown_item_is_not_found(reading: Catalog) -> None:
    assert (await reading.get("/items/1-01-00-01")).status_code == 404
    assert (await reading.get("/items/1-01-00-01/history")).status_code == 404


async def test_the_history_of_an_item_tells_every_version_with_its_cause(reading: Catalog) -> None:
    history = (await reading.read("/items/4-07-05-02/history"))["items"]
    assert [(version["name"], version["cause"], version["valid_to"]) for version in history] == [
        ("安检员", "imported", "2021-12-01"),
        ("民航安全检查员", "renamed", None),
    ]


async def test_the_list_comes_in_pages_by_code_without_loss_or_repetition(reading: Catalog) -> None:
    codes = [item["code"] for item in await reading.whole_list(as_of="2021-12-02", limit=50)]
    assert len(codes) == 210
    assert codes == sorted(set(codes))


async def test_a_filter_by_track_holds_on_every_page(reading: Catalog) -> None:
    found = await reading.whole_list(as_of="2021-12-02", track="skill_level", limit=50)
    assert len(found) == 185
    assert {item["track"] for item in found} == {"skill_level"}


async def test_a_search_finds_names_and_codes(reading: Catalog) -> None:
    by_name = await reading.whole_list(as_of="2021-12-02", q="焊接")
    assert "民用核安全设备焊接操作工" in {item["name"] for item in by_name}
    by_code = await reading.whole_list(as_of="2021-12-02", q="6-18-02-04")
    assert [item["name"] for item in by_code] == ["焊工"]


async def test_a_search_looks_at_the_names_of_the_day(reading: Catalog) -> None:
    assert await reading.whole_list(as_of="2021-12-02", q="安检员") == []
    assert len(await reading.whole_list(as_of="2021-12-01", q="安检员")) == 1


@pytest.mark.parametrize("text", ["%" * 50, "_", "(a+)+$", "\\", "𬭩"])
async def test_a_search_takes_its_text_literally(reading: Catalog, text: str) -> None:
    assert await reading.whole_list(q=text) == []


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\0"},
        {"q": "焊" * 201},
        {"q": "  "},
        {"track": "national"},
        {"as_of": "yesterday"},
        {"as_of": "2023-02-29"},
        {"limit": 0},
        {"cursor": "nonsense"},
        {"format": "xml"},
        {"trakc": "skill_level"},
    ],
    ids=lambda query: next(iter(query)),
)
async def test_a_query_with_a_mistake_is_refused(reading: Catalog, query: dict[str, str]) -> None:
    answer = await reading.get("/items", **query)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/validation")


async def test_the_whole_list_can_be_had_as_a_sheet(reading: Catalog) -> None:
    by_query = await reading.get("/items", as_of="2021-12-02", format="csv")
    assert by_query.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert by_query.headers["content-disposition"] == 'attachment; filename="items-2021-12-02.csv"'
    rows = list(csv.DictReader(io.StringIO(by_query.content.decode("utf-8-sig"))))
    assert len(rows) == 210
    by_accept = await reading.service.client.get(
        "/catalog/v1/items", params={"as_of": "2021-12-02"}, headers={"Accept": "text/csv"}
    )
    assert by_accept.content == by_query.content


async def test_who_holds_the_list_need_not_fetch_it_again(reading: Catalog) -> None:
    first = await reading.get("/items")
    assert first.headers["cache-control"] == "public, no-cache"
    assert first.headers["vary"] == "Accept"
    again = await reading.service.client.get(
        "/catalog/v1/items", headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


async def test_the_sheet_and_the_page_are_told_apart_by_their_tags(reading: Catalog) -> None:
    tags = {(await reading.get("/items", format=form)).headers["etag"] for form in ("json", "csv")}
    assert len(tags) == 2
    assert not any(tag.startswith("W/") for tag in tags)
