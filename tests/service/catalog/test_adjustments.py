"""The province's own part of the list, corrections, lineage and the feed of changes, over HTTP (Art. 3)."""

import io
from datetime import datetime

import openpyxl

from tests.service.catalog.world import Catalog, adjustment_body, edition_body

SHEET = "编码,名称,类别,等级,性质,所属项目,承接项目,说明\n"
ABOUT = {"name": "表格版", "published_on": "2024-03-01", "effective_on": "2024-03-01"}


async def by_name(catalog: Catalog, day: str, **query: str) -> dict[str, list[int]]:
    return {item["name"]: item["levels"] for item in await catalog.whole_list(as_of=day, **query)}


async def test_a_merged_item_leaves_the_list_and_its_certificates_lead_on(catalog: Catalog) -> None:
    await catalog.post("/adjustments", adjustment_body({"name": "甲业"}, {"name": "乙业"}))
    rows = ({"name": "甲业", "successors": ["丙业"]}, {"name": "乙业", "successors": ["丙业"]})
    merged = await catalog.post(
        "/adjustments",
        adjustment_body(*rows, {"name": "丙业"}, name="二", effective_on="2024-06-01"),
    )
    assert merged.status_code == 201, merged.text
    assert [row["name"] for row in merged.json()["diff"]["withdrawn"]] == ["甲业", "乙业"]
    assert set(await by_name(catalog, "2024-05-31")) == {"甲业", "乙业"}
    assert set(await by_name(catalog, "2024-06-01")) == {"丙业"}
    (old,) = [item for item in await catalog.whole_list(as_of="2024-05-31") if item["name"] == "甲业"]
    line = await catalog.read(f"/items/{old['code']}/lineage")
    (new,) = await catalog.whole_list(as_of="2024-06-01")
    assert (line["present"], line["steps"][0]["kind"]) == ([new["code"]], "merged")
    said = await catalog.said("item.withdrawn")
    assert {event["name"]: event["successors"] for event in said} == {
        "甲业": [new["code"]],
        "乙业": [new["code"]],
    }


async def test_what_a_dry_run_showed_is_what_is_published(catalog: Catalog) -> None:
    body = adjustment_body({"name": "甲业"})
    tried = await catalog.post("/adjustments", body, dry_run="true")
    assert (tried.status_code, tried.json()["edition"]) == (200, None)
    token = tried.json()["token"]
    other = await catalog.post("/adjustments", adjustment_body({"name": "乙业"}), token=token)
    assert (other.status_code, other.json()["type"]) == (409, "/problems/state-conflict")
    assert (await catalog.post("/adjustments", body, token=token)).status_code == 201
    again = await catalog.post("/adjustments", body)
    assert again.status_code == 200
    assert len(await catalog.said("edition.published")) == 1


async def test_a_correction_counts_from_its_day_and_is_not_known_before_it_was_recorded(
    catalog: Catalog,
) -> None:
    edition = (await catalog.publish(edition_body("焊工"))).json()["edition"]
    before = datetime.fromisoformat((await catalog.read("/clock"))["now"]).isoformat()
    body = {"item_code": "6-18-02-04", "levels": [5, 4, 3], "reason": "勘误"}
    done = await catalog.post(f"/editions/{edition['id']}/corrections", body)
    assert done.status_code == 201, done.text
    assert await by_name(catalog, "2024-02-29") == {"焊工": [5, 4, 3]}
    assert await by_name(catalog, "2024-02-29", known_at=before) == {"焊工": [5, 4, 3, 2, 1]}
    kept = await catalog.kept()
    again = await catalog.post(f"/editions/{edition['id']}/corrections", body)
    assert (again.status_code, again.json()["id"]) == (200, None)
    assert await catalog.kept() == kept
    told = await catalog.read(f"/editions/{edition['id']}/corrections")
    assert [row["reason"] for row in told["items"]] == ["勘误"]
    assert [event["cause"] for event in await catalog.said("item.listed")] == ["imported", "corrected"]


async def test_an_edition_does_not_go_before_what_is_said_of_its_items_for_a_later_day(
    catalog: Catalog,
) -> None:
    later = adjustment_body({"name": "甲业"}, published_on="2024-03-01", effective_on="2024-06-02")
    assert (await catalog.post("/adjustments", later)).status_code == 201
    early = edition_body("甲业", published_on="2024-03-01", effective_on="2024-06-01")
    refused = await catalog.publish(early)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/edition-out-of-order")
    assert refused.json()["items"] == ["0-00-00-01"]
    other = await catalog.publish(edition_body("乙业", published_on="2024-03-01", effective_on="2024-06-01"))
    assert other.status_code == 201
    on_the_day = edition_body("甲业", name="二", published_on="2024-03-01", effective_on="2024-06-02")
    assert (await catalog.publish(on_the_day)).status_code == 201


async def test_the_feed_tells_every_version_in_the_order_of_its_recording(catalog: Catalog) -> None:
    await catalog.publish(edition_body("焊工", "电工"))
    await catalog.post("/adjustments", adjustment_body({"name": "甲业"}))
    first = await catalog.read("/changes", limit=2)
    rest = await catalog.read("/changes", limit=2, cursor=first["next"])
    assert [row["name"] for row in first["items"] + rest["items"]] == ["焊工", "电工", "甲业"]
    assert rest["next"] is None


async def test_a_csv_sheet_and_a_workbook_of_one_content_change_the_same(catalog: Catalog) -> None:
    text = SHEET + ",甲业,技能等级,5 4 3,,,,\n,乙业,专项职业能力,5,,,,\n"
    tried = await catalog.upload(
        "/editions/import", text.encode(), "text/csv", kind="provincial", dry_run="true", **ABOUT
    )
    assert tried.status_code == 200, tried.text
    buffer, book = io.BytesIO(), openpyxl.Workbook()
    for line in text.splitlines():
        book.worksheets[0].append(line.split(","))
    book.save(buffer)
    done = await catalog.upload(
        "/editions/import",
        buffer.getvalue(),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        kind="provincial",
        **ABOUT,
    )
    assert done.status_code == 201, done.text
    assert done.json()["diff"] == tried.json()["diff"]
    assert await by_name(catalog, "2024-03-01") == {"甲业": [5, 4, 3], "乙业": [5]}


async def test_a_national_sheet_groups_occupations_under_their_items(catalog: Catalog) -> None:
    text = SHEET + ",焊工,国家职业资格,,准入类,焊接人员,,\n6-31-01-03,电工,国家职业资格,,准入类,电工,,\n"
    done = await catalog.upload("/editions/import", text.encode(), "text/csv", kind="national", **ABOUT)
    assert done.status_code == 201, done.text
    found = await catalog.read(f"/editions/{done.json()['edition']['id']}")
    assert [item["name"] for item in found["items"]] == ["焊接人员", "电工"]


async def test_a_sheet_with_mistakes_is_told_all_of_them_by_row_and_column(catalog: Catalog) -> None:
    text = SHEET + ",甲业,其他,9,,,,\n６-18-02-04,,技能等级,三级,,,,\n"
    refused = await catalog.upload("/editions/import", text.encode(), "text/csv", kind="provincial", **ABOUT)
    assert refused.status_code == 422
    places = {(error["row"], error["column"]) for error in refused.json()["errors"]}
    assert places == {(2, "track"), (2, "levels"), (3, "name"), (3, "code"), (3, "levels")}


async def test_the_list_can_be_had_as_a_workbook(listed: Catalog) -> None:
    answer = await listed.get("/items", as_of="2021-12-02", format="xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert sheet.max_row == 1 + 210
    assert [cell.value for cell in sheet[1]][:4] == ["code", "name", "track", "levels"]


async def test_an_item_tells_the_standard_that_evaluations_go_by(listed: Catalog) -> None:
    assert (await listed.read("/items/6-18-02-04"))["standard"] == "国家职业技能标准·焊工"
