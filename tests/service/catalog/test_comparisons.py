"""Any two editions side by side, as data, sheet and page; the whole list of an edition in one piece (Art. 3, 20)."""

import csv
import io
from html.parser import HTMLParser
from typing import Any

import pytest

from common.ids import encode_id, uuid7
from tests.service.catalog.world import Catalog, adjustment_body, edition_body

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def ids(catalog: Catalog) -> list[str]:
    """Editions, the oldest first."""
    return [edition["id"] for edition in reversed((await catalog.read("/editions"))["items"])]


async def path(catalog: Catalog) -> str:
    first, second = await ids(catalog)
    return f"/editions/{first}/diff/{second}"


async def test_2017_and_2021_differ_in_12_new_185_dropped_2_renamed_and_7_licensed(reading: Catalog) -> None:
    """210 items: 12 new, 185 off the national list, 7 licences, one of them renamed, and 社会体育指导员 renamed."""
    found = await reading.read(await path(reading))
    counts = found["counts"]
    assert [counts[name] for name in ("added", "left", "track", "renamed", "levels", "admission")] == [
        12,
        0,
        185,
        2,
        0,
        7,
    ]
    assert (len(found["changes"]), found["unchanged"]) == (12 + 185 + 7 + 1, 5)
    electrician = next(change for change in found["changes"] if change["code"] == "6-31-01-03")
    assert (electrician["before"]["track"], electrician["after"]["track"]) == (
        "national_qualification",
        "skill_level",
    )
    assert electrician["after"]["edition_id"] == found["second"]["id"]


async def test_the_sheet_has_a_row_for_each_item_that_differs(reading: Catalog) -> None:
    answer = await reading.get(await path(reading), format="csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 205
    security = next(row for row in rows if row["code"] == "4-07-05-02")
    assert (security["name_before"], security["name_after"]) == ("安检员", "民航安全检查员")
    assert security["differences"] == "renamed admission"


class Page(HTMLParser):
    """Elements with their attributes, and the text."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.mark.parametrize(
    ("language", "tag", "words"),
    [("zh", "zh-CN", ["目录清单两版对照", "类别变更"]), ("en", "en", ["Two editions", "Another track"])],
)
async def test_the_page_is_accessible_in_both_languages_and_needs_nobody_else(
    reading: Catalog, language: str, tag: str, words: list[str]
) -> None:
    answer = await reading.service.client.get(
        f"/catalog/v1{await path(reading)}", headers={"Accept": "text/html", "Accept-Language": language}
    )
    page = Page(answer.text)
    assert answer.headers["content-language"] == tag
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert page.all("html") == [{"lang": tag}]
    assert all(word in page.text for word in words)
    assert len(page.all("h1")) == len(page.all("main")) == 1
    assert (
        len(page.all("table")) == len(page.all("caption")) == 5
    )  # new, track, name, admission, national item
    assert all(heading["scope"] in {"col", "row"} for heading in page.all("th"))
    targets = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    for link in page.all("a"):
        address = str(link["href"])
        assert address.startswith("?") or address.removeprefix("#") in targets
    assert not [
        name for name, attributes in page.elements if {"src", "srcset", "onclick"} & attributes.keys()
    ]
    assert not page.all("link") + page.all("script")


async def test_the_page_names_the_other_language_and_it_can_be_chosen(reading: Catalog) -> None:
    answer = await reading.get(await path(reading), format="html", lang="en")
    page = Page(answer.text)
    assert page.all("html") == [{"lang": "en"}]
    assert "中文" in page.text


@pytest.mark.parametrize("form", ["json", "csv", "html"])
async def test_who_has_the_comparison_need_not_fetch_it_again(reading: Catalog, form: str) -> None:
    address = f"/catalog/v1{await path(reading)}?format={form}"
    tag = (await reading.service.client.get(address)).headers["etag"]
    assert not tag.startswith("W/")
    again = await reading.service.client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


async def test_an_unknown_edition_is_not_found(reading: Catalog) -> None:
    first, _ = await ids(reading)
    unknown = encode_id("edition", uuid7())
    assert (await reading.get(f"/editions/{first}/diff/{unknown}")).status_code == 404
    assert (await reading.get(f"/editions/{unknown}/list")).status_code == 404


@pytest.mark.parametrize(("place", "size"), [(0, 198), (1, 210)])
async def test_the_whole_list_of_an_edition_comes_in_one_piece(
    reading: Catalog, place: int, size: int
) -> None:
    edition = (await ids(reading))[place]
    found = await reading.read(f"/editions/{edition}/list")
    assert (len(found["items"]), found["next"]) == (size, None)
    sheet = await reading.get(f"/editions/{edition}/list", format="csv")
    rows = list(csv.DictReader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert [row["code"] for row in rows] == [item["code"] for item in found["items"]]
    book = await reading.get(f"/editions/{edition}/list", format="xlsx")
    assert book.content[:2] == b"PK"
    for answer in (sheet, book):
        again = await reading.service.client.get(
            str(answer.request.url), headers={"If-None-Match": answer.headers["etag"]}
        )
        assert (again.status_code, answer.headers["cache-control"]) == (304, "public, no-cache")


@pytest.mark.asyncio(loop_scope="function")
async def test_editions_between_are_composed_and_what_left_leads_on(catalog: Catalog) -> None:
    steps: list[tuple[str, dict[str, Any]]] = [
        ("/editions", edition_body("面包师", "糕点师")),
        ("/adjustments", adjustment_body({"name": "甲"}, {"name": "乙"})),
        (
            "/adjustments",
            adjustment_body(
                {"name": "甲", "successors": ["丙"]},
                {"name": "丙", "levels": [5]},
                name="第二次",
                published_on="2025-01-01",
                effective_on="2025-01-01",
            ),
        ),
        (
            "/editions",
            edition_body("面包师", name="第二版", published_on="2026-01-01", effective_on="2026-01-01"),
        ),
    ]
    for route, body in steps:
        assert (await catalog.post(route, body)).status_code == 201
    _, second, _, last = await ids(catalog)
    found = await catalog.read(f"/editions/{second}/diff/{last}")
    told = {
        (change["before"] or change["after"])["name"]: (change["differences"], change["went_on_as"])
        for change in found["changes"]
    }
    third = next(change["code"] for change in found["changes"] if change["before"] is None)
    assert told["甲"] == (["left"], [third])
    assert told["丙"] == (["added"], [])
    assert told["糕点师"][0] == ["track", "admission", "national_item"]
    assert set(told) == {"甲", "丙", "糕点师"}
    assert found["unchanged"] == 2  # 面包师 and 乙
