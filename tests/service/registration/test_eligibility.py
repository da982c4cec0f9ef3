"""Claims of rosters, held against what the platform knows (Art. 2, 14)."""

import json
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import text

from client.sample import Person, check_character, people
from common.ids import encode_id
from tests.service.registration.certificates import certified, revoke
from tests.service.registration.world import AFTER, BEFORE, Registration, entry, standard
from tests.support.service import owner_connection

WANG, LI, ZHANG = people(3, seed=50)
LATER = date(2031, 12, 20)
PDF = b"%PDF-1.7\nnotice of the police\n%%EOF\n"


async def told(registration: Registration, job: dict[str, Any]) -> list[str]:
    return [code for _, _, code in await registration.mistakes(job)]


async def test_certificates_of_the_platform_are_facts_about_their_holders(registration: Registration) -> None:
    await registration.be_at(AFTER)
    first, second = await certified(registration, WANG, LI)
    await revoke(registration, second)
    same = await registration.accepted("social", starts_on=LATER)
    job = await registration.roster(same, [entry(WANG), entry(LI)], "?on_invalid=accept_valid")
    assert await registration.mistakes(job) == [(1, "level", "level-held")]
    higher = await registration.accepted("social", starts_on=LATER, level=3)
    rows = [
        entry(WANG, level=3, 已持证书编号=first, 工作年限="1"),
        entry(LI, level=3, 已持证书编号=second),
        entry(ZHANG, level=3, 已持证书编号=first),
    ]
    job = await registration.roster(higher, rows, "?on_invalid=accept_valid")
    assert await told(registration, job) == ["not-eligible", "prior-revoked", "prior-other-person"]
    answer = await registration.get(f"/jobs/{job['id']}/errors")
    assert first not in answer.text
    assert "2023-L3-2" in answer.text


@pytest.mark.parametrize("mode", ["reject_all", "accept_valid"])
async def test_a_certificate_that_nobody_here_knows_is_told_once_and_refuses_nobody(
    registration: Registration, mode: str
) -> None:
    plan = await registration.accepted("social")
    row = entry(WANG, 已持证书编号="S000032010699")
    job = await registration.roster(plan, [row], f"?on_invalid={mode}")
    assert (job["state"], job["result"]["accepted"], job["result"]["rejected"]) == ("completed", 1, 0)
    assert await registration.mistakes(job) == [(1, "prior_number", "prior-unknown")]
    (candidate,) = await registration.candidates(plan)
    assert candidate["eligible"] == "needs_evidence"


async def test_a_roster_sent_again_brings_better_claims(registration: Registration) -> None:
    plan = await registration.accepted("social")
    await registration.roster(plan, [entry(WANG)])
    (before,) = await registration.candidates(plan)
    assert (before["eligible"], before["qualifies_on"]) == ("needs_evidence", None)
    job = await registration.roster(plan, [entry(WANG, 工作年限="6")])
    assert (job["result"]["accepted"], job["result"]["unchanged"]) == (0, 1)
    (after,) = await registration.candidates(plan)
    assert (after["eligible"], after["rule"]) == ("needs_evidence", "2023-L4-1")
    assert after["qualifies_on"] is not None
    async with owner_connection(registration.service.database_url) as connection:
        kept = (await connection.execute(text("SELECT claims, finding FROM candidate"))).one()
    shown = (await registration.get(f"/plans/{plan}/candidates/{after['id']}", "centre_reviewer")).json()
    assert shown["claims"] == {"work_months": 72}
    assert [one["id"] for one in shown["finding"]["rules"]] == ["2023-L4-1", "2023-L4-2", "2023-L4-3"]
    assert "work_months" not in kept.claims
    assert kept.finding["rule"] == "2023-L4-1"


async def test_the_standard_of_the_plan_says_who_may_sit(registration: Registration) -> None:
    """2023: level 4 after five years of work; 2018: after six (DOMAIN 2)."""
    plan = await registration.accepted("social")
    async with owner_connection(registration.service.database_url) as connection:
        of_plan = (await connection.execute(text("SELECT standard_id FROM standard_fact"))).scalar_one()
    await registration.hear(standard(of_plan).model_copy(update={"regulation": "2018"}))
    rows = [entry(WANG, 工作年限="5"), entry(LI, 工作年限="6")]
    job = await registration.roster(plan, rows, "?on_invalid=accept_valid")
    assert await registration.mistakes(job) == [(1, "level", "not-eligible")]


async def test_a_certificate_is_held_by_whom_the_correction_of_its_result_names(
    registration: Registration,
) -> None:
    await registration.be_at(AFTER)
    await certified(registration, WANG)
    async with owner_connection(registration.service.database_url) as connection:
        result = (await connection.execute(text("SELECT id, plan_id FROM result"))).one()
    plan = encode_id("plan", result.plan_id)
    await registration.post(f"/plans/{plan}/evidence", "result_recorder", PDF, "application/pdf")
    body = {
        "reason": "身份证号码录入错误",
        "evidence": {"kind": "police_document", "sha256": sha256(PDF).hexdigest()},
        "identity": {"name": ZHANG.name, "id_number": ZHANG.id_number},
    }
    asked = await registration.post(
        f"/results/{encode_id('result', result.id)}/corrections", "result_recorder", json.dumps(body)
    )
    decided = await registration.post(
        f"/corrections/{asked.json()['id']}/decision",
        "centre_reviewer",
        json.dumps({"approve": True, "reason": "经核对,属实"}),
        region="320106",
    )
    assert decided.status_code == 201, decided.text
    same = await registration.accepted("social", starts_on=LATER)
    job = await registration.roster(same, [entry(WANG), entry(ZHANG)], "?on_invalid=accept_valid")
    assert await registration.mistakes(job) == [(2, "level", "level-held")]


async def test_evidence_that_was_not_sent_is_told(registration: Registration) -> None:
    plan = await registration.accepted("social")
    job = await registration.roster(plan, [entry(WANG, 佐证材料="a" * 64)])
    assert await told(registration, job) == ["evidence-missing"]


async def test_a_share_from_outside_the_province_highlights_and_blocks_nobody(
    registration: Registration,
) -> None:
    plan = await registration.accepted("social")
    await registration.be_at(BEFORE)
    digits = "44010619900307101"
    outsider = Person("陈伟", digits + check_character(digits))
    job = await registration.roster(plan, [entry(outsider)])
    assert job["result"]["alarms"] == [{"code": "outside-province", "people": 1}]
    assert [one["alarms"] for one in await registration.candidates(plan)] == [["outside-province"]]
    job = await registration.roster(plan, [entry(one) for one in people(4, seed=52)])
    assert "alarms" not in job["result"]
    assert [one["alarms"] for one in await registration.candidates(plan)] == [[]] * 5
