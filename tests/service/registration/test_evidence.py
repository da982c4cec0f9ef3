"""Evidence of a plan: kept sealed under its hash, shown to its organisation and its centre, each look told."""

import hashlib

import pytest
from sqlalchemy import text

from common.events.registration import EvidenceKept, EvidenceRead
from common.ids import decode_id, uuid7
from tests.service.registration.world import Registration
from tests.support.service import owner_connection
from tests.unit.registration.test_evidence import photograph

pytestmark = pytest.mark.asyncio(loop_scope="module")
PDF = b"%PDF-1.7\n1 0 obj\n<</Name(Wang Wei)>>\nendobj\n%%EOF\n"
KIND = "application/pdf"


def name_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def test_a_file_is_kept_once_sealed_and_given_back(shared: Registration) -> None:
    plan = await shared.accepted("social")
    kept = await shared.post(f"/plans/{plan}/evidence?sha256={name_of(PDF)}", "plan_filer", PDF, KIND)
    again = await shared.post(f"/plans/{plan}/evidence", "result_recorder", PDF, KIND)
    assert (kept.status_code, again.status_code) == (201, 200)
    assert kept.json() == again.json()
    assert kept.headers["location"].endswith(f"/plans/{plan}/evidence/{name_of(PDF)}")
    read = await shared.get(f"/plans/{plan}/evidence/{name_of(PDF)}")
    assert (read.status_code, read.content, read.headers["content-type"]) == (200, PDF, KIND)
    assert read.headers["content-disposition"].startswith("attachment")
    listed = (await shared.get(f"/plans/{plan}/evidence")).json()["items"]
    assert listed == [kept.json()]
    async with owner_connection(shared.service.database_url) as connection:
        stored = await connection.scalar(
            text("SELECT sealed FROM evidence WHERE id = :id"), {"id": decode_id("evidence", listed[0]["id"])}
        )
    assert b"Wang" not in bytes(stored)


async def test_every_look_is_told_without_saying_at_whose_file(shared: Registration) -> None:
    plan = await shared.accepted("social")
    kept = (await shared.post(f"/plans/{plan}/evidence", "plan_filer", PDF, KIND)).json()
    reviewer = uuid7()
    await shared.get(f"/plans/{plan}/evidence/{name_of(PDF)}", "centre_reviewer", account_id=reviewer)
    of_plan = decode_id("plan", plan)
    assert [one.size for one in await shared.said(EvidenceKept) if one.plan_id == of_plan] == [len(PDF)]
    looks = [one for one in await shared.said(EvidenceRead) if one.plan_id == of_plan]
    assert [(one.evidence_id, one.read_by) for one in looks] == [
        (decode_id("evidence", kept["id"]), reviewer)
    ]


async def test_foreign_bodies_and_centres_see_nothing_of_it(shared: Registration) -> None:
    plan = await shared.accepted("social")
    await shared.post(f"/plans/{plan}/evidence", "plan_filer", PDF, KIND)
    path = f"/plans/{plan}/evidence/{name_of(PDF)}"
    assert (await shared.get(path, "plan_filer", organisation_id=uuid7())).status_code == 404
    assert (await shared.get(path, "centre_reviewer", region="320500")).status_code == 404
    assert (await shared.get(path, None)).status_code == 401
    foreign = await shared.post(f"/plans/{plan}/evidence", "plan_filer", PDF, KIND, organisation_id=uuid7())
    assert foreign.status_code == 404


async def test_a_photograph_is_named_by_what_was_sent_and_kept_without_its_position(
    shared: Registration,
) -> None:
    plan, sent = await shared.accepted("social"), photograph()
    kept = (await shared.post(f"/plans/{plan}/evidence", "plan_filer", sent, "image/jpeg")).json()
    assert kept["sha256"] == name_of(sent)
    assert kept["size"] < len(sent)
    read = await shared.get(f"/plans/{plan}/evidence/{name_of(sent)}", "centre_reviewer")
    assert b"Nanjing" not in read.content


async def test_a_file_that_is_not_the_one_announced_is_refused(shared: Registration) -> None:
    plan = await shared.accepted("social")
    before = await shared.count("evidence")
    answer = await shared.post(f"/plans/{plan}/evidence?sha256={'0' * 64}", "plan_filer", PDF, KIND)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "hash-mismatch")
    assert await shared.count("evidence") == before


async def test_more_than_ten_mebibytes_are_too_many(shared: Registration) -> None:
    plan = await shared.accepted("social")
    large = PDF + b" " * 10 * 1024 * 1024
    assert (await shared.post(f"/plans/{plan}/evidence", "plan_filer", large, KIND)).status_code == 413


async def test_a_file_whose_key_was_taken_away_is_forgotten(shared: Registration) -> None:
    plan = await shared.accepted("social")
    kept = (await shared.post(f"/plans/{plan}/evidence", "plan_filer", PDF, KIND)).json()
    async with owner_connection(shared.service.database_url) as connection:
        await connection.execute(
            text("DELETE FROM person_key WHERE person_id = :id"), {"id": decode_id("evidence", kept["id"])}
        )
    assert (await shared.get(f"/plans/{plan}/evidence/{name_of(PDF)}")).status_code == 404
