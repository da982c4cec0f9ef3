"""Drafts over HTTP: kept in any state, told what is wrong, copied, filed; nobody else's."""

from typing import Any
from uuid import UUID

import httpx

from common.ids import uuid7
from tests.service.filing.world import CONTACT, Filing, plan, plan_item


async def draft(filing: Filing, owner: UUID, **body: Any) -> httpx.Response:
    return await filing.post("/plan-drafts", body, role="plan_filer", organisation_id=owner)


async def read(filing: Filing, owner: UUID, draft_id: str) -> httpx.Response:
    return await filing.get(f"/plan-drafts/{draft_id}", role="plan_filer", organisation_id=owner)


async def test_a_draft_in_any_state_is_kept_and_told_what_is_wrong(filing: Filing, employer: UUID) -> None:
    kept = await draft(filing, employer, content={"name": "第4批", "headcount": "forty", "items": 3})
    assert kept.status_code == 201, kept.text
    found = await read(filing, employer, kept.json()["id"])
    assert found.json()["content"] == {"name": "第4批", "headcount": "forty", "items": 3}
    told = {(problem["pointer"], problem["code"]) for problem in found.json()["problems"]}
    assert {("/headcount", "unknown-member"), ("/starts_on", "missing"), ("/contact", "missing")} <= told
    assert found.json()["earliest_start"] == "2025-10-25"
    right = plan(items=[plan_item(headcount=0)], name="第4批")
    changed = await filing.put(
        f"/plan-drafts/{kept.json()['id']}",
        {"content": right},
        role="plan_filer",
        tag=found.headers["ETag"],
        organisation_id=employer,
    )
    assert (changed.status_code, changed.headers["ETag"]) == (204, '"v2"')
    by_rule = (await read(filing, employer, kept.json()["id"])).json()["problems"]
    assert [(one["pointer"], one["code"], one["article"]) for one in by_rule] == [
        ("/items/0/headcount", "headcount-out-of-range", "18(1)")
    ]
    assert "李静姝" not in await filing.everything_stored()


async def test_a_draft_is_filed_once_and_gone(filing: Filing, employer: UUID) -> None:
    kept = (await draft(filing, employer, content=plan())).json()
    about: dict[str, Any] = {"role": "plan_filer", "organisation_id": employer, "account_id": uuid7()}
    filed = await filing.post(f"/plan-drafts/{kept['id']}/filing", None, key="one", **about)
    assert (filed.status_code, filed.json()["state"]) == (201, "filed")
    again = await filing.post(f"/plan-drafts/{kept['id']}/filing", None, key="one", **about)
    assert again.json() == filed.json()
    assert (await filing.post(f"/plan-drafts/{kept['id']}/filing", None, **about)).status_code == 404
    assert (await read(filing, employer, kept["id"])).status_code == 404
    rows = await filing.rows()
    assert (rows["plan"], rows["plan_draft"]) == (1, 0)


async def test_a_draft_with_mistakes_is_not_filed_and_stays(filing: Filing, employer: UUID) -> None:
    incomplete = (await draft(filing, employer, content={"name": "第4批"})).json()
    late = (await draft(filing, employer, content=plan(starts_on="2025-10-24", ends_on="2025-10-24"))).json()
    for kept, problem in ((incomplete, "validation"), (late, "filed-too-late")):
        path = f"/plan-drafts/{kept['id']}/filing"
        refused = await filing.post(path, None, role="plan_filer", organisation_id=employer)
        assert (refused.status_code, refused.json()["type"]) == (422, f"/problems/{problem}")
        assert (await read(filing, employer, kept["id"])).status_code == 200
    assert (await filing.rows())["plan"] == 0


async def test_a_plan_is_copied_to_another_first_day(filing: Filing, employer: UUID) -> None:
    earlier = await filing.filed(employer)
    copy = await draft(
        filing, employer, copy_of=earlier["id"], starts_on="2025-11-20", content={"name": "第5批"}
    )
    found = (await read(filing, employer, copy.json()["id"])).json()
    assert found["problems"] == []
    assert (found["content"]["starts_on"], found["content"]["ends_on"]) == ("2025-11-20", "2025-11-21")
    assert (found["content"]["name"], found["content"]["contact"]) == ("第5批", CONTACT)
    other = await filing.approved_organisation()
    assert (await draft(filing, other, copy_of=earlier["id"])).status_code == 404


async def test_a_draft_is_its_organisations_alone(filing: Filing, employer: UUID) -> None:
    kept = (await draft(filing, employer, content={"name": "第4批"})).json()
    other = await filing.approved_organisation()
    assert (await read(filing, other, kept["id"])).status_code == 404
    about = filing.service.as_("plan_filer", organisation_id=other)
    assert (
        await filing.client.delete(f"/filing/v1/plan-drafts/{kept['id']}", headers=about)
    ).status_code == 404
    listed = await filing.get("/plan-drafts", role="plan_filer", organisation_id=other)
    assert listed.json()["items"] == []
    assert (await filing.get("/plan-drafts", role="centre_head", region="320100")).status_code == 403
    own = filing.service.as_("plan_filer", organisation_id=employer)
    gone = await filing.client.delete(f"/filing/v1/plan-drafts/{kept['id']}", headers=own)
    assert gone.status_code == 204
    assert (await filing.rows())["plan_draft"] == 0
