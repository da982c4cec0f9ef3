"""The candidate's own view: a code to the number on record opens one's own record, and nobody else's."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from client import candidates, registration
from client.calls import Call
from client.sample import Person, people
from common.clock import Clock
from common.events.registration import (
    CandidateRecordShown,
    CandidateRequestAnswered,
    CandidateRequestAsked,
    CandidateSessionOpened,
)
from common.ids import decode_id, uuid7
from registration.candidate_view import repository
from tests.service.registration.visits import Visitor
from tests.service.registration.world import EVALUATED_ON, Registration, entry
from tests.support.service import owner_connection

pytestmark = pytest.mark.asyncio(loop_scope="module")
WANG, LI, ZHANG, ZHAO, QIAN, SUN, ZHOU, WU, ZHENG, FENG = people(10, seed=47)
PHONE, OTHER = "13800138001", "13900139002"
NO_RESULT = "result_01jdqkrphefh0stfg14d2pf2db"


async def registered(shared: Registration, person: Person, *, on: date = EVALUATED_ON, **cells: Any) -> str:
    """A social plan with this person on its roster."""
    plan = await shared.accepted("social", starts_on=on)
    job = await shared.roster(plan, [entry(person, **cells)])
    assert job["state"] == "completed", job
    return plan


async def test_a_code_sent_to_the_number_on_record_opens_what_is_recorded(shared: Registration) -> None:
    plan = await registered(shared, WANG, 手机号码="+86 138-0013-8001", work_years="12", education="大专")
    await shared.review(plan, refuse=[await refusal(shared, plan)])
    visitor = Visitor(shared)
    _, token = await visitor.opened(WANG, PHONE)
    me = (await visitor.me(token)).json()
    assert (me["identity"]["name"], me["identity"]["id_number"]) == (WANG.name, WANG.id_number)
    assert me["identity"]["phone"] == PHONE
    (found,) = me["registrations"]
    assert (found["plan"]["id"], found["level"], found["state"]) == (plan, 4, "refused")
    assert found["reason"] == "工作年限证明不足"
    assert (found["claims"]["work_months"], found["eligible"]) == (144, "needs_evidence")
    assert found["finding"]["rules"][0]["clauses"]
    assert [(one["act"], one["words"]) for one in found["review"]] == [("refused", "工作年限证明不足")]
    assert found["admission"] is None
    assert (me["results"], me["requests"]) == ([], [])


async def refusal(shared: Registration, plan: str) -> dict[str, str]:
    (candidate,) = await shared.candidates(plan)
    return {"candidate_id": candidate["id"], "reason": "工作年限证明不足"}


async def test_every_look_is_in_the_journal_and_names_nobody(shared: Registration) -> None:
    await registered(shared, LI)
    visitor = Visitor(shared)
    visit, token = await visitor.opened(LI)
    for _ in range(2):
        assert (await visitor.me(token)).status_code == 200
    session_id = decode_id("visit", visit)
    opened = [one for one in await shared.said(CandidateSessionOpened) if one.session_id == session_id]
    shown = [one for one in await shared.said(CandidateRecordShown) if one.session_id == session_id]
    assert (len(opened), len(shown)) == (1, 2)
    assert {one.person_id for one in (*opened, *shown)} == {opened[0].person_id}
    assert opened[0].token_sha256 == hashlib.sha256(token.encode()).hexdigest()  # so other services know it
    assert opened[0].expires_at is not None
    assert 25 < (opened[0].expires_at - Clock.real_now()).total_seconds() / 60 <= 30
    for one in (*opened, *shown):
        assert LI.name not in one.model_dump_json()
        assert LI.id_number not in one.model_dump_json()


async def test_known_and_unknown_people_get_the_same_answer_to_the_last_member(shared: Registration) -> None:
    await registered(shared, ZHANG)
    visitor = Visitor(shared)
    known, unknown, misnamed = (
        await visitor.ask_code(ZHANG),
        await visitor.ask_code(ZHAO),
        await visitor.ask_code(ZHANG, name="欧阳无名"),
    )
    assert [one.status_code for one in (known, unknown, misnamed)] == [202, 202, 202]
    assert set(known.json()) == set(unknown.json()) == set(misnamed.json()) == {"id", "expires_at"}
    misses = [await visitor.exchange(one.json()["id"], "00000000") for one in (known, unknown, misnamed)]
    told = [one.json() | {"request_id": None} for one in misses]
    assert [one.status_code for one in misses] == [404, 404, 404]
    assert told[0] == told[1] == told[2]


async def test_a_code_opens_once_and_only_its_own_session(shared: Registration) -> None:
    await registered(shared, QIAN)
    await registered(shared, SUN, phone=OTHER)
    visitor = Visitor(shared)
    mine = (await visitor.ask_code(QIAN)).json()["id"]
    theirs = (await visitor.ask_code(SUN)).json()["id"]
    code = await visitor.code_at(OTHER)
    foreign = await visitor.exchange(mine, code)
    assert (foreign.status_code, foreign.json()["type"]) == (401, "/problems/client-authentication-failed")
    assert (await visitor.exchange(theirs, code)).status_code == 200
    assert (await visitor.exchange(theirs, code)).status_code == 404


async def test_a_code_that_was_tried_five_times_or_is_ten_minutes_old_opens_nothing(
    shared: Registration,
) -> None:
    await registered(shared, ZHOU, phone="13700137003")
    visitor = Visitor(shared)
    tried = (await visitor.ask_code(ZHOU)).json()["id"]
    code = await visitor.code_at("13700137003")
    for _ in range(5):
        assert (await visitor.exchange(tried, "00000000")).status_code == 404
    assert (await visitor.exchange(tried, code)).status_code == 404
    old = (await visitor.ask_code(ZHOU)).json()["id"]
    await forward(shared, "expires_at", old)
    assert (await visitor.exchange(old, await visitor.code_at("13700137003", 2))).status_code == 404


async def forward(shared: Registration, column: str, visit: str) -> None:
    """Let a session be an hour older."""
    async with owner_connection(shared.service.database_url) as connection:
        await connection.execute(
            text(f"UPDATE candidate_session SET {column} = {column} - interval '1 hour' WHERE id = :id"),
            {"id": decode_id("visit", visit)},
        )


async def test_codes_are_not_sent_without_end(shared: Registration) -> None:
    """The fourth within a quarter of an hour is refused, for people who are known and who are not."""
    stranger = replace(ZHAO, name="王无名")
    answers = [(await Visitor(shared).ask_code(stranger)) for _ in range(4)]
    assert [one.status_code for one in answers].count(202) <= 3
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["retry-after"]) <= 900


async def test_a_token_lasts_half_an_hour_and_no_other_word_opens_anything(shared: Registration) -> None:
    await registered(shared, WU, phone="13600136004")
    visitor = Visitor(shared)
    visit, token = await visitor.opened(WU, "13600136004")
    assert (await visitor.me(token)).status_code == 200
    await forward(shared, "opened_at", visit)
    for word, code in ((token, "token-expired"), ("x" * 43, "token-invalid"), (None, "token-missing")):
        refused = await visitor.me(word)
        assert (refused.status_code, refused.json()["type"]) == (401, f"/problems/{code}")
    async with owner_connection(shared.service.database_url) as connection:
        kept = await connection.scalar(text("SELECT string_agg(body, ' ') FROM idempotency"))
    assert token not in (kept or "")


async def test_another_body_cannot_put_its_own_number_in_the_place_of_the_first(shared: Registration) -> None:
    await registered(shared, ZHENG, phone="13500135005")
    other = Registration(shared.service, organisation=uuid7())
    await registered(other, ZHENG, on=date(2031, 11, 15), phone="13300133006")
    visitor = Visitor(shared)
    visit = (await visitor.ask_code(ZHENG)).json()["id"]
    await visitor.code_at("13500135005")
    assert {one["address"] for one in await visitor.notices()}.isdisjoint({"13300133006", visit})


async def test_a_request_for_correction_reaches_body_and_centre_and_its_answer_the_person(
    shared: Registration,
) -> None:
    plan = await registered(shared, FENG, phone="13200132007")
    visitor = Visitor(shared)
    _, token = await visitor.opened(FENG, "13200132007")
    candidate = (await visitor.me(token)).json()["registrations"][0]["id"]
    asked = await visitor.ask(token, candidate_id=candidate, text="姓名应为“冯玮”。")
    assert (asked.status_code, asked.json()["state"]) == (201, "open")
    assert "冯玮" not in asked.text
    path = f"/plans/{plan}/correction-requests"
    for role in ("organisation_reader", "centre_reviewer"):
        (seen,) = (await shared.get(f"{path}?state=open", role)).json()["items"]
        assert (seen["subject_id"], seen["text"]) == (candidate, "姓名应为“冯玮”。")
        assert seen["name"] != FENG.name
    queue = (await shared.get("/correction-requests?limit=200", "centre_reviewer")).json()["items"]
    assert asked.json()["id"] in {one["id"] for one in queue}
    assert (await shared.get("/correction-requests", "centre_reviewer", region="320500")).json()[
        "items"
    ] == []
    answer = {"accepted": False, "answer": "与身份证一致,未予更正。"}
    request = asked.json()["id"]
    answered = await shared.post(
        f"/correction-requests/{request}/answer", "centre_reviewer", json.dumps(answer)
    )
    assert (answered.status_code, answered.json()["state"]) == (201, "declined")
    twice = await shared.post(f"/correction-requests/{request}/answer", "centre_reviewer", json.dumps(answer))
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/request-answered")
    (mine,) = (await visitor.me(token)).json()["requests"]
    assert (mine["state"], mine["answer"]) == ("declined", "与身份证一致,未予更正。")
    assert "answered" in (await visitor.notices())[0]["text"]
    of_plan = decode_id("plan", plan)
    assert [one.subject for one in await shared.said(CandidateRequestAsked) if one.plan_id == of_plan] == [
        "registration"
    ]
    assert [one.outcome for one in await shared.said(CandidateRequestAnswered) if one.plan_id == of_plan] == [
        "declined"
    ]


@pytest.mark.parametrize(
    ("seed", "about", "code"),
    [
        (61, {}, "subject-ambiguous"),
        (62, {"candidate_id": "{theirs}", "result_id": NO_RESULT}, "subject-ambiguous"),
        (63, {"candidate_id": "{theirs}"}, "subject-unknown"),
        (64, {"result_id": NO_RESULT}, "subject-unknown"),
    ],
)
async def test_only_one_entry_of_ones_own_record_can_be_asked_about(
    shared: Registration, seed: int, about: dict[str, str], code: str
) -> None:
    mine, theirs = people(2, seed=seed)
    await registered(shared, mine)
    (foreign,) = await shared.candidates(await registered(shared, theirs))
    visitor = Visitor(shared)
    _, token = await visitor.opened(mine)
    before = await shared.service.row_counts()
    body = {name: value.replace("{theirs}", foreign["id"]) for name, value in about.items()}
    refused = await visitor.ask(token, **body, text="有误。")
    assert (refused.status_code, [one["code"] for one in refused.json()["errors"]]) == (422, [code])
    after = await shared.service.row_counts()
    assert after["correction_request"] == before["correction_request"]


async def test_a_number_that_no_message_reaches_is_told_in_its_row(shared: Registration) -> None:
    plan = await shared.accepted("social")
    job = await shared.roster(plan, [entry(WANG, phone="025-8765432")])
    assert await shared.mistakes(job) == [(1, "phone", "phone-unreadable")]


async def test_the_calls_of_the_sdk_go_the_whole_way(shared: Registration) -> None:
    (person,) = people(1, seed=71)
    plan = await registered(shared, person, phone="13100131008")

    async def send(call: Call[Any], role: str | None = None) -> Any:
        headers = {"Accept-Language": "en"} if role is None else shared.headers(role)
        answer = await shared.service.client.request(
            call.method, call.path, params=call.query, json=call.json, headers=headers | dict(call.headers)
        )
        assert answer.is_success, answer.text
        return call.read(answer)

    visit = await send(candidates.ask_for_code(person.id_number, person.name))
    code = await Visitor(shared).code_at("13100131008")
    assert code in (await send(candidates.notices(), "plan_filer")).items[0].text
    token = (await send(candidates.exchange_code(visit.id, code))).token
    me = await send(candidates.own_record(token))
    asked = await send(
        candidates.ask_for_correction(token, "等级应为五级。", candidate_id=me.registrations[0]["id"])
    )
    listed = await send(candidates.list_requests(plan, state="open"), "plan_filer")
    assert [one.id for one in listed.items] == [asked.id]
    answered = await send(
        candidates.answer_request(asked.id, accepted=True, answer="将更正。"), "centre_reviewer"
    )
    assert answered.state == "accepted"
    evidence = await send(registration.list_evidence(plan), "plan_filer")
    assert evidence.items == ()


@pytest.mark.parametrize(
    ("wrong", "code", "pointer"),
    [
        ({"id_number": "320106199003071016"}, "id-checksum", "/id_number"),
        ({"id_type": "图书证"}, "id-type-unknown", "/id_type"),
    ],
)
async def test_a_number_that_is_none_is_told_as_everywhere(
    shared: Registration, wrong: dict[str, str], code: str, pointer: str
) -> None:
    before = await shared.service.row_counts()
    refused = await Visitor(shared).ask_code(ZHAO, **wrong)
    told = [(one["code"], one["pointer"]) for one in refused.json()["errors"]]
    assert (refused.status_code, told) == (422, [(code, pointer)])
    assert all(value not in refused.text for value in wrong.values())
    assert await shared.service.row_counts() == before


async def test_sessions_and_counters_are_forgotten_when_they_no_longer_matter(shared: Registration) -> None:
    (person,) = people(1, seed=73)
    visitor = Visitor(shared)
    visits = [(await visitor.ask_code(person)).json()["id"] for _ in range(2)]
    await visitor.exchange(visits[0], "00000000")
    platform = shared.service.platform
    async with platform.sessions() as session:
        await session.execute(
            text("UPDATE candidate_session SET expires_at = expires_at - interval '1 hour' WHERE id = :id"),
            {"id": decode_id("visit", visits[0])},
        )
        await session.execute(text("UPDATE candidate_guess SET since = since - interval '1 hour'"))
        await repository.purge(session, Clock.real_now())
        left = set(await session.scalars(text("SELECT id FROM candidate_session")))
        counters = await session.scalar(text("SELECT count(*) FROM candidate_guess"))
        await session.commit()
    assert decode_id("visit", visits[0]) not in left
    assert decode_id("visit", visits[1]) in left
    assert counters == 0
