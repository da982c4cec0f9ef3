"""Standards from the year's plan to their end, over HTTP (Art. 4-6)."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from catalog.main import create_app
from catalog.settings import CatalogSettings
from client import catalog as sdk
from client.calls import Call
from client.platform import AsyncPlatform
from common.ids import uuid7
from local.postgres import Postgres
from tests.service.catalog.office import (
    ELECTRICIAN,
    MEMBERS,
    SISTER,
    WELDER,
    YARD,
    Office,
    content,
    norm,
    parts,
    proposal,
    proposed,
    today_of,
    year_of,
)
from tests.service.catalog.world import BASE
from tests.support.service import running_service

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[Office]:
    """One office for the module; every test proposes standards of its own."""
    name = next(database_names)
    async with running_service(
        create_app, CatalogSettings, database_url=postgres.create_database(name), nats_url=new_nats_url()
    ) as service:
        yield await Office.opened(service)
    postgres.drop_database(name)


async def test_a_provincial_standard_lives_from_the_plan_to_its_end(office: Office) -> None:
    standard = await proposed(office)
    told = await office.in_force(standard)
    today = await today_of(office)
    assert (told["state"], told["valid_from"], told["valid_to"]) == ("in_force", today, None)
    assert [step["state"] for step in told["steps"]] == [
        "planned",
        "drafting",
        "under_review",
        "approved",
        "filed",
        "in_force",
    ]
    assert all(step["taken_on"] == today and step["taken_by"] for step in told["steps"])
    assert all(step["document_sha256"] for step in told["steps"][2:])
    assert told["usable_for"] == ["training", "skill_level"]
    (event,) = await office.told("in-force", standard)
    assert (event["regulation"], event["eligibility"]) == ("2023", None)
    assert (event["kind"], event["scope"], event["components"]["4"][1]["weight"]) == ("provincial", None, 70)
    states = [one["state"] for one in await office.told("step-taken", standard)]
    assert states == [step["state"] for step in told["steps"]]

    ended = await office.step(standard, "withdrawn", reason="工艺淘汰")
    assert (ended.json()["state"], ended.json()["valid_to"]) == ("withdrawn", today)
    assert [one["valid_to"] for one in await office.told("in-force", standard)] == [None, today]
    assert (await office.step(standard, "drafting")).status_code == 409


async def test_what_a_standard_revises_ends_the_day_before_it_begins(office: Office) -> None:
    first = await proposed(office, name="甲")
    await office.in_force(first)
    second = await proposed(office, name="乙", supersedes=first)
    today = await today_of(office)
    await office.to_review(second)
    await office.to_filed(second)
    refused = await office.step(second, "in_force", valid_from=today)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "first-day-passed")
    later = f"{int(today[:4]) + 1}-03-01"
    assert (await office.step(second, "in_force", valid_from=later)).status_code == 201
    old = await office.catalog.read(f"/standards/{first}")
    assert (old["state"], old["valid_to"], old["steps"][-1]["state"]) == (
        "superseded",
        f"{int(later[:4])}-02-{29 if int(later[:4]) % 4 == 0 else 28}",
        "superseded",
    )
    assert (await office.told("step-taken", first))[-1]["superseded_by"] == second
    for standard in (first, second):
        assert (await office.step(standard, "withdrawn", reason="-", last_day=later)).status_code in (
            201,
            409,
        )


async def test_without_a_quorum_nothing_is_approved_and_a_returned_draft_is_voted_on_anew(
    office: Office,
) -> None:
    standard = await proposed(office)
    await office.to_review(standard)
    await office.appoint(standard, MEMBERS)
    await office.vote(standard, *MEMBERS[:3])
    refused = await office.step(standard, "approved")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/state-conflict")
    assert (refused.json()["quorum"], refused.json()["cast"]) == (4, 3)
    assert (await office.step(standard, "drafting", reason="意见较多")).status_code == 201
    assert (await office.step(standard, "under_review")).status_code == 201
    assert (await office.catalog.read(f"/standards/{standard}"))["examination"]["cast"] == 0
    await office.vote(standard, *MEMBERS[:4])
    assert (await office.step(standard, "approved")).status_code == 201


async def test_a_member_with_a_conflict_of_interest_is_excluded_on_its_ground(office: Office) -> None:
    standard = await proposed(office)
    await office.to_review(standard)
    await office.appoint(standard, MEMBERS)
    excluded = {"member": MEMBERS[0], "ground": "参与起草"}
    told = await office.made(f"/standards/{standard}/votes", excluded)
    assert (told["examination"]["entitled"], told["examination"]["quorum"]) == (4, 3)
    again = await office.post(f"/standards/{standard}/votes", {"member": MEMBERS[0], "in_favour": True})
    assert again.status_code == 409
    stranger = await office.post(f"/standards/{standard}/votes", {"member": "ZJ-9999", "in_favour": True})
    assert (stranger.status_code, stranger.json()["errors"][0]["code"]) == (422, "not-a-member")
    await office.vote(standard, *MEMBERS[1:4])
    assert (await office.step(standard, "approved")).status_code == 201
    votes = await office.send("GET", f"/standards/{standard}/votes", None)
    assert [vote["ground"] for vote in votes.json()["items"]] == ["参与起草", None, None, None]


async def test_a_leading_enterprise_applies_for_a_norm_and_drafts_it(office: Office) -> None:
    made = await office.made("/standards", norm(), role="plan_filer")
    standard = made["id"]
    assert (made["state"], made["usable_for"]) == ("planned", ["own_occupations"])
    await office.to_review(standard, role="plan_filer")
    assert (await office.step(standard, "approved", role="plan_filer")).status_code == 403
    version = (await office.catalog.read(f"/standards/{standard}"))["version"]
    path, friends = f"/standards/{standard}/committee", {"members": MEMBERS}
    assert (await office.put(path, friends, held=version, role="plan_filer")).status_code == 409
    await office.to_filed(standard)
    assert (await office.step(standard, "in_force")).status_code == 201
    asked = {"item_code": ELECTRICIAN, "level": 5}
    for enterprise, reason in ((YARD, "优先级"), (SISTER, "范围")):
        choice = await office.catalog.read("/standards/choice", **asked, enterprise=enterprise)
        (told,) = [one for one in choice["candidates"] if one["standard"]["id"] == standard]
        assert not told["is_chosen"]
        assert reason in told["reason"]["zh"]

    let_in = await office.post(f"/standards/{standard}/enterprises", {"enterprise": SISTER})
    assert let_in.status_code == 201
    again = await office.post(f"/standards/{standard}/enterprises", {"enterprise": SISTER})
    assert again.status_code == 200
    scopes = [one["scope"] for one in await office.told("in-force", standard)]
    assert [scope["enterprises"] for scope in scopes] == [[YARD], [YARD, SISTER]]
    assert scopes[0]["posts"] == ["电工岗"]


async def test_an_enterprise_has_to_do_with_its_own_norms_alone(office: Office) -> None:
    standard = (await office.made("/standards", norm(), role="plan_filer"))["id"]
    stranger = Office(office.catalog, uuid7())
    assert (await stranger.step(standard, "drafting", role="plan_filer")).status_code == 403
    refused = await stranger.put(f"/standards/{standard}", content(), held=1, role="plan_filer")
    assert refused.status_code == 403
    provincial = await proposal(office)
    assert (await office.post("/standards", provincial, role="plan_filer")).status_code == 403
    assert (await office.post("/standards", norm())).status_code == 403


async def test_a_draft_is_changed_by_who_holds_its_version_until_it_is_under_review(office: Office) -> None:
    standard = await proposed(office, components={})
    await office.step(standard, "drafting")
    assert (await office.step(standard, "under_review")).status_code == 409  # not whole yet
    drafts = await office.catalog.read("/standards", state="drafting", item_code=ELECTRICIAN)
    assert standard in {one["id"] for one in drafts["items"]}
    assert (await office.put(f"/standards/{standard}", content(), held=1)).status_code == 412
    version = (await office.catalog.get(f"/standards/{standard}")).json()["version"]
    assert (await office.put(f"/standards/{standard}", content(), held=version)).status_code == 200
    assert (await office.step(standard, "under_review")).status_code == 201
    version = (await office.catalog.get(f"/standards/{standard}")).json()["version"]
    assert (await office.put(f"/standards/{standard}", content(), held=version)).status_code == 409


async def test_a_standard_carries_an_eligibility_table_of_its_own(office: Office) -> None:
    """A trade that asks for two years where the general table asks for more (Art. 4)."""
    rule = {"id": "4-1", "text": "从事本职业2年以上", "clauses": [{"kind": "work", "years": 2}]}
    table = {"regulation": "2023", "levels": {"4": [rule]}}
    standard = await proposed(office, eligibility=table)
    assert (await office.catalog.read(f"/standards/{standard}"))["eligibility"] == table
    wrong = {"regulation": "2018", "levels": {"3": [rule]}}
    refused = await office.post("/standards", await proposal(office, eligibility=wrong))
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [
        ("/eligibility/regulation", "regulation-differs"),
        ("/eligibility/levels/3", "levels-differ"),
    ]
    unread = {"regulation": "2023", "levels": {"4": [rule | {"clauses": [{"kind": "luck"}]}]}}
    answer = await office.post("/standards", await proposal(office, eligibility=unread))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "eligibility-table")
    unclean = {"regulation": "2023", "levels": {"4": [rule | {"text": "工\x00作"}]}}
    answer = await office.post("/standards", await proposal(office, eligibility=unclean))
    assert answer.status_code == 422


async def test_the_years_plan_tells_what_became_of_it(office: Office) -> None:
    year = await year_of(office)
    added = await proposed(office)
    await office.step(added, "withdrawn", reason="合并")
    plan = await office.catalog.read(f"/development-plans/{year}")
    assert plan["entries"][0]["reason"] in ("产业急需", "新增")
    assert {"产业急需"} <= {entry["reason"] for entry in plan["entries"]}
    changes = [(one["kind"], one["reason"]) for one in plan["changes"] if one["standard_id"] == added]
    assert changes == [("added", "新增"), ("withdrawn", "合并")]
    again = await office.post(
        "/development-plans",
        {
            "year": year,
            "entries": [{"item_code": ELECTRICIAN, "name": "电工", "levels": [5], "reason": "-"}],
        },
    )
    assert again.status_code == 409
    assert [one["year"] for one in (await office.catalog.read("/development-plans"))["items"]] == [year]


async def test_a_plan_with_mistakes_is_refused_with_all_of_them(office: Office) -> None:
    entry = {"name": "甲", "reason": "-"}
    answer = await office.post(
        "/development-plans",
        {
            "year": 2099,
            "entries": [
                entry | {"item_code": "1-01-00-01", "levels": [5]},
                entry | {"item_code": WELDER, "levels": [5]},
            ],
        },
    )
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("/year", "year-not-open"),
        ("/entries/0/item_code", "item-unknown"),
        ("/entries/1/item_code", "track-not-served"),
    ]


async def test_standards_of_cancelled_qualifications_stay_usable(office: Office) -> None:
    """All 185 occupations that left the national list keep their national standard (Art. 4)."""
    dropped = await office.catalog.whole_list(as_of="2021-12-02", track="skill_level", limit=200)
    usable: set[str] = set()
    page: dict[str, Any] = {"next": None}
    while True:
        cursor = {"cursor": page["next"]} if page["next"] else {}
        page = await office.catalog.read("/standards", as_of="2021-12-02", limit=200, **cursor)
        usable |= {one["item_code"] for one in page["items"] if one["kind"] == "national"}
        if page["next"] is None:
            break
    assert len(dropped) == 185
    assert {item["code"] for item in dropped} <= usable
    choice = await office.catalog.read("/standards/choice", item_code=ELECTRICIAN, level=3, on="2021-12-02")
    assert choice["chosen"] == choice["candidates"][0]["standard"]["id"]
    assert (choice["track"], choice["candidates"][0]["standard"]["kind"]) == ("skill_level", "national")
    assert choice["candidates"][0]["standard"]["regulation"] == "2018"


async def test_a_national_standard_newly_issued_follows_the_present_one(office: Office) -> None:
    body = {
        "name": "国家职业标准·焊工(2026年版)",
        "item_code": WELDER,
        "levels": [5],
        "components": {"5": parts(40, 60)},
        "valid_from": "2098-01-01",
        "document_sha256": await office.document("国家标准"),
    }
    made = await office.made("/standards/national", body)
    for day, name in (("2097-12-31", "国家职业技能标准·焊工"), ("2098-01-01", body["name"])):
        choice = await office.catalog.read("/standards/choice", item_code=WELDER, level=5, on=day)
        assert [one["standard"]["name"] for one in choice["candidates"]] == [name]
    assert made["supersedes"].startswith("standard_")
    assert (await office.post("/standards/national", body)).status_code == 422  # it has begun no later


async def test_the_sdk_takes_a_norm_all_the_way(office: Office) -> None:
    platform = AsyncPlatform("http://test", connections=office.catalog.service.client)

    async def send(call: Call[Any], role: str = "authority") -> Any:
        about: dict[str, Any] = {"organisation_id": office.enterprise} if role == "plan_filer" else {}
        headers = dict(call.headers) | office.catalog.service.as_(role, **about)
        return await platform.send(replace(call, headers=headers))

    document = (await send(sdk.keep_document(b"%PDF-1.7 norm")))["sha256"]
    assert await send(sdk.document(document)) == b"%PDF-1.7 norm"
    norm_id = (await send(sdk.propose_standard(norm()), "plan_filer")).id
    told = await send(sdk.edit_standard(norm_id, content(scope=norm()["scope"]), etag='"v1"'), "plan_filer")
    tag = f'"v{told["version"]}"'
    await send(sdk.appoint_committee(norm_id, MEMBERS[:4], etag=tag), "plan_filer")
    for to in ("drafting", "under_review"):
        await send(sdk.take_step(norm_id, to, document_sha256=document), "plan_filer")
    await send(sdk.record_vote(norm_id, MEMBERS[0], ground="与申请企业有利害关系"))
    for member in MEMBERS[1:4]:
        await send(sdk.record_vote(norm_id, member, in_favour=True))
    for to in ("approved", "filed", "in_force"):
        await send(sdk.take_step(norm_id, to, document_sha256=document))
    assert (await send(sdk.admit_enterprise(norm_id, SISTER))).state == "in_force"
    choice = await send(sdk.choose_standard(ELECTRICIAN, 5, enterprise=YARD))
    assert norm_id in {one["standard"]["id"] for one in choice.candidates}
    assert (await send(sdk.read_standard(norm_id)))["examination"]["entitled"] == 3
    assert (await send(sdk.read_development_plan(await year_of(office))))["entries"]


SOME = "/standards/standard_01jdqkrphefh0stfg000000005"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/standards", norm()),
        ("POST", "/standards/national", {}),
        ("POST", "/development-plans", {}),
        ("PUT", SOME, content()),
        ("POST", f"{SOME}/steps", {"to": "drafting"}),
        ("PUT", f"{SOME}/committee", {"members": MEMBERS}),
        ("POST", f"{SOME}/votes", {"member": MEMBERS[0], "in_favour": True}),
        ("GET", f"{SOME}/votes", None),
        ("POST", f"{SOME}/enterprises", {"enterprise": YARD}),
        ("POST", "/documents", None),
    ],
)
async def test_strangers_and_others_act_on_no_standard(
    office: Office, method: str, path: str, body: Any
) -> None:
    stranger = await office.catalog.service.client.request(method, f"{BASE}{path}", json=body)
    assert stranger.status_code == 401
    assert (await office.send(method, path, body, role="centre_reviewer")).status_code == 403
