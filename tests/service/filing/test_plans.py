"""Plans over HTTP: filed in time and in shape, seen by those in charge, decided once (Art. 11, 18(1))."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from common.events.filing import PlanAccepted, PlanFiled, PlanReturned
from common.ids import decode_id, encode_id, uuid7
from tests.service.filing.world import (
    CONTACT,
    WELDER,
    Filing,
    approval,
    codes,
    plan,
    plan_item,
    scope_entry,
    team,
)

REASON = {"field": "/examiners/1", "reason": "考评员证卡已过有效期,请更换。"}


async def refile(
    filing: Filing, employer: UUID, found: dict[str, Any], tag: str | None, **changes: Any
) -> Any:
    return await filing.put(
        f"/plans/{found['id']}", plan(**changes), role="plan_filer", tag=tag, organisation_id=employer
    )


# ── filing ───────────────────────────────────────────────────────────────────────────────────
async def test_a_plan_in_time_and_in_shape_is_put_on_record(filing: Filing, employer: UUID) -> None:
    answer = await filing.post("/plans", plan(), role="plan_filer", organisation_id=employer)
    assert answer.status_code == 201
    filed = answer.json()
    assert answer.headers["Location"] == f"/filing/v1/plans/{filed['id']}"
    assert answer.headers["ETag"] == '"v1"'
    assert (filed["state"], filed["number"]) == ("filed", "JS-320104-2025-000001")
    assert (filed["filed_on"], filed["last_filing_day"]) == ("2025-09-29", "2025-09-29")
    assert (filed["items"][0]["item_name"], filed["items"][0]["track"]) == ("焊工", "skill_level")
    (event,) = await filing.said(PlanFiled)
    assert isinstance(event, PlanFiled)
    assert (event.number, event.region) == ("JS-320104-2025-000001", "320104")


async def test_the_last_second_of_the_last_day_in_china_is_in_time(filing: Filing, employer: UUID) -> None:
    await filing.be_at("2025-09-29T23:59:30+08:00")
    in_time = await filing.post("/plans", plan(), role="plan_filer", organisation_id=employer)
    assert in_time.status_code == 201
    await filing.be_at("2025-09-30T00:00:01+08:00")
    late = await filing.post("/plans", plan(name="第4批"), role="plan_filer", organisation_id=employer)
    assert (late.status_code, late.json()["type"]) == (422, "/problems/filed-too-late")
    assert (late.json()["earliest_start"], late.json()["article"]) == ("2025-10-28", "18(1)")
    assert codes(late) == [("/starts_on", "filed-too-late")]


async def test_a_retry_that_arrives_late_gets_the_answer_of_the_first(filing: Filing, employer: UUID) -> None:
    sent = {"role": "plan_filer", "key": "k", "organisation_id": employer, "account_id": UUID(int=7)}
    first = await filing.post("/plans", plan(), **sent)  # type: ignore[arg-type]
    await filing.be_at("2025-09-30T09:00:00+08:00")
    again = await filing.post("/plans", plan(), **sent)  # type: ignore[arg-type]
    assert (again.status_code, again.json()) == (201, first.json())
    assert (await filing.rows())["plan"] == 1


async def test_a_dry_run_tells_everything_and_keeps_nothing(filing: Filing, employer: UUID) -> None:
    before = await filing.rows()
    good = await filing.post("/plans?dry_run=true", plan(), role="plan_filer", organisation_id=employer)
    assert good.status_code == 200
    assert good.json() == {
        "acceptable": True,
        "problems": [],
        "last_filing_day": "2025-09-29",
        "earliest_start": "2025-10-25",
        "provisional": False,
    }
    wrong = plan(starts_on="2025-10-24", ends_on="2025-10-24", examiners=team(4))
    bad = await filing.post("/plans?dry_run=true", wrong, role="plan_filer", organisation_id=employer)
    assert bad.status_code == 200
    assert [problem["code"] for problem in bad.json()["problems"]] == ["filed-too-late", "examiners-even"]
    assert await filing.rows() == before


async def test_all_problems_are_told_at_once_in_both_languages(filing: Filing, employer: UUID) -> None:
    wrong = plan(
        items=[plan_item(headcount=0), plan_item(item_code="9-99", level=2)],
        weights={"ability": 100},
        methods=["seance"],
        site={"name": "车间", "region": "320205", "address": "无锡"},
        starts_on="2025-10-10",
        ends_on="2025-10-09",
        examiners=team(2),
        recorder_account_id=encode_id("account", UUID(int=1)),
    )
    before = await filing.rows()
    answer = await filing.post("/plans", wrong, role="plan_filer", organisation_id=employer)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/validation")
    assert set(codes(answer)) == {
        ("/items/0/headcount", "headcount-out-of-range"),
        ("/items/1/item_code", "item-not-listed"),
        ("/items/1/standard_id", "standard-not-usable"),
        ("/methods/0", "method-not-allowed"),
        ("/weights/performance", "weight-too-low"),
        ("/weights/contribution", "weight-too-low"),
        ("/weights/ethics", "ethics-not-gated"),
        ("/starts_on", "filed-too-late"),
        ("/ends_on", "end-out-of-range"),
        ("/site/region", "out-of-scope"),
        ("/examiners", "examiners-too-few"),
        ("/recorder_account_id", "recorder-unfit"),
    }
    assert all(error["detail"] and error["remedy"] for error in answer.json()["errors"])
    assert await filing.rows() == before
    headers = filing.service.as_("plan_filer", organisation_id=employer, idempotency_key="new")
    in_chinese = await filing.client.post("/filing/v1/plans", json=wrong, headers=headers)
    assert "工作日" in in_chinese.text


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"items": [plan_item(level=1)]}, "out-of-scope"),
        ({"site": {"name": "x", "region": "320205", "address": "x"}}, "out-of-scope"),
        ({"items": [plan_item(standard_id=encode_id("standard", UUID(int=3)))]}, "standard-not-usable"),
        ({"weights": {"ability": 40, "performance": 40, "contribution": 20}}, "mode-profile-violated"),
        ({"starts_on": "2020-01-01", "ends_on": "2020-01-01"}, "validation"),
        ({"starts_on": "0001-01-01"}, "validation"),
        ({"ends_on": "9999-12-31"}, "validation"),
        ({"fee_cents": 0.30000000000000004}, "validation"),
        ({"items": [plan_item(headcount=2**63)]}, "validation"),
        ({"organisation_id": "x"}, "validation"),
    ],
    ids=str,
)
async def test_each_refusal_bears_its_name(
    filing: Filing, employer: UUID, changes: dict[str, Any], problem: str
) -> None:
    answer = await filing.post("/plans", plan(**changes), role="plan_filer", organisation_id=employer)
    if problem == "validation" and changes.get("starts_on") == "2020-01-01":
        assert ("/starts_on", "start-not-ahead") in codes(answer)
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{problem}")


async def test_a_name_stands_once_per_first_day(filing: Filing, employer: UUID) -> None:
    await filing.filed(employer)
    again = await filing.post("/plans", plan(), role="plan_filer", organisation_id=employer)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/duplicate")
    await filing.filed(employer, starts_on="2025-10-27", ends_on="2025-10-27")
    await filing.filed(await filing.approved_organisation())


async def test_plans_filed_at_once_get_numbers_of_their_own(filing: Filing, employer: UUID) -> None:
    found = await asyncio.gather(*(filing.filed(employer, name=f"第{n}批") for n in range(8)))
    assert sorted(each["number"] for each in found) == [f"JS-320104-2025-{n:06}" for n in range(1, 9)]


async def test_an_organisation_that_is_not_approved_has_no_scope(filing: Filing) -> None:
    answer = await filing.post("/plans", plan(), role="plan_filer", organisation_id=uuid7())
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/permission-denied")


async def test_a_scope_that_begins_tomorrow_counts_for_the_evaluation(filing: Filing) -> None:
    """What matters is the scope on the days of evaluation, not on the day of filing."""
    later = await filing.approved_organisation(approval(valid_from="2025-10-25"))
    await filing.filed(later)
    too_late = await filing.approved_organisation(approval(valid_from="2025-10-26"))
    answer = await filing.post("/plans", plan(), role="plan_filer", organisation_id=too_late)
    assert answer.json()["type"] == "/problems/out-of-scope"


# ── who sees what ────────────────────────────────────────────────────────────────────────────
async def test_a_plan_is_seen_by_its_organisation_and_the_centres_above_it(
    filing: Filing, employer: UUID
) -> None:
    found = await filing.filed(employer)
    other = await filing.approved_organisation()
    path = f"/plans/{found['id']}"
    sees: list[tuple[dict[str, Any], int]] = [
        ({"role": None}, 401),
        ({"role": "supervisor", "region": "320104"}, 403),
        ({"role": "plan_filer", "organisation_id": employer}, 200),
        ({"role": "organisation_reader", "organisation_id": employer}, 200),
        ({"role": "plan_filer", "organisation_id": other}, 404),
        ({"role": "plan_filer"}, 404),
        ({"role": "centre_reviewer", "region": "320104"}, 200),
        ({"role": "centre_reviewer", "region": "320100"}, 200),
        ({"role": "centre_head", "region": "320000"}, 200),
        ({"role": "centre_reviewer", "region": "320105"}, 404),
        ({"role": "centre_reviewer", "region": "320200"}, 404),
        ({"role": "authority"}, 200),
    ]
    for caller, status in sees:
        shown = await filing.get(path, **caller)
        listed = await filing.get("/plans", **caller)
        assert shown.status_code == status, caller
        expected = {200: [found["id"]], 404: []}.get(status)
        assert expected is None or [each["id"] for each in listed.json()["items"]] == expected


async def test_a_plan_shows_whom_to_ask_and_is_not_sent_twice(filing: Filing, employer: UUID) -> None:
    found = await filing.filed(employer)
    headers = filing.service.as_("plan_filer", organisation_id=employer)
    shown = await filing.client.get(f"/filing/v1/plans/{found['id']}", headers=headers)
    assert shown.json()["contact"] == CONTACT
    again = await filing.client.get(
        f"/filing/v1/plans/{found['id']}", headers=headers | {"If-None-Match": shown.headers["ETag"]}
    )
    assert again.status_code == 304
    stored = await filing.everything_stored()
    assert CONTACT["name"] not in stored
    assert CONTACT["phone"] not in stored


async def test_plans_are_listed_newest_first_page_by_page(filing: Filing, employer: UUID) -> None:
    names = [(await filing.filed(employer, name=f"第{n}批"))["name"] for n in range(3)]
    headers = filing.service.as_("plan_filer", organisation_id=employer)
    first = (await filing.client.get("/filing/v1/plans?limit=2", headers=headers)).json()
    rest = await filing.client.get(f"/filing/v1/plans?limit=2&cursor={first['next']}", headers=headers)
    assert [each["name"] for each in first["items"] + rest.json()["items"]] == names[::-1]
    assert rest.json()["next"] is None
    none = await filing.client.get("/filing/v1/plans?state=accepted", headers=headers)
    assert none.json()["items"] == []


async def test_only_filers_file(filing: Filing, employer: UUID) -> None:
    assert (await filing.post("/plans", plan(), role=None)).status_code == 401
    for role in ("organisation_reader", "result_recorder"):
        assert (await filing.post("/plans", plan(), role=role, organisation_id=employer)).status_code == 403
    assert (await filing.post("/plans", plan(), role="authority")).status_code == 403


# ── decisions ────────────────────────────────────────────────────────────────────────────────
async def test_an_accepted_plan_is_told_with_all_that_the_others_need(filing: Filing, employer: UUID) -> None:
    found = await filing.filed(employer)
    answer = await filing.decided(found["id"], "accept")
    assert (answer.status_code, answer.json()["state"]) == (201, "accepted")
    (event,) = await filing.said(PlanAccepted)
    assert isinstance(event, PlanAccepted)
    assert event.plan_id == decode_id("plan", found["id"])
    assert (event.number, event.region, event.mode) == (found["number"], "320104", "enterprise")
    assert (event.organisation_id, event.organisation_kind) == (employer, "employer")
    assert [(each.item_code, each.item_name, each.level, each.headcount) for each in event.items] == [
        (WELDER, "焊工", 4, 40)
    ]
    assert [examiner.is_leader for examiner in event.examiners] == [True, False, False]
    assert event.filed_on.isoformat() == "2025-09-29"
    assert CONTACT["name"] not in event.model_dump_json()


async def test_a_plan_is_decided_once(filing: Filing, employer: UUID) -> None:
    found = await filing.filed(employer)
    await filing.decided(found["id"], "accept")
    for decision in ("accept", "return"):
        again = await filing.decided(found["id"], decision, REASON)
        assert (again.status_code, again.json()["type"]) == (409, "/problems/state-conflict")
    assert len(await filing.said(PlanAccepted)) == 1


async def test_accept_and_return_at_once_leave_one_decision(filing: Filing, employer: UUID) -> None:
    for number in range(10):
        found = await filing.filed(employer, name=f"第{number}批")
        answers = await asyncio.gather(
            filing.decided(found["id"], "accept"), filing.decided(found["id"], "return", REASON)
        )
        assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert (await filing.rows())["plan_decision"] == 10


async def test_who_decides_on_a_plan(filing: Filing, employer: UUID) -> None:
    found = await filing.filed(employer)
    path, accept = f"/plans/{found['id']}/decision", {"decision": "accept"}
    assert (await filing.post(path, accept, role=None)).status_code == 401
    own = await filing.post(path, accept, role="organisation_administrator", organisation_id=employer)
    assert own.status_code == 403
    elsewhere = await filing.post(path, accept, role="centre_reviewer", region="320105")
    assert (elsewhere.status_code, elsewhere.json()["type"]) == (404, "/problems/not-found")
    assert (await filing.post(path, accept, role="centre_head", region="320104")).status_code == 201


async def test_a_return_has_reasons(filing: Filing, employer: UUID) -> None:
    found = await filing.filed(employer)
    answer = await filing.decided(found["id"], "return")
    assert (answer.status_code, codes(answer)) == (422, [("/reasons", "reasons-missing")])


async def test_a_decision_on_what_was_not_seen_is_refused(filing: Filing, employer: UUID) -> None:
    found = await filing.filed(employer)
    await filing.decided(found["id"], "return", REASON)
    await refile(filing, employer, found, '"v2"')
    headers = filing.service.as_("centre_reviewer", region="320100", idempotency_key="new")
    stale = await filing.client.post(
        f"/filing/v1/plans/{found['id']}/decision",
        json={"decision": "accept"},
        headers=headers | {"If-Match": '"v1"'},
    )
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"v3"')


async def test_a_plan_that_does_not_stand_any_more_is_not_accepted(filing: Filing, employer: UUID) -> None:
    found = await filing.filed(employer)
    narrower = approval(scope=[scope_entry(levels=[5])], register=None)
    await filing.post(f"/organisations/{encode_id('organisation', employer)}/decision", narrower)
    answer = await filing.decided(found["id"], "accept")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/out-of-scope")
    assert (await filing.decided(found["id"], "return", REASON)).status_code == 201


async def test_a_plan_is_accepted_until_the_day_before_it_begins(filing: Filing, employer: UUID) -> None:
    first, second = await filing.filed(employer), await filing.filed(employer, name="第4批")
    await filing.be_at("2025-10-24T23:59:00+08:00")
    assert (await filing.decided(first["id"], "accept")).status_code == 201
    await filing.be_at("2025-10-25T00:00:01+08:00")
    late = await filing.decided(second["id"], "accept")
    assert (late.status_code, late.json()["type"]) == (409, "/problems/deadline-passed")


# ── filed again ──────────────────────────────────────────────────────────────────────────────
async def test_a_returned_plan_shows_its_reasons_and_is_filed_again(filing: Filing, employer: UUID) -> None:
    found = await filing.filed(employer)
    returned = await filing.decided(found["id"], "return", REASON)
    assert (returned.json()["state"], returned.json()["reasons"]) == ("returned", [REASON])
    (event,) = await filing.said(PlanReturned)
    assert isinstance(event, PlanReturned)
    assert event.reasons == ("/examiners/1: 考评员证卡已过有效期,请更换。",)
    mended = await refile(filing, employer, found, '"v2"', examiners=team(5))
    assert (mended.status_code, mended.headers["ETag"]) == (200, '"v3"')
    assert (mended.json()["state"], mended.json()["reasons"]) == ("filed", [])
    assert mended.json()["number"] == found["number"]
    assert (await filing.decided(found["id"], "accept")).status_code == 201
    assert (await filing.rows())["plan_filing"] == 2


async def test_a_mended_plan_keeps_its_day_of_filing_unless_it_needs_new_notice(
    filing: Filing, employer: UUID
) -> None:
    found = await filing.filed(employer)
    await filing.decided(found["id"], "return", REASON)
    await filing.be_at("2025-10-20T09:00:00+08:00")
    added = await refile(filing, employer, found, '"v2"', items=[plan_item(), plan_item(level=5)])
    assert (added.status_code, added.json()["type"]) == (422, "/problems/filed-too-late")
    moved = await refile(
        filing, employer, found, '"v2"', site={"name": "二号车间", "region": "320105", "address": "南京"}
    )
    assert moved.json()["type"] == "/problems/filed-too-late"
    mended = await refile(filing, employer, found, '"v2"', items=[plan_item(headcount=60)])
    assert (mended.status_code, mended.json()["filed_on"]) == (200, "2025-09-29")


async def test_a_plan_that_moves_to_another_centre_gets_its_number(filing: Filing, employer: UUID) -> None:
    later = {"starts_on": "2025-12-01", "ends_on": "2025-12-01"}
    found = await filing.filed(employer, **later)
    await filing.decided(found["id"], "return", REASON)
    there = {"name": "二号车间", "region": "320105", "address": "南京市建邺区"}
    moved = await refile(filing, employer, found, '"v2"', site=there, **later)
    assert moved.json()["number"] == "JS-320105-2025-000001"
    old_centre = await filing.get(f"/plans/{found['id']}", role="centre_reviewer", region="320104")
    assert old_centre.status_code == 404


async def test_a_change_names_the_version_it_was_made_from(filing: Filing, employer: UUID) -> None:
    found = await filing.filed(employer)
    await filing.decided(found["id"], "return", REASON)
    assert (await refile(filing, employer, found, None)).status_code == 428
    assert (await refile(filing, employer, found, '"v1"')).status_code == 412
    other = await filing.approved_organisation()
    assert (await refile(filing, other, found, '"v2"')).status_code == 404


@pytest.mark.parametrize("decision", [None, "accept"])
async def test_only_a_returned_plan_is_mended(filing: Filing, employer: UUID, decision: str | None) -> None:
    found = await filing.filed(employer)
    if decision:
        await filing.decided(found["id"], decision)
    answer = await refile(filing, employer, found, '"v2"' if decision else '"v1"')
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/state-conflict")


async def test_a_mended_plan_takes_no_other_plans_name(filing: Filing, employer: UUID) -> None:
    found = await filing.filed(employer)
    await filing.filed(employer, name="第4批")
    await filing.decided(found["id"], "return", REASON)
    answer = await refile(filing, employer, found, '"v2"', name="第4批")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/duplicate")
