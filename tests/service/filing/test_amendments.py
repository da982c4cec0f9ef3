"""Amendments of accepted plans, and cancellation, over HTTP (Art. 18(1), decision record 41)."""

from typing import Any
from uuid import UUID

from common.events.filing import PlanAmended, PlanCancelled
from tests.service.filing.world import Filing, codes, plan, plan_item, team

REASON = {"reason": "生产任务调整,本批次取消。"}


def amended(**changes: Any) -> dict[str, Any]:
    """A plan without the person to ask, who is not part of what was accepted."""
    return {name: value for name, value in plan(**changes).items() if name != "contact"}


async def accepted(filing: Filing, employer: UUID, **changes: Any) -> dict[str, Any]:
    found = await filing.filed(employer, **changes)
    answer = await filing.decided(found["id"], "accept")
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def amend(
    filing: Filing, plan_id: str, employer: UUID, body: dict[str, Any], *, tag: str = '"v2"'
) -> Any:
    headers = filing.service.as_("plan_filer", organisation_id=employer, idempotency_key="new")
    return await filing.client.post(
        f"/filing/v1/plans/{plan_id}/amendments",
        json=body,
        headers=headers | {"If-Match": tag, "Accept-Language": "en"},
    )


async def decide(filing: Filing, plan_id: str, *, region: str, **body: Any) -> Any:
    return await filing.post(
        f"/plans/{plan_id}/amendments/1/decision", body, role="centre_reviewer", region=region
    )


async def test_an_equal_examiner_takes_over_at_once(filing: Filing, employer: UUID) -> None:
    found = await accepted(filing, employer)
    await filing.be_at("2025-10-24T23:00:00+08:00")
    others = [*team()[:2], {"card_number": "32KP0099", "name": "周敏", "is_leader": False}]
    answer = await amend(filing, found["id"], employer, amended(examiners=others))
    assert answer.status_code == 201, answer.text
    assert (answer.json()["state"], answer.json()["changes"]) == ("in_force", ["examiners_changed"])
    assert answer.json()["filed_on"] == "2025-09-29"
    now = (await filing.get(f"/plans/{found['id']}", role="plan_filer", organisation_id=employer)).json()
    assert (now["state"], now["examiners"][2]["card_number"]) == ("accepted", "32KP0099")
    assert now["decided_at"] == found["decided_at"]
    (event,) = await filing.said(PlanAmended)
    assert isinstance(event, PlanAmended)
    assert (event.number_of_amendment, event.examiners[2].card_number) == (1, "32KP0099")


async def test_a_worse_team_is_no_equal_one(filing: Filing, employer: UUID) -> None:
    found = await accepted(filing, employer)
    answer = await amend(filing, found["id"], employer, amended(examiners=team(4)))
    assert answer.status_code == 422
    assert await filing.said(PlanAmended) == []
    stale = await amend(filing, found["id"], employer, amended(examiners=team(5)), tag='"v1"')
    assert stale.status_code == 412
    same = await amend(filing, found["id"], employer, amended())
    assert (same.status_code, same.json()["type"]) == (409, "/problems/state-conflict")


async def queued(filing: Filing, region: str) -> list[tuple[str, str]]:
    """Amendments that the centre of a region is to decide on."""
    found = await filing.get("/waiting-amendments", role="centre_reviewer", region=region)
    assert found.status_code == 200, found.text
    return [(one["plan_number"], one["state"]) for one in found.json()["items"]]


async def test_an_item_added_needs_fifteen_working_days_and_the_centre(
    filing: Filing, employer: UUID
) -> None:
    found = await accepted(filing, employer)
    more = [plan_item(), plan_item(level=3)]
    waiting = await amend(filing, found["id"], employer, amended(items=more))
    assert (waiting.status_code, waiting.json()["state"]) == (201, "waiting")
    assert waiting.json()["changes"] == ["item_or_level_added"]
    again = await amend(filing, found["id"], employer, amended(items=more, fee_cents=1), tag='"v3"')
    assert again.status_code == 409  # one at a time
    path = f"/plans/{found['id']}"
    stands = (await filing.get(path, role="plan_filer", organisation_id=employer)).json()
    assert (stands["state"], len(stands["items"])) == ("accepted", 1)
    assert await queued(filing, "320104") == [(stands["number"], "waiting")]
    assert await queued(filing, "320200") == []
    assert (await decide(filing, found["id"], region="320200", accept=True)).status_code == 404
    bare = await decide(filing, found["id"], region="320104", accept=False)
    assert (bare.status_code, codes(bare)) == (422, [("/reason", "reasons-missing")])
    decided = await decide(filing, found["id"], region="320104", accept=True)
    assert (decided.status_code, decided.json()["state"]) == (201, "in_force")
    stands = (await filing.get(path, role="plan_filer", organisation_id=employer)).json()
    assert (stands["state"], len(stands["items"])) == ("accepted", 2)
    (event,) = await filing.said(PlanAmended)
    assert isinstance(event, PlanAmended)
    assert [item.level for item in event.items] == [4, 3]


async def test_a_day_later_the_same_amendment_is_too_late(filing: Filing, employer: UUID) -> None:
    found = await accepted(filing, employer)
    await filing.be_at("2025-09-30T09:00:00+08:00")
    late = await amend(filing, found["id"], employer, amended(items=[plan_item(), plan_item(level=3)]))
    assert (late.status_code, late.json()["type"]) == (422, "/problems/filed-too-late")
    assert late.json()["earliest_start"] == "2025-10-28"
    postponed = amended(items=[plan_item(), plan_item(level=3)], starts_on="2025-10-28", ends_on="2025-10-29")
    assert (await amend(filing, found["id"], employer, postponed)).json()["state"] == "waiting"


async def test_a_site_in_another_county_is_decided_by_the_centre_above_both(
    filing: Filing, employer: UUID
) -> None:
    found = await accepted(filing, employer)
    elsewhere = amended(site={"name": "二号车间", "region": "320106", "address": "南京市鼓楼区中山北路1号"})
    answer = await amend(filing, found["id"], employer, elsewhere)
    assert answer.json()["changes"] == ["region_changed"]
    assert (await decide(filing, found["id"], region="320104", accept=True)).status_code == 403
    assert (await decide(filing, found["id"], region="320100", accept=True)).status_code == 201
    assert (await decide(filing, found["id"], region="320100", accept=True)).status_code == 409
    now = (await filing.get(f"/plans/{found['id']}", role="centre_reviewer", region="320106")).json()
    assert (now["site"]["region"], now["number"]) == ("320106", found["number"])


async def test_a_body_cancels_before_the_first_day_and_nothing_changes_after(
    filing: Filing, employer: UUID
) -> None:
    found = await accepted(filing, employer)
    path = f"/plans/{found['id']}"
    foreign = await filing.post(f"{path}/withdrawal", REASON, role="plan_filer", organisation_id=UUID(int=9))
    assert foreign.status_code == 404
    await filing.be_at("2025-10-24T23:59:00+08:00")
    answer = await filing.post(f"{path}/withdrawal", REASON, role="plan_filer", organisation_id=employer)
    assert (answer.status_code, answer.json()["state"]) == (201, "cancelled")
    assert (await amend(filing, found["id"], employer, amended(fee_cents=1), tag='"v3"')).status_code == 409
    assert (await filing.decided(found["id"], "accept")).status_code == 409
    again = await filing.post(f"{path}/cancellation", REASON, role="centre_reviewer", region="320104")
    assert again.status_code == 409
    (event,) = await filing.said(PlanCancelled)
    assert isinstance(event, PlanCancelled)
    assert (event.side, event.reason) == ("organisation", REASON["reason"])


async def test_from_the_first_day_on_only_the_centre_cancels_until_the_last(
    filing: Filing, employer: UUID
) -> None:
    found = await accepted(filing, employer)
    other = await accepted(filing, employer, name="第4批")
    await filing.be_at("2025-10-25T00:30:00+08:00")
    path = f"/plans/{found['id']}"
    late = await filing.post(f"{path}/withdrawal", REASON, role="plan_filer", organisation_id=employer)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/state-conflict")
    elsewhere = await filing.post(f"{path}/cancellation", REASON, role="centre_reviewer", region="320200")
    assert elsewhere.status_code == 404
    by_centre = await filing.post(f"{path}/cancellation", REASON, role="centre_reviewer", region="320104")
    assert (by_centre.status_code, by_centre.json()["state"]) == (201, "cancelled")
    await filing.be_at("2025-10-27T00:30:00+08:00")
    over = await filing.post(
        f"/plans/{other['id']}/cancellation", REASON, role="centre_reviewer", region="320104"
    )
    assert over.status_code == 409
