"""The authority loads a year of the calendar; everybody counts by it at once (Art. 18). The notice here is made up."""

from typing import Any

import pytest

from tests.service.catalog.world import BASE, Catalog

NOTICE: dict[str, Any] = {
    "year": 2027,
    "notice": "关于2027年部分节假日安排的通知",
    "document_number": "国办发明电〔2026〕7号",
    "published_on": "2026-11-04",
    "days": [
        {"day": "2027-01-01", "is_workday": False, "name": "元旦"},
        {"day": "2027-02-05", "is_workday": False, "name": "除夕"},
        {"day": "2027-02-08", "is_workday": False, "name": "春节"},
        {"day": "2027-04-05", "is_workday": False, "name": "清明节"},
        {"day": "2027-06-09", "is_workday": False, "name": "端午节"},
        {"day": "2027-09-15", "is_workday": False, "name": "中秋节"},
        {"day": "2027-02-14", "is_workday": True},
        {"day": "2027-10-01", "is_workday": False, "name": "国庆节"},
    ],
}


async def load(catalog: Catalog, query: str = "", role: str = "authority", **changes: Any) -> Any:
    headers = catalog.service.as_(role, idempotency_key="new")
    return await catalog.service.client.post(
        f"{BASE}/calendar/years{query}", json=NOTICE | changes, headers=headers
    )


async def test_a_loaded_year_is_no_longer_provisional(catalog: Catalog) -> None:
    day = {"starts_on": "2027-03-10"}
    assert (await catalog.read("/calendar/last-filing-day", **day))["provisional"] is True
    tried = await load(catalog, "?dry_run=true")
    assert (tried.status_code, (await catalog.read("/calendar/years"))["items"]) == (200, [])
    loaded = await load(catalog)
    assert loaded.status_code == 201, loaded.text
    assert loaded.json() | {"recorded_at": None} == tried.json() | {"recorded_at": None}
    turned = {one["day"]: one["is_workday"] for one in loaded.json()["turned"]}
    assert turned == {"2027-02-14": True}  # a Sunday, worked; the festivals were known
    found = await catalog.read("/calendar/last-filing-day", **day)
    assert (found["provisional"], found["edition"]) == (False, "2017–2027")
    assert found["day"] == "2027-02-17"  # 15 working days back, none of them off
    (event,) = await catalog.said("calendar.published")
    assert (event["year"], event["edition"], event["makeup_days"]) == (2027, 1, ["2027-02-14"])


async def test_the_same_notice_again_changes_nothing_and_an_amended_one_is_another_edition(
    catalog: Catalog,
) -> None:
    await load(catalog)
    again = await load(catalog)
    assert (again.status_code, again.json()["edition"], again.json()["turned"]) == (200, 1, [])
    amended = await load(catalog, days=[*NOTICE["days"], {"day": "2027-04-06", "is_workday": False}])
    assert (amended.status_code, amended.json()["edition"]) == (201, 2)
    listed = (await catalog.read("/calendar/years"))["items"]
    assert [(one["year"], one["edition"]) for one in listed] == [(2027, 2), (2027, 1)]


SHEET = "日期,是否上班,节日\n" + "".join(
    f"{day['day']},{'是' if day['is_workday'] else '否'},{day.get('name', '')}\n" for day in NOTICE["days"]
)
END = len(NOTICE["days"]) + 2  # the row after the last
HEADING = {name: NOTICE[name] for name in ("year", "notice", "document_number", "published_on")}


async def test_a_sheet_loads_the_same_year_as_the_notice_in_json(catalog: Catalog) -> None:
    by_json = await load(catalog, "?dry_run=true")
    path, content = "/calendar/years/import", SHEET.encode()
    tried = await catalog.upload(path, content, "text/csv", dry_run="true", **HEADING)
    assert (tried.status_code, (await catalog.read("/calendar/years"))["items"]) == (200, [])
    loaded = await catalog.upload(path, content, "text/csv", **HEADING)
    assert loaded.status_code == 201, loaded.text
    answers = [one.json() | {"recorded_at": None} for one in (by_json, tried, loaded)]
    assert answers[0] == answers[1] == answers[2]


async def test_a_sheet_with_mistakes_is_told_all_of_them_by_row_and_column(catalog: Catalog) -> None:
    async def places(text: str) -> list[tuple[int | None, str | None, str]]:
        refused = await catalog.upload("/calendar/years/import", text.encode(), "text/csv", **HEADING)
        assert refused.status_code == 422, refused.text
        return [(error.get("row"), error.get("column"), error["code"]) for error in refused.json()["errors"]]

    unreadable = "日期,是否上班\n2027-02-30,否\n2027-02-14,也许\n"
    assert [place[:2] for place in await places(unreadable)] == [(2, "day"), (3, "is_workday")]
    assert await places(SHEET + "2027-01-01,否,\n2027-03-01,是,\n") == [
        (END, "day", "day-repeated"),
        (END + 1, "is_workday", "workday-anyway"),
    ]
    assert len(await places("日期,是否上班\n")) == 1
    assert len(await places(SHEET + "2027-02-06,否,\n" * 200)) == 1
    assert (await catalog.read("/calendar/years"))["items"] == []


async def test_a_wrong_notice_is_refused_whole(catalog: Catalog) -> None:
    before = await catalog.service.row_counts()
    refused = await load(catalog, days=[{"day": "2027-03-01", "is_workday": True}])
    assert refused.status_code == 422
    assert [error["code"] for error in refused.json()["errors"]] == [
        "workday-anyway",
        *["statutory-day-missing"] * 7,  # New Year's and National Day, and five of the festivals
    ]
    assert await catalog.service.row_counts() == before
    assert (await load(catalog, role="centre_head")).status_code == 403


@pytest.mark.parametrize(
    ("day", "add", "found", "provisional"),
    [
        ("2025-09-26", 3, "2025-09-30", False),  # Sunday 28 September is worked
        ("2025-10-09", -1, "2025-09-30", False),
        ("2025-10-11", 0, "2025-10-11", False),
        ("2026-12-31", 1, "2027-01-04", True),
    ],
)
async def test_working_days_are_counted_either_way(
    catalog: Catalog,
    day: str,
    add: int,
    found: str,
    provisional: bool,
) -> None:
    answer = await catalog.read("/calendar/workdays", day=day, add=add)
    assert (answer["day"], answer["provisional"]) == (found, provisional)


async def test_working_days_between_two_days_are_counted(catalog: Catalog) -> None:
    """27 September to 11 October 2025: 28 September (made up), 29, 30, 9, 10 and 11 October (made up)."""
    answer = await catalog.read("/calendar/workdays/count", after="2025-09-27", until="2025-10-11")
    assert (answer["workdays"], answer["provisional"]) == (6, False)
    across = await catalog.read("/calendar/workdays/count", after="2026-12-01", until="2028-01-31")
    assert across["provisional"] is True
