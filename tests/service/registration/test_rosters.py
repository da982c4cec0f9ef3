"""Rosters and their review over HTTP (Art. 18(2))."""

from datetime import date

import pytest

from client.sample import people
from common.events.registration import RosterReviewed
from common.ids import encode_id, uuid7
from tests.service.registration.world import AFTER, CSV, Registration, as_json, entry, score

WANG, LI, ZHANG = people(3, seed=7)


async def test_a_roster_becomes_candidates_who_are_shown_masked(registration: Registration) -> None:
    plan = await registration.accepted("social")
    job = await registration.roster(plan, [entry(WANG), entry(LI)])
    assert (job["state"], job["done"], job["total"], job["result"]["accepted"]) == ("completed", 2, 2, 2)
    found = await registration.candidates(plan)
    assert [one["state"] for one in found] == ["pending", "pending"]
    assert found[0]["name"][0] == WANG.name[0]
    assert found[0]["name"] != WANG.name
    assert found[0]["id_number"] == WANG.id_number[:6] + "********" + WANG.id_number[-4:]
    assert (found[0]["item_code"], found[0]["level"]) == ("6-31-01-03", 4)


async def test_the_same_roster_sent_again_changes_nothing(registration: Registration) -> None:
    plan = await registration.accepted("social")
    await registration.roster(plan, [entry(WANG), entry(LI)])
    job = await registration.roster(plan, [entry(WANG), entry(LI), entry(ZHANG)])
    assert (job["result"]["accepted"], job["result"]["unchanged"]) == (1, 2)
    assert len(await registration.candidates(plan)) == 3


async def test_a_person_is_one_however_many_plans_register_them(registration: Registration) -> None:
    for day in (25, 26):
        plan = await registration.accepted("social", starts_on=date(2031, 10, day))
        await registration.roster(plan, [entry(WANG)])
    assert (await registration.count("candidate"), await registration.count("person")) == (2, 1)


async def test_a_number_that_is_known_with_another_name_is_told_without_that_name(
    registration: Registration,
) -> None:
    await registration.roster(await registration.accepted("social"), [entry(WANG)])
    plan = await registration.accepted("social")
    job = await registration.roster(plan, [entry(WANG, name="赵无名")])
    assert await registration.mistakes(job) == [(1, "name", "id-other-name")]
    answer = await registration.get(f"/jobs/{job['id']}/errors")
    assert WANG.name not in answer.text
    assert await registration.candidates(plan) == []


async def test_the_centre_approves_refuses_and_tells_the_counts(registration: Registration) -> None:
    plan = await registration.accepted("social")
    await registration.roster(plan, [entry(WANG), entry(LI), entry(ZHANG)])
    first, second, third = (one["id"] for one in await registration.candidates(plan))
    begun = await registration.review(
        plan, refuse=[{"candidate_id": second, "reason": "工作年限证明不足"}], approve=[first]
    )
    assert begun.status_code == 201
    assert begun.json() == {"plan_id": plan, "approved": 1, "refused": 1, "pending": 1}
    ended = await registration.review(plan, approve_all=True)
    assert ended.json() == {"plan_id": plan, "approved": 2, "refused": 1, "pending": 0}
    assert [(one["id"], one["state"], one["reason"]) for one in await registration.candidates(plan)] == [
        (first, "approved", None),
        (second, "refused", "工作年限证明不足"),
        (third, "approved", None),
    ]
    told = await registration.said(RosterReviewed)
    assert [(one.approved, one.refused, one.pending) for one in told] == [(1, 1, 1), (2, 1, 0)]
    assert all(one.reviewed_by is not None for one in told)


async def test_a_review_names_everyone_it_cannot_decide_on(registration: Registration) -> None:
    plan = await registration.accepted("social")
    await registration.roster(plan, [entry(WANG)])
    (known,) = (one["id"] for one in await registration.candidates(plan))
    unknown = encode_id("candidate", uuid7())
    refused = await registration.review(plan, approve=[unknown, known, known])
    assert refused.status_code == 422
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [
        ("/approve/0", "candidate-not-pending"),
        ("/approve/2", "candidate-named-twice"),
    ]
    empty = await registration.review(plan)
    assert [one["code"] for one in empty.json()["errors"]] == ["review-empty"]
    assert [one["state"] for one in await registration.candidates(plan)] == ["pending"]


async def test_a_review_with_nobody_waiting_is_a_conflict(registration: Registration) -> None:
    plan = await registration.accepted("social")
    answer = await registration.review(plan, approve_all=True)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/nothing-to-review")


async def test_a_roster_is_closed_when_the_review_is_finished(registration: Registration) -> None:
    plan = await registration.accepted("social")
    await registration.roster(plan, [entry(WANG)])
    await registration.review(plan, approve_all=True)
    late = await registration.post(f"/plans/{plan}/roster", "plan_filer", "姓名\n", CSV)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/state-conflict")


@pytest.mark.parametrize(
    ("instant", "status"), [("2031-10-24T23:59:00+08:00", 202), ("2031-10-25T00:00:00+08:00", 409)]
)
async def test_a_roster_is_closed_when_the_evaluation_begins(
    registration: Registration, instant: str, status: int
) -> None:
    plan = await registration.accepted("social")
    await registration.be_at(instant)
    answer = await registration.post(f"/plans/{plan}/roster", "plan_filer", as_json([entry(WANG)]))
    assert answer.status_code == status


async def test_an_employers_roster_is_reviewed_by_the_machine(registration: Registration) -> None:
    plan = await registration.accepted("employer")
    await registration.roster(plan, [entry(WANG), entry(LI)])
    assert {one["state"] for one in await registration.candidates(plan)} == {"approved"}
    (told,) = await registration.said(RosterReviewed)
    assert (told.approved, told.pending, told.reviewed_by) == (2, 0, None)
    by_hand = await registration.review(plan, approve_all=True)
    assert by_hand.status_code == 409


async def test_a_dry_run_of_a_roster_keeps_nobody(registration: Registration) -> None:
    plan = await registration.accepted("social")
    job = await registration.roster(plan, [entry(WANG), entry(LI, name="")], "?dry_run=true")
    assert (job["state"], job["result"]["valid"], job["errors"]) == ("completed", 1, 1)
    assert (await registration.count("person"), await registration.count("candidate")) == (0, 0)


async def test_a_roster_in_gb18030_is_read_with_its_rare_characters(registration: Registration) -> None:
    plan = await registration.accepted("social")
    rows = f"姓名,证件类型,证件号码,认定等级\n王𬭩,居民身份证,{WANG.id_number},四级/中级工\n"
    answer = await registration.post(f"/plans/{plan}/roster", "plan_filer", rows.encode("gb18030"), CSV)
    job = await registration.ended(answer)
    assert (job["state"], job["result"]["encoding"]) == ("completed", "GB18030")
    assert [one["name"] for one in await registration.candidates(plan)] == ["王*"]


async def test_routes_of_rosters_ask_for_the_right_account(registration: Registration) -> None:
    plan = await registration.accepted("social")
    await registration.roster(plan, [entry(WANG)])
    roster, candidates, review = (f"/plans/{plan}/{name}" for name in ("roster", "candidates", "review"))
    stranger = {"organisation_id": uuid7()}
    elsewhere = {"region": "320500"}
    assert (await registration.post(roster, None, "[]")).status_code == 401
    assert (await registration.post(roster, "result_recorder", "[]")).status_code == 403
    assert (await registration.post(roster, "plan_filer", "[]", **stranger)).status_code == 404
    assert (await registration.post(roster, "centre_reviewer", "[]")).status_code == 403
    assert (await registration.get(candidates, None)).status_code == 401
    assert (await registration.get(candidates, "plan_filer", **stranger)).status_code == 404
    assert (await registration.get(candidates, "centre_reviewer", **elsewhere)).status_code == 404
    assert (await registration.get(candidates, "centre_reviewer")).status_code == 200
    assert (await registration.get(candidates, "organisation_reader")).status_code == 200
    body = '{"approve_all": true}'
    assert (await registration.post(review, None, body)).status_code == 401
    assert (await registration.post(review, "plan_filer", body)).status_code == 403
    assert (await registration.post(review, "centre_reviewer", body, **elsewhere)).status_code == 404
    assert (await registration.post(review, "centre_reviewer", body)).status_code == 201


async def test_social_results_match_candidates_whom_the_centre_admitted(registration: Registration) -> None:
    plan = await registration.accepted("social")
    await registration.roster(plan, [entry(WANG), entry(LI)])
    first, second = (one["id"] for one in await registration.candidates(plan))
    await registration.review(plan, approve=[first])
    await registration.be_at(AFTER)
    early = await registration.results(plan, [score(WANG), score(LI), score(ZHANG)])
    assert await registration.mistakes(early) == [
        (2, "id_number", "not-reviewed"),
        (3, "id_number", "not-registered"),
    ]
    await registration.review(plan, refuse=[{"candidate_id": second, "reason": "资料不全"}])
    job = await registration.results(plan, [score(WANG), score(LI)], "?on_invalid=accept_valid")
    assert await registration.mistakes(job) == [(2, "id_number", "not-admitted")]
    assert (job["state"], job["result"]["accepted"]) == ("completed", 1)
