"""Transition windows: stated by the authority, read by anyone, told to the other services (Art. 2)."""

from typing import Any

import pytest

from common.ids import encode_id, uuid7
from tests.service.catalog.world import Catalog

ELECTRICIAN = "6-31-01-03"  # 电工 left the national list on 2021-12-02
WELDER = "6-18-02-04"  # 焊工 stayed


async def edition_of(catalog: Catalog, year: int) -> str:
    editions = (await catalog.read("/editions"))["items"]
    return str(next(one["id"] for one in editions if one["effective_on"].startswith(str(year))))


async def window(catalog: Catalog, **changes: Any) -> dict[str, Any]:
    return {
        "edition_id": await edition_of(catalog, 2021),
        "cohort": "2019级双证班",
        "ends_on": "2022-07-31",
        "basis": "人社厅函〔2020〕1号",
    } | changes


async def track(catalog: Catalog, enrolled_on: str, graduating_on: str, **query: Any) -> tuple[Any, Any]:
    found = await catalog.read(
        f"/items/{ELECTRICIAN}/track", enrolled_on=enrolled_on, graduating_on=graduating_on, **query
    )
    return found["track"], found["by_cohort"]


async def test_a_cohort_keeps_the_national_certificate_until_its_last_graduation(listed: Catalog) -> None:
    stated = await listed.post(f"/items/{ELECTRICIAN}/transitions", await window(listed))
    assert stated.status_code == 201, stated.text
    assert (stated.json()["enrolled_before"], stated.json()["opens_on"]) == ("2021-12-02", "2021-12-02")
    assert await track(listed, "2019-09-01", "2021-12-01") == ("national_qualification", None)
    assert await track(listed, "2019-09-01", "2022-07-31") == ("national_qualification", "2019级双证班")
    assert await track(listed, "2019-09-01", "2022-08-01") == ("skill_level", None)
    assert await track(listed, "2021-12-02", "2022-07-01") == ("skill_level", None)
    assert (await track(listed, "2019-09-01", "2022-07-01", known_at="2022-01-01T00:00:00Z"))[0] is None

    again = await listed.post(f"/items/{ELECTRICIAN}/transitions", await window(listed))
    assert (again.status_code, again.json()["id"]) == (200, stated.json()["id"])
    sooner = await listed.post(
        f"/items/{ELECTRICIAN}/transitions", await window(listed, ends_on="2022-06-30")
    )
    assert sooner.status_code == 201
    (open_one,) = (await listed.read(f"/items/{ELECTRICIAN}/transitions", as_of="2022-06-30"))["items"]
    (closed,) = (await listed.read(f"/items/{ELECTRICIAN}/transitions", as_of="2022-07-01"))["items"]
    assert (open_one["is_open"], closed["is_open"], closed["ends_on"]) == (True, False, "2022-06-30")
    told = await listed.said("transition")
    assert [event["ends_on"] for event in told] == ["2022-07-31", "2022-06-30"]


async def test_a_window_says_all_that_is_wrong_with_it_and_leaves_nothing(listed: Catalog) -> None:
    before = await listed.kept()
    refused = await listed.post(
        f"/items/{WELDER}/transitions",
        await window(listed, enrolled_from="2022-01-01", enrolled_before="2021-12-03", ends_on="2021-12-01"),
    )
    assert refused.status_code == 422
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
        ("/edition_id", "not-dropped"),
        ("/enrolled_before", "enrolled-after-publication"),
        ("/enrolled_from", "cohort-empty"),
        ("/ends_on", "ends-before-it-opens"),
    ]
    assert await listed.kept() == before
    assert (await listed.read(f"/items/{WELDER}/transitions"))["items"] == []


@pytest.mark.asyncio(loop_scope="session")
async def test_what_is_unknown_is_not_found(reading: Catalog) -> None:
    body = await window(reading)
    assert (await reading.post("/items/0-99-99-99/transitions", body)).status_code == 404
    unknown = body | {"edition_id": encode_id("edition", uuid7())}
    assert (await reading.post(f"/items/{ELECTRICIAN}/transitions", unknown)).status_code == 404
    assert (await reading.get("/items/0-99-99-99/transitions")).status_code == 404
    days = {"enrolled_on": "2019-09-01", "graduating_on": "2022-07-01"}
    assert (await reading.get("/items/0-99-99-99/track", **days)).status_code == 404
    backwards = await reading.get(
        f"/items/{ELECTRICIAN}/track", enrolled_on="2022-07-01", graduating_on="2019-09-01"
    )
    assert (backwards.status_code, backwards.json()["errors"][0]["code"]) == (
        422,
        "graduates-before-enrolled",
    )


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("role", ["plan_filer", "centre_reviewer"])
async def test_only_the_authority_states_a_window(reading: Catalog, role: str) -> None:
    refused = await reading.post(f"/items/{ELECTRICIAN}/transitions", await window(reading), role=role)
    assert refused.status_code == 403
