"""Corrections of recorded results: two accounts, evidence, a new fact beside the old one (DOMAIN 4.5)."""

import hashlib
import json
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from client.sample import people
from common.events.registration import ResultCorrected
from common.ids import encode_id, uuid7
from common.person_keys import person_key
from tests.service.registration.world import AFTER, Registration, score
from tests.support.service import owner_connection

WANG, LI, ZHANG = people(3, seed=7)
PDF = b"%PDF-1.7\nminutes of the examiners\n%%EOF\n"
SHA256 = hashlib.sha256(PDF).hexdigest()
REASON = "技能成绩录入时漏看一项评分"


class Desk:
    """A recorded batch of two people, evidence on record, and the two sides of a correction."""

    def __init__(self, registration: Registration, plan: str, results: list[str]) -> None:
        self.registration, self.plan, self.results = registration, plan, results
        self.centre = uuid7()

    async def ask(self, result: str, role: str = "result_recorder", **body: Any) -> httpx.Response:
        plain = {"reason": REASON, "evidence": {"kind": "score_sheet", "sha256": SHA256}}
        return await self.registration.post(f"/results/{result}/corrections", role, json.dumps(plain | body))

    async def decide(
        self, asked: httpx.Response, *, approve: bool = True, role: str = "centre_reviewer", **about: Any
    ) -> httpx.Response:
        body = json.dumps({"approve": approve, "reason": "经核对,属实"})
        path = f"/corrections/{asked.json()['id']}/decision"
        return await self.registration.post(path, role, body, **({"region": "320106"} | about))

    async def shown(self) -> list[dict[str, Any]]:
        batch = (await self.registration.get(f"/plans/{self.plan}/batches")).json()["items"][0]["id"]
        found: list[dict[str, Any]] = (await self.registration.get(f"/batches/{batch}/results")).json()[
            "items"
        ]
        return found


@pytest.fixture
async def desk(registration: Registration) -> Desk:
    plan = await registration.accepted("employer")
    kept = await registration.post(f"/plans/{plan}/evidence", "plan_filer", PDF, "application/pdf")
    assert kept.status_code == 201, kept.text
    await registration.be_at(AFTER)
    await registration.results(plan, [score(WANG), score(LI, skill=59.5)])
    batch = (await registration.get(f"/plans/{plan}/batches")).json()["items"][0]["id"]
    items = (await registration.get(f"/batches/{batch}/results")).json()["items"]
    return Desk(registration, plan, [item["id"] for item in items])


async def test_marks_are_corrected_by_two_accounts_and_the_old_fact_stays(desk: Desk) -> None:
    registration, (first, second) = desk.registration, desk.results
    marks = {"theory": 80, "skill": 59.99, "ethics_passed": True}
    asked = await desk.ask(first, marks=marks)
    assert asked.status_code == 202, asked.text
    assert (asked.json()["before"]["outcome"], asked.json()["proposed"]["outcome"]) == ("passed", "failed")
    again = await desk.ask(first, marks=marks | {"skill": 58})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/state-conflict")
    assert await registration.said(ResultCorrected) == []

    decided = await desk.decide(asked)
    assert decided.status_code == 201, decided.text
    assert (decided.json()["state"], decided.json()["version"]) == ("approved", 2)
    (told,) = await registration.said(ResultCorrected)
    assert (told.version, told.before, told.after, told.about) == (2, "passed", "failed", "marks")
    assert encode_id("result", told.result_id) == first
    assert told.asked_by != told.approved_by
    assert (await desk.decide(asked)).status_code == 409

    versions = (await registration.get(f"/results/{first}/versions")).json()
    assert [(one["version"], one["marks"]["skill"], one["marks"]["outcome"]) for one in versions] == [
        (1, 75.5, "passed"),
        (2, 59.99, "failed"),
    ]
    listed = {one["id"]: (one["version"], one["outcome"]) for one in await desk.shown()}
    assert listed == {first: (2, "failed"), second: (1, "failed")}

    back = await desk.ask(first, marks={"theory": 80, "skill": 75.5, "ethics_passed": True})
    assert (back.status_code, back.json()["type"]) == (409, "/problems/state-conflict")
    up = await desk.ask(second, marks={"theory": 80, "skill": 60, "ethics_passed": True})
    refused = await desk.decide(up, approve=False)
    assert (refused.json()["state"], refused.json()["version"]) == ("refused", None)
    assert len(await registration.said(ResultCorrected)) == 1
    listing = (await registration.get(f"/plans/{desk.plan}/corrections", "result_recorder")).json()["items"]
    assert [(one["state"], one["reason"]) for one in listing] == [("approved", REASON), ("refused", REASON)]


async def test_a_number_is_corrected_on_a_police_document_and_names_another_person(desk: Desk) -> None:
    registration, (first, _) = desk.registration, desk.results
    identity = {"name": ZHANG.name, "id_number": ZHANG.id_number}
    weak = await desk.ask(first, identity=identity)
    assert [(one["code"], one["pointer"]) for one in weak.json()["errors"]] == [
        ("evidence-of-identity", "/evidence/kind")
    ]
    police = {"kind": "police_document", "sha256": SHA256}
    asked = await desk.ask(first, identity=identity, evidence=police)
    assert asked.status_code == 202, asked.text
    assert asked.json()["identity"]["id_number"] == f"{ZHANG.id_number[:6]}********{ZHANG.id_number[-4:]}"
    assert (await desk.decide(asked)).status_code == 201
    (told,) = await registration.said(ResultCorrected)
    assert (told.before, told.after, told.about) == ("passed", "passed", "identity")
    platform = registration.service.platform
    async with platform.sessions() as session:
        key = await person_key(session, platform.keyring, told.person_id)
    assert key.open("identity", told.identity) == {
        "name": ZHANG.name,
        "id_type": "resident_id",
        "id_number": ZHANG.id_number,
    }
    assert (await desk.shown())[0]["id_number"].endswith(ZHANG.id_number[-4:])
    async with owner_connection(registration.service.database_url) as connection:
        for table in ("correction", "result_version", "outbox", "journal"):
            stored = "\n".join((await connection.scalars(text(f"SELECT t::text FROM {table} AS t"))).all())
            for secret in (ZHANG.name, ZHANG.id_number, WANG.name, REASON):
                assert secret not in stored, table


async def test_a_name_is_corrected_and_the_person_is_known_by_it_from_then_on(desk: Desk) -> None:
    registration, (first, _) = desk.registration, desk.results
    renamed = {"name": "欧阳" + WANG.name[-1], "id_number": WANG.id_number}
    police = {"kind": "police_document", "sha256": SHA256}
    same = await desk.ask(first, identity={"name": WANG.name, "id_number": WANG.id_number}, evidence=police)
    assert [one["code"] for one in same.json()["errors"]] == ["correction-changes-nothing"]
    assert (await desk.decide(await desk.ask(first, identity=renamed, evidence=police))).status_code == 201
    job = await registration.results(desk.plan, [score(WANG, name=renamed["name"])])
    assert (job["state"], job["errors"]) == ("completed", 0)


async def test_what_is_wrong_with_a_request_is_told_at_its_members(desk: Desk) -> None:
    registration, (first, second) = desk.registration, desk.results
    before = await registration.service.row_counts()
    wrong: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
        (
            {"marks": {"theory": 100.5, "skill": 75.555}},
            [
                ("ethics-missing", "/marks/ethics_passed"),
                ("value-range", "/marks/theory"),
                ("value-precision", "/marks/skill"),
            ],
        ),
        ({"marks": {"theory": 80, "ethics_passed": True}}, [("mark-missing", "/marks/skill")]),
        (
            {"marks": {"theory": 80, "skill": 75.5, "ethics_passed": True}},
            [("correction-changes-nothing", "/marks")],
        ),
        ({}, [("one-matter", "")]),
        (
            {"marks": {"absent": True}, "evidence": {"kind": "score_sheet", "sha256": "0" * 64}},
            [("evidence-not-kept", "/evidence/sha256")],
        ),
        (
            {
                "identity": {"name": LI.name, "id_number": LI.id_number},
                "evidence": {"kind": "police_document", "sha256": SHA256},
            },
            [("already-recorded", "/identity/id_number")],
        ),
        (
            {
                "identity": {"name": ZHANG.name, "id_number": LI.id_number},
                "evidence": {"kind": "police_document", "sha256": SHA256},
            },
            [("id-other-name", "/identity/name")],
        ),
        (
            {
                "identity": {"name": ZHANG.name, "id_number": "320106199003071010"},
                "evidence": {"kind": "police_document", "sha256": SHA256},
            },
            [("id-checksum", "/identity/id_number")],
        ),
    ]
    for body, expected in wrong:
        answer = await desk.ask(first, **body)
        found = [(one["code"], one["pointer"]) for one in answer.json()["errors"]]
        assert (answer.status_code, sorted(found)) == (422, sorted(expected)), body
    foreign = Registration(registration.service, organisation=uuid7())
    body = json.dumps(
        {"reason": REASON, "evidence": {"kind": "score_sheet", "sha256": SHA256}, "marks": {"absent": True}}
    )
    hidden = await foreign.post(f"/results/{second}/corrections", "result_recorder", body)
    assert hidden.status_code == 404
    assert await registration.service.row_counts() == before


async def test_whoever_asked_does_not_decide_nor_does_another_centre(desk: Desk) -> None:
    registration, (first, _) = desk.registration, desk.results
    asker = uuid7()
    body = json.dumps(
        {"reason": REASON, "evidence": {"kind": "score_sheet", "sha256": SHA256}, "marks": {"absent": True}}
    )
    asked = await registration.post(
        f"/results/{first}/corrections", "centre_reviewer", body, account_id=asker
    )
    assert asked.status_code == 202, asked.text
    own = await desk.decide(asked, account_id=asker)
    assert (own.status_code, own.json()["type"]) == (403, "/problems/permission-denied")
    recorder = await desk.decide(asked, role="result_recorder")
    assert recorder.status_code == 403
    assert (await desk.decide(asked, region="320500")).status_code == 404
    assert (await desk.decide(asked)).status_code == 201
