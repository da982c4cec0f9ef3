"""What the catalog refuses, and that a refusal leaves everything as it was."""

from typing import Any

import pytest

from tests.service.catalog.world import BASE, Catalog, edition_body

pytestmark = pytest.mark.asyncio(loop_scope="session")


BAD = {
    "full-width digits in a code": {
        "items": [
            {"name": "甲", "category": "准入类", "entries": [{"name": "甲", "code": "\uff16-18-01-01"}]}
        ]
    },
    "a code outside the classification": {
        "items": [{"name": "甲", "category": "准入类", "entries": [{"name": "甲", "code": "9-99-99-99"}]}]
    },
    "an item without occupations": {"items": [{"name": "甲", "category": "准入类", "entries": []}]},
    "an unknown category": {"items": [{"name": "甲", "category": "其他", "entries": [{"name": "甲"}]}]},
    "effective before published": {"effective_on": "2024-02-28"},
    "a day that is none": {"effective_on": "2023-02-29"},
    "a day in another form": {"effective_on": "29/02/2024"},
    "a day of the year 1": {"effective_on": "0001-01-01", "published_on": "0001-01-01"},
    "a name of 10,000 characters": {"name": "工" * 10_000},
    "a name of spaces": {"name": "   "},
    "another kind of edition": {"kind": "provincial"},
    "a successor that the edition does not have": {
        "lineage": [{"from_name": "焊工", "to_name": "无", "reason": "更名"}]
    },
    "an unknown member": {"levels": [1]},
}


@pytest.mark.parametrize("changes", BAD.values(), ids=BAD.keys())
async def test_an_edition_with_a_mistake_is_refused_whole(reading: Catalog, changes: dict[str, Any]) -> None:
    before = await reading.kept()
    answer = await reading.publish(edition_body(**changes))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/validation")
    assert answer.json()["errors"]
    assert await reading.kept() == before


@pytest.mark.parametrize(("role", "status"), [("centre_head", 403), ("plan_filer", 403)])
async def test_only_the_authority_publishes(reading: Catalog, role: str, status: int) -> None:
    answer = await reading.publish(edition_body(), role=role)
    assert answer.status_code == status


async def test_a_stranger_cannot_publish(reading: Catalog) -> None:
    answer = await reading.service.client.post(f"{BASE}/editions", json=edition_body())
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"advance_days": 1, "to": "2040-01-02T09:00:00+08:00"},
        {"advance_days": 0},
        {"advance_days": 3_661},
        {"advance_days": "1"},
        {"advance_days": True},
        {"to": "2040-01-02T09:00:00"},
        {"to": "2100-01-01T00:00:00+08:00"},
        {"to": "tomorrow"},
        {"back": 1},
    ],
    ids=str,
)
async def test_a_move_with_a_mistake_is_refused(reading: Catalog, body: dict[str, Any]) -> None:
    before = await reading.kept()
    answer = await reading.move_clock(body)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/validation")
    assert await reading.kept() == before


async def test_only_the_authority_moves_the_clock(reading: Catalog) -> None:
    assert (await reading.move_clock({"advance_days": 1}, role="centre_head")).status_code == 403
    stranger = await reading.service.client.post(f"{BASE}/clock", json={"advance_days": 1})
    assert stranger.status_code == 401
