"""Reviews over HTTP: the queue, evidence asked and given, refusals appealed; every act kept (Art. 18(2))."""

import hashlib
import json
from datetime import date
from typing import Any

import httpx
from sqlalchemy import text

from client.sample import people
from common.clock import SHANGHAI
from common.events.filing import PlanAmended
from common.events.registration import CandidateActed, RosterReviewed
from common.ids import decode_id, uuid7
from tests.service.registration.world import REGION, Registration, entry
from tests.support.facts import plan_accepted
from tests.support.service import owner_connection

WANG, LI, ZHANG = people(3, seed=17)
PDF = b"%PDF-1.7\n1 0 obj\n<</Title(proof)>>\nendobj\n%%EOF\n"
SHA = hashlib.sha256(PDF).hexdigest()


async def waiting(registration: Registration) -> tuple[str, list[str]]:
    """A social plan with three candidates who wait, in order of arrival."""
    plan = await registration.accepted("social")
    await registration.roster(plan, [entry(WANG), entry(LI), entry(ZHANG)])
    return plan, [one["id"] for one in await registration.candidates(plan)]


async def act(
    registration: Registration, plan: str, candidate: str, path: str, role: str, **body: Any
) -> httpx.Response:
    return await registration.post(
        f"/plans/{plan}/candidates/{candidate}/{path}", role, json.dumps(body), **_about(role)
    )


def _about(role: str) -> dict[str, Any]:
    return {"region": "320100", "account_id": HEAD} if role == "centre_head" else {}


HEAD = uuid7()


async def queue(registration: Registration, region: str = "320106") -> list[dict[str, Any]]:
    found = await registration.get("/review-queue", "centre_reviewer", region=region)
    assert found.status_code == 200, found.text
    items: list[dict[str, Any]] = found.json()["items"]
    return items


async def test_the_queue_shows_what_waits_in_ones_region(registration: Registration) -> None:
    plan, (first, second, _) = await waiting(registration)
    (line,) = await queue(registration)
    assert (line["plan_id"], line["waiting"], line["evidence_asked"], line["appeals"]) == (plan, 3, 0, 0)
    assert await queue(registration, "320200") == []
    question = {"candidate_id": first, "what": "社保缴费记录", "until": "2031-10-20"}
    refusal = {"candidate_id": second, "code": "evidence_lacking", "reason": "年限不足"}
    answer = await registration.review(plan, ask=[question], refuse=[refusal])
    assert answer.json() == {"plan_id": plan, "approved": 0, "refused": 1, "pending": 2}
    (line,) = await queue(registration)
    assert (line["waiting"], line["evidence_asked"]) == (1, 1)
    await act(registration, plan, second, "appeal", "plan_filer", reason="年限已足")
    (line,) = await queue(registration)
    assert line["appeals"] == 1


async def test_evidence_asked_is_handed_in_and_the_candidate_waits_again(registration: Registration) -> None:
    plan, (first, *_) = await waiting(registration)
    question = {"candidate_id": first, "what": "社保缴费记录", "until": "2031-10-20"}
    await registration.review(plan, ask=[question])
    absent = await act(registration, plan, first, "answer", "plan_filer", evidence=[SHA])
    assert [error["code"] for error in absent.json()["errors"]] == ["evidence-missing"]
    kept = await registration.post(f"/plans/{plan}/evidence", "plan_filer", PDF, "application/pdf")
    assert kept.status_code == 201, kept.text
    given = await act(registration, plan, first, "answer", "plan_filer", evidence=[SHA], words="见附件")
    assert (given.status_code, given.json()["pending"]) == (201, 3)
    again = await act(registration, plan, first, "answer", "plan_filer", evidence=[SHA])
    assert again.status_code == 409
    await registration.review(plan, approve=[first])
    shown = (await registration.get(f"/plans/{plan}/candidates/{first}", "centre_reviewer")).json()
    assert shown["state"] == "approved"
    assert [(one["act"], one["evidence"]) for one in shown["acts"]] == [
        ("evidence_asked", []),
        ("evidence_given", [SHA]),
        ("approved", []),
    ]
    assert all(one["acted_by"] and one["acted_at"] for one in shown["acts"])
    acts = [told.act for told in await registration.said(CandidateActed)]
    assert acts == ["evidence_asked", "evidence_given"]
    reviewed = [(told.approved, told.pending) for told in await registration.said(RosterReviewed)]
    assert reviewed == [(0, 3), (1, 2)]  # asked, approved; who hands evidence in reviews nothing


async def test_a_refusal_is_appealed_once_and_decided_by_somebody_else(registration: Registration) -> None:
    plan, (first, *_) = await waiting(registration)
    refusal = {"candidate_id": first, "reason": "年限不足"}
    by_head = await registration.post(
        f"/plans/{plan}/review", "centre_head", json.dumps({"refuse": [refusal]}), **_about("centre_head")
    )
    assert by_head.status_code == 201, by_head.text
    early = await act(registration, plan, first, "appeal/decision", "centre_head", uphold=True, reason="x")
    assert early.status_code == 409
    filed = await act(registration, plan, first, "appeal", "plan_filer", reason="年限已足")
    assert (filed.status_code, filed.json()["act"]) == (201, "appealed")
    assert (await act(registration, plan, first, "appeal", "plan_filer", reason="再")).status_code == 409
    same = await act(registration, plan, first, "appeal/decision", "centre_head", uphold=False, reason="x")
    assert same.status_code == 403
    reviewer = await act(
        registration, plan, first, "appeal/decision", "centre_reviewer", uphold=False, reason="x"
    )
    assert reviewer.status_code == 403
    other = await registration.post(
        f"/plans/{plan}/candidates/{first}/appeal/decision",
        "centre_head",
        json.dumps({"uphold": False, "reason": "复核属实"}),
        region="320100",
    )
    assert (other.status_code, other.json()["act"]) == (201, "overturned")
    shown = (await registration.get(f"/plans/{plan}/candidates/{first}")).json()
    assert (shown["state"], [one["act"] for one in shown["acts"]]) == (
        "approved",
        ["refused", "appealed", "overturned"],
    )
    told = (await registration.said(RosterReviewed))[-1]
    assert (told.approved, told.refused, told.pending) == (1, 0, 2)


async def test_more_candidates_than_a_statement_takes_values_are_approved_at_once(
    registration: Registration,
) -> None:
    plan = await registration.accepted("social")
    await registration.roster(plan, [entry(WANG)])
    async with owner_connection(registration.service.database_url) as connection:
        await connection.execute(text(MANY), {"more": 32_768})
    answer = await registration.review(plan, approve_all=True)
    assert (answer.status_code, answer.json()["approved"]) == (201, 32_769), answer.text


MANY = """
WITH one AS (SELECT * FROM candidate),
     people AS (
       INSERT INTO person (id, id_index, name_index, registered_at)
       SELECT gen_random_uuid(), decode(md5(number::text), 'hex'), name_index, registered_at
       FROM person, generate_series(1, :more) AS number
       RETURNING id)
INSERT INTO candidate
  (id, plan_id, person_id, job_id, item_code, item_name, level, identity, state, submitted_at, during, alarms)
SELECT gen_random_uuid(), plan_id, people.id, job_id, item_code, item_name, level, identity, state, submitted_at,
       during, alarms
FROM one, people
"""


async def test_an_overturned_refusal_takes_up_the_days_that_the_plan_has_now(
    registration: Registration,
) -> None:
    plan, (first, *_) = await waiting(registration)
    await registration.review(plan, refuse=[{"candidate_id": first, "reason": "年限不足"}])
    amended = plan_accepted(
        plan_id=decode_id("plan", plan),
        kind="social",
        organisation_id=registration.organisation,
        region=REGION,
        starts_on=date(2031, 11, 8),
    )
    change = {"number_of_amendment": 1, "changes": ("particulars_changed",)}
    await registration.hear(PlanAmended.model_validate(amended.model_dump() | change))
    await act(registration, plan, first, "appeal", "plan_filer", reason="年限已足")
    decided = await act(
        registration, plan, first, "appeal/decision", "centre_head", uphold=False, reason="复核属实"
    )
    assert decided.status_code == 201, decided.text
    async with owner_connection(registration.service.database_url) as connection:
        days = await connection.scalars(text("SELECT lower(during) FROM candidate"))
        begin = {day.astimezone(SHANGHAI).date() for day in days}
    assert begin == {date(2031, 11, 8)}


async def test_an_appeal_comes_in_time(registration: Registration) -> None:
    plan, (first, *_) = await waiting(registration)
    await registration.review(plan, refuse=[{"candidate_id": first, "reason": "年限不足"}])
    await registration.be_at("2031-10-24T09:00:00+08:00")
    late = await act(registration, plan, first, "appeal", "plan_filer", reason="年限已足")
    assert (late.status_code, late.json()["type"]) == (409, "/problems/deadline-passed")


async def test_foreign_bodies_and_centres_do_nothing_here(registration: Registration) -> None:
    plan, (first, *_) = await waiting(registration)
    await registration.review(plan, refuse=[{"candidate_id": first, "reason": "年限不足"}])
    path = f"/plans/{plan}/candidates/{first}"
    body = json.dumps({"reason": "x"})
    foreign: dict[str, Any] = {"organisation_id": uuid7()}
    assert (await registration.post(f"{path}/appeal", "plan_filer", body, **foreign)).status_code == 404
    assert (await registration.get(path, "plan_filer", **foreign)).status_code == 404
    assert (await registration.get(path, "centre_reviewer", region="320500")).status_code == 404
    other = await registration.accepted("social")
    assert (await registration.get(f"/plans/{other}/candidates/{first}")).status_code == 404
