"""Documents in clear: for the centre in charge, with a purpose, and never without a trace."""

from typing import Any

import pytest
from sqlalchemy import text

from client.sample import people
from common.events.registration import IdentitiesRevealed
from common.ids import encode_id, uuid7
from tests.service.registration.world import Registration, entry
from tests.support.service import owner_connection

WANG, LI, ZHANG = people(3, seed=7)


@pytest.fixture
async def plan(registration: Registration) -> str:
    """A social plan with three candidates."""
    accepted = await registration.accepted("social")
    job = await registration.roster(accepted, [entry(person) for person in (WANG, LI, ZHANG)])
    assert job["result"]["accepted"] == 3
    return accepted


async def test_each_page_in_clear_is_an_entry_that_names_who_and_why_and_nobody_else(
    registration: Registration, plan: str
) -> None:
    head: dict[str, Any] = {"role": "centre_head", "region": "320106", "account_id": uuid7()}
    path = f"/plans/{plan}/identities?purpose=inspection&limit=2"
    first = await registration.get(path, **head)
    assert first.status_code == 200, first.text
    assert first.headers["Cache-Control"] == "no-store"
    rest = await registration.get(f"{path}&cursor={first.json()['next']}", **head)
    shown = [
        (one["name"], one["id_type"], one["id_number"])
        for one in first.json()["items"] + rest.json()["items"]
    ]
    assert shown == [(one.name, "resident_id", one.id_number) for one in (WANG, LI, ZHANG)]
    said = await registration.said(IdentitiesRevealed)
    assert [(one.purpose, one.people, one.revealed_by) for one in said] == [
        ("inspection", 2, head["account_id"]),
        ("inspection", 1, head["account_id"]),
    ]
    assert {encode_id("plan", one.plan_id) for one in said} == {plan}


async def test_without_a_purpose_that_counts_nothing_is_shown_and_nothing_said(
    registration: Registration, plan: str
) -> None:
    answers = [
        await registration.get(f"/plans/{plan}/identities", "centre_head", region="320106"),
        await registration.get(f"/plans/{plan}/identities?purpose=curiosity", "centre_head", region="320106"),
        await registration.get(f"/plans/{plan}/identities?purpose=appeal", "centre_head", region="320104"),
    ]
    told = [(answer.status_code, answer.json()["type"].removeprefix("/problems/")) for answer in answers]
    assert told == [(403, "purpose-required"), (422, "validation"), (404, "not-found")]
    for answer in answers:
        assert not any(person.id_number in answer.text for person in (WANG, LI, ZHANG))
    assert await registration.said(IdentitiesRevealed) == []


async def test_who_was_forgotten_stays_a_line_without_a_name(registration: Registration, plan: str) -> None:
    async with owner_connection(registration.service.database_url) as connection:
        await connection.execute(text("DELETE FROM person_key"))
    answer = await registration.get(f"/plans/{plan}/identities?purpose=appeal", "authority")
    shown = [(one["name"], one["id_type"], one["id_number"]) for one in answer.json()["items"]]
    assert shown == 3 * [(None, None, None)]
