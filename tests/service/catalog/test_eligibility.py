"""The calculator over HTTP: explained, by the table asked for, and nothing kept."""

from typing import Any

import pytest

from common.eligibility import national_table
from tests.service.catalog.world import BASE, Catalog

pytestmark = pytest.mark.asyncio(loop_scope="session")
QUESTION: dict[str, Any] = {
    "level": 3,
    "on": "2026-12-20",
    "certificates": [{"level": 4, "issued_on": "2021-06-30", "proof": "documented"}],
    "work": [{"begin": "2018-07-01", "proof": "documented"}],
}
WORK = "/work"


async def asked(catalog: Catalog, **changes: Any) -> Any:
    return await catalog.service.client.post(f"{BASE}/eligibility", json=QUESTION | changes)


async def test_every_rule_is_answered_and_the_one_met_decides(reading: Catalog) -> None:
    before = await reading.service.row_counts()
    answer = await asked(reading)
    found = answer.json()
    assert (answer.status_code, found["status"], found["rule"]) == (200, "met", "2023-L3-2")
    assert (found["earliest"], found["table"]) == ("2025-06-30", "国家职业标准编制技术规程(2023年版)")
    assert [rule["id"] for rule in found["rules"]] == [f"2023-L3-{number}" for number in range(1, 7)]
    assert [clause["months"] for clause in found["rules"][1]["clauses"]] == [None, 65]
    assert await reading.service.row_counts() == before


async def test_who_is_not_eligible_learns_what_is_missing_and_from_when_on(reading: Catalog) -> None:
    found = (
        await asked(reading, certificates=[], regulation="2018", level=4, work=[{"begin": "2022-01-01"}])
    ).json()
    assert (found["status"], found["earliest"], found["rule"]) == ("not_met", "2028-01-01", "2018-L4-2")
    (clause,) = next(rule for rule in found["rules"] if rule["id"] == "2018-L4-2")["clauses"]
    assert clause["text"]["en"] == "6 years of work in the occupation or a related one"


async def test_a_standard_without_a_table_of_its_own_goes_by_its_regulation(reading: Catalog) -> None:
    (standard,) = (await reading.read("/standards", item_code="6-18-02-04", level=3))["items"]
    found = (await asked(reading, standard_id=standard["id"])).json()
    assert found["table"].startswith("国家职业技能标准·焊工 · ")
    unknown = await asked(reading, standard_id="standard_01jdzx000000000000000000zz")
    assert unknown.status_code == 404


async def test_an_item_is_asked_by_the_standard_that_its_evaluations_go_by(reading: Catalog) -> None:
    found = (await asked(reading, item_code="6-18-02-04")).json()
    assert found["table"].startswith("国家职业技能标准·焊工 · ")
    assert (await asked(reading, item_code="9-99-99-99")).status_code == 404


async def test_nobody_tells_what_the_registry_knows(reading: Catalog) -> None:
    answer = await asked(reading, work=[{"begin": "2018-07-01", "proof": "registry"}])
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {f"{WORK}/0/proof"}


async def test_a_question_that_cannot_be_is_refused_with_every_mistake(reading: Catalog) -> None:
    answer = await asked(
        reading,
        level=6,
        regulation="2023",
        standard_id="standard_01jdzx000000000000000000zz",
        work=[{"begin": "2020-01-01", "end": "2019-01-01"}, {"begin": "29/02/2024"}],
        name="王伟",
    )
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/validation")
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert {"/level", f"{WORK}/0", f"{WORK}/1/begin", "/name"} <= pointers


async def test_the_general_tables_are_there_as_data(reading: Catalog) -> None:
    assert await reading.read("/eligibility/tables/2018") == national_table("2018").as_data()
    assert (await reading.get("/eligibility/tables/2020")).status_code == 404
