"""The queue of the centre, rejection, escalation and acceptance by rule over HTTP (Art. 18(1), 21)."""

from datetime import date
from typing import Any
from uuid import UUID

from common.events.audit import OrganisationListed
from common.events.filing import (
    AutomaticAcceptanceSet,
    PlanAccepted,
    PlanEscalated,
    PlanRejected,
)
from common.ids import encode_id
from filing.decisions.rule import accept_by_rule
from filing.decisions.workers import escalate
from tests.service.filing.world import Filing, codes, plan

REASON = {"field": "/site", "reason": "场地不具备条件,无法整改。"}
ON = {"enabled": True, "reason": "连续三年无抽查问题"}


async def queued(filing: Filing, region: str) -> list[Any]:
    answer = await filing.get("/plans/queue", role="centre_reviewer", region=region)
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["items"]
    return found


async def rule(filing: Filing, organisation: UUID, body: dict[str, Any], **about: Any) -> Any:
    path = f"/organisations/{encode_id('organisation', organisation)}/automatic-acceptance"
    return await filing.post(path, body, **({"role": "centre_head", "region": "320100"} | about))


async def test_a_rejected_plan_is_at_its_end(filing: Filing, employer: UUID) -> None:
    found = await filing.filed(employer)
    bare = await filing.decided(found["id"], "reject")
    assert (bare.status_code, codes(bare)) == (422, [("/reasons", "reasons-missing")])
    rejected = await filing.decided(found["id"], "reject", REASON)
    assert (rejected.status_code, rejected.json()["state"]) == (201, "rejected")
    assert rejected.json()["reasons"] == [REASON]
    mended = await filing.put(
        f"/plans/{found['id']}", plan(), role="plan_filer", tag='"v2"', organisation_id=employer
    )
    assert mended.status_code == 409
    assert (await filing.decided(found["id"], "accept")).status_code == 409
    (event,) = await filing.said(PlanRejected)
    assert isinstance(event, PlanRejected)
    assert event.reasons == ("/site: 场地不具备条件,无法整改。",)


async def test_a_centre_sees_what_waits_in_its_counties_the_oldest_first(
    filing: Filing, employer: UUID
) -> None:
    first = await filing.filed(employer, name="第1批")
    second = await filing.filed(employer, name="第2批")
    decided = await filing.filed(employer, name="第3批")
    assert (await filing.decided(decided["id"], "accept")).status_code == 201
    await filing.be_at("2025-10-11T09:00:00+08:00")
    city, county = await queued(filing, "320100"), await queued(filing, "320104")
    assert [line["id"] for line in city] == [line["id"] for line in county] == [first["id"], second["id"]]
    assert (city[0]["workdays_waiting"], city[0]["due_on"], city[0]["urgency"]) == (4, "2025-10-13", "warned")
    assert await queued(filing, "320200") == await queued(filing, "320106") == []
    refused = await filing.get("/plans/queue", role="plan_filer", organisation_id=employer)
    assert refused.status_code == 403
    page = await filing.get("/plans/queue?limit=1", role="centre_reviewer", region="320100")
    cursor = page.json()["next"]
    rest = await filing.get(f"/plans/queue?limit=1&cursor={cursor}", role="centre_reviewer", region="320100")
    assert [line["id"] for line in rest.json()["items"]] == [second["id"]]


async def test_silence_is_told_to_the_level_above_once(filing: Filing, employer: UUID) -> None:
    found = await filing.filed(employer)
    platform = filing.service.platform
    await filing.be_at("2025-10-13T23:00:00+08:00")
    await escalate(platform)
    assert await filing.said(PlanEscalated) == []
    await filing.be_at("2025-10-14T00:30:00+08:00")
    await escalate(platform)
    await escalate(platform)
    (event,) = await filing.said(PlanEscalated)
    assert isinstance(event, PlanEscalated)
    assert (event.escalated_to, event.due_on, event.workdays_waiting) == ("320100", date(2025, 10, 13), 6)
    assert (await queued(filing, "320100"))[0]["escalated_to"] == ["320100"]
    assert (await filing.decided(found["id"], "accept")).status_code == 201  # the city's centre decides


async def test_a_plan_of_a_trusted_organisation_is_accepted_by_the_rule(
    filing: Filing, employer: UUID
) -> None:
    before = await filing.filed(employer, name="第1批")
    switched = await rule(filing, employer, ON)
    assert (switched.status_code, switched.json()["enabled"]) == (201, True)
    after = await filing.filed(employer, name="第2批")
    await accept_by_rule(filing.service.platform)
    states = {line["id"] for line in await queued(filing, "320104")}
    assert states == {before["id"]}  # filed before the rule: a person decides
    (event,) = await filing.said(PlanAccepted)
    assert isinstance(event, PlanAccepted)
    assert (encode_id("plan", event.plan_id), event.by_rule) == (after["id"], True)
    (told,) = await filing.said(AutomaticAcceptanceSet)
    assert isinstance(told, AutomaticAcceptanceSet)
    assert event.accepted_by == told.set_by
    await rule(filing, employer, ON | {"enabled": False})
    third = await filing.filed(employer, name="第3批")
    await accept_by_rule(filing.service.platform)
    assert third["id"] in {line["id"] for line in await queued(filing, "320104")}


async def test_the_rule_serves_nobody_against_whom_a_measure_stands(filing: Filing, employer: UUID) -> None:
    assert (await rule(filing, employer, ON, region="320200")).status_code == 404
    assert (await rule(filing, employer, ON, role="centre_reviewer")).status_code == 403
    assert (await rule(filing, employer, ON)).status_code == 201
    found = await filing.filed(employer)
    await filing.hear(
        OrganisationListed(
            organisation_id=employer,
            measure="abnormal",
            valid_from=date(2025, 9, 1),
            valid_to=None,
            case="苏技评监〔2025〕17号",
            plans="freeze",
        )
    )
    await accept_by_rule(filing.service.platform)
    (line,) = await queued(filing, "320104")
    assert (line["id"], line["frozen_by"]) == (found["id"], "苏技评监〔2025〕17号")
    refused = await rule(filing, employer, ON)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/organisation-listed")
