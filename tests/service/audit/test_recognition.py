"""Recognition on real servers: facts from three services arrive in any order, and one decision follows."""

from datetime import date
from itertools import permutations
from uuid import UUID

import httpx
import pytest

from client.audit import Draw, redraw
from common.events.catalog import CalendarPublished
from common.ids import encode_id, uuid7
from tests.support.events import Publishers
from tests.support.facts import STARTS_ON, batch_recorded, plan_accepted, roster_reviewed
from tests.support.service import RunningService
from tests.support.waiting import eventually

CHECKLIST = [{"item": "考场与设备符合要求", "result": "pass"}]


async def register_supervisor(audit: RunningService, *, region: str = "320100") -> UUID:
    account = uuid7()
    body = {
        "name": "赵敏",
        "card_number": f"R32{account.int % 10**9:09d}",
        "region": region,
        "valid_to": "2028-12-31",
        "account_id": encode_id("account", account),
    }
    headers = audit.as_("centre_dispatcher", region="320100", idempotency_key="new")
    answer = await audit.client.post("/audit/v1/supervisors", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    assert "赵敏" not in answer.text
    return account


async def supervision(audit: RunningService, plan_id: UUID) -> dict[str, object]:
    path = f"/audit/v1/plans/{encode_id('plan', plan_id)}/supervision"
    answer = await audit.client.get(path, headers=audit.as_("centre_head", region="320106"))
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


async def assigned(audit: RunningService, plan_id: UUID) -> str:
    """The id of the plan's supervision once somebody was drawn."""

    async def look() -> str | None:
        found = (await supervision(audit, plan_id))["supervision"]
        return found["id"] if isinstance(found, dict) and found["state"] == "assigned" else None

    return await eventually(look)


async def report(
    audit: RunningService, supervision_id: str, account: UUID, **changes: object
) -> httpx.Response:
    body = {"verdict": "normal", "head_count": 60, "checklist": CHECKLIST} | changes
    headers = audit.as_("supervisor", region="320100", account_id=account, idempotency_key="new")
    return await audit.client.post(
        f"/audit/v1/supervisions/{supervision_id}/report", json=body, headers=headers
    )


async def recognition(audit: RunningService, batch_id: UUID, organisation_id: UUID) -> dict[str, object]:
    path = f"/audit/v1/batches/{encode_id('batch', batch_id)}/recognition"
    answer = await audit.client.get(path, headers=audit.as_("plan_filer", organisation_id=organisation_id))
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_a_social_batch_is_recognised_in_whatever_order_its_facts_arrive(
    audit: RunningService, others: Publishers, order: tuple[int, ...]
) -> None:
    account, plan_id, body_id = await register_supervisor(audit), uuid7(), uuid7()
    batch = batch_recorded(plan_id, organisation_id=body_id)
    facts = [
        plan_accepted(plan_id=plan_id, organisation_id=body_id),
        roster_reviewed(plan_id),
        batch,
    ]
    for number in order:
        await others.deliver(facts[number])
    supervision_id = await assigned(audit, plan_id)
    assert (await recognition(audit, batch.batch_id, body_id))["decision"] == "waiting"
    assert (await report(audit, supervision_id, account)).status_code == 201
    decided = await recognition(audit, batch.batch_id, body_id)
    assert decided["decision"] == "recognised"
    assert decided["decided_by"] == "rule"


async def test_a_late_batch_waits_for_a_named_person_who_gives_a_reason(
    audit: RunningService, others: Publishers
) -> None:
    account, plan_id, body_id = await register_supervisor(audit), uuid7(), uuid7()
    late = batch_recorded(plan_id, organisation_id=body_id, recorded_on=date(2025, 12, 1))
    await others.deliver(plan_accepted(plan_id=plan_id, organisation_id=body_id))
    await others.deliver(roster_reviewed(plan_id), late)
    await report(audit, await assigned(audit, plan_id), account)
    found = await recognition(audit, late.batch_id, body_id)
    assert found["decision"] == "needs_person"
    path = f"/audit/v1/batches/{encode_id('batch', late.batch_id)}/recognition/decision"
    body = {"recognise": True, "reason": "因台风停电延误登记,已附情况说明"}
    headers = audit.as_("centre_head", region="320106", idempotency_key="new")
    assert (await audit.client.post(path, json=body, headers=headers)).status_code == 201
    headers = audit.as_("centre_head", region="320106", idempotency_key="new")
    again = await audit.client.post(path, json=body, headers=headers)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/recognition-not-open")


async def test_an_employers_plan_that_was_drawn_needs_a_report_and_its_draws_can_be_run_again(
    audit: RunningService, others: Publishers
) -> None:
    account, plan_id = await register_supervisor(audit), uuid7()
    await others.deliver(plan_accepted(plan_id=plan_id, kind="employer"))
    supervision_id = await assigned(audit, plan_id)
    draws = (await supervision(audit, plan_id))["draws"]
    assert isinstance(draws, list)
    assert [draw["purpose"] for draw in draws] == ["spot_check", "supervisor"]
    for shown in draws:
        draw = Draw.model_validate((await audit.client.get(f"/audit/v1/draws/{shown['id']}")).json())
        assert redraw(draw) == draw.drawn
    assert (await report(audit, supervision_id, account)).status_code == 201


async def test_a_supervisor_reports_once_and_only_on_the_own_supervision(
    audit: RunningService, others: Publishers
) -> None:
    account, plan_id = await register_supervisor(audit), uuid7()
    await others.deliver(plan_accepted(plan_id=plan_id))
    supervision_id = await assigned(audit, plan_id)
    assert (await report(audit, supervision_id, uuid7())).status_code == 404
    assert (await report(audit, supervision_id, account, checklist=[])).status_code == 422
    assert (await report(audit, supervision_id, account)).status_code == 201
    again = await report(audit, supervision_id, account)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/supervision-already-reported")


async def test_a_report_before_the_session_is_refused_with_the_day(
    audit: RunningService, others: Publishers
) -> None:
    account, plan_id = await register_supervisor(audit), uuid7()
    starts_on = audit.platform.clock.today().replace(year=audit.platform.clock.today().year + 1)
    await others.deliver(plan_accepted(plan_id=plan_id, starts_on=starts_on))
    answer = await report(audit, await assigned(audit, plan_id), account)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/report-too-early")
    assert answer.json()["starts_on"] == starts_on.isoformat()


async def test_supervision_is_seen_by_the_own_body_and_region_and_by_nobody_else(
    audit: RunningService, others: Publishers
) -> None:
    plan_id, body_id = uuid7(), uuid7()
    batch = batch_recorded(plan_id, organisation_id=body_id)
    await others.deliver(plan_accepted(plan_id=plan_id, organisation_id=body_id))
    await others.deliver(batch)
    seen = f"/audit/v1/plans/{encode_id('plan', plan_id)}/supervision"
    decided = f"/audit/v1/batches/{encode_id('batch', batch.batch_id)}/recognition"
    for path, role in ((seen, "centre_head"), (decided, "centre_reviewer")):
        assert (await audit.client.get(path)).status_code == 401
        for region, status in (
            ("320106", 200),
            ("320100", 200),
            ("320000", 200),
            ("320102", 404),
            ("320200", 404),
        ):
            answer = await audit.client.get(path, headers=audit.as_(role, region=region))
            assert answer.status_code == status, (path, region)
    for organisation, status in ((body_id, 200), (uuid7(), 404)):
        answer = await audit.client.get(
            decided, headers=audit.as_("plan_filer", organisation_id=organisation)
        )
        assert answer.status_code == status
    assert (
        await audit.client.get(seen, headers=audit.as_("plan_filer", organisation_id=body_id))
    ).status_code == 403


async def test_the_journal_shows_every_event_to_everyone_and_contents_to_the_authority(
    audit: RunningService, others: Publishers
) -> None:
    plan = plan_accepted(kind="employer")  # audit answers with the commitment to a draw
    await others.deliver(plan, plan_accepted())
    entries = (await audit.client.get("/audit/v1/journal", params={"source": "filing"})).json()
    assert [entry["position"] for entry in entries] == [1, 2]
    assert entries[0]["key"] == plan.key
    assert all("data" not in entry or entry["data"] is None for entry in entries)
    path, query = "/audit/v1/journal/contents", {"source": "filing"}
    assert (await audit.client.get(path, params=query)).status_code == 401
    whole = (await audit.client.get(path, params=query, headers=audit.as_("authority"))).json()
    assert whole[0]["data"]["starts_on"] == STARTS_ON.isoformat()
    own = await eventually(lambda: _heads_of(audit, "audit"))
    assert own["position"] >= 1


async def _heads_of(audit: RunningService, source: str) -> dict[str, int] | None:
    heads = (await audit.client.get("/audit/v1/journal/heads")).json()
    return next((head for head in heads if head["source"] == source), None)


@pytest.mark.parametrize("is_told_first", [True, False])
async def test_working_days_until_the_recording_are_those_of_a_calendar_loaded_since(
    audit: RunningService, others: Publishers, *, is_told_first: bool
) -> None:
    """Friday 12 to Monday 22 March 2027: six weekdays, five once Monday 15 is announced as off (made up here)."""
    plan_id, body_id = uuid7(), uuid7()
    ended_on = date(2027, 3, 12)
    recorded = batch_recorded(plan_id, organisation_id=body_id, recorded_on=date(2027, 3, 22))
    batch = recorded.model_copy(update={"evaluation_ended_on": ended_on})
    year = CalendarPublished(
        year=2027,
        edition=1,
        days_off=(date(2027, 3, 15),),
        makeup_days=(),
        notice="关于2027年部分节假日安排的通知",
        document_number="国办发明电〔2026〕7号",
        published_on=date(2026, 11, 4),
    )

    async def in_time() -> str:
        gates = (await recognition(audit, batch.batch_id, body_id))["gates"]
        assert isinstance(gates, list)
        found: str = next(gate["state"] for gate in gates if gate["gate"] == "recorded_in_time")
        return found

    if is_told_first:
        await others.deliver(year)
    await others.deliver(plan_accepted(plan_id=plan_id, organisation_id=body_id, starts_on=ended_on))
    await others.deliver(batch)
    assert await in_time() == ("pass" if is_told_first else "fail")
    if not is_told_first:
        await others.deliver(year)
    assert await in_time() == "pass"
