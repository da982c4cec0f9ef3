"""Claims of rosters, held against what the platform knows (Art. 2, 14)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from client.sample import Person, check_character, people
from tests.service.registration.certificates import certified, revoke
from tests.service.registration.world import AFTER, BEFORE, Registration, entry
from tests.support.service import owner_connection

WANG, LI, ZHANG = people(3, seed=50)
LATER = date(2031, 12, 20)


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
    assert "work_months" not in kept.claims
    assert kept.finding["rule"] == "2023-L4-1"


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
