"""Batches of results over HTTP, and the events that tell them (Art. 18(3))."""

import io
import random
from collections import Counter
from datetime import date
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text

from client.sample import as_xlsx, people, result_rows
from common.events import Sealed
from common.events.registration import BatchRecorded, ResultsRecorded
from common.ids import decode_id, encode_id, uuid7
from common.person_keys import person_key
from tests.service.registration.world import (
    AFTER,
    EVALUATED_ON,
    REGION,
    XLSX,
    Registration,
    as_json,
    entry,
    score,
)
from tests.support.facts import plan_accepted
from tests.support.service import owner_connection

WANG, LI, ZHANG = people(3, seed=7)


@pytest.fixture
async def plan(registration: Registration) -> str:
    """An employer's plan whose evaluation is over."""
    accepted = await registration.accepted("employer")
    await registration.be_at(AFTER)
    return accepted


async def test_a_batch_is_told_in_chunks_and_takes_effect_at_its_end(
    registration: Registration, plan: str
) -> None:
    rows = [score(person) for person in people(1_100, seed=3)]
    rows[0] |= {"skill": 59.99}
    rows[1] |= {"theory": None, "skill": None, "absent": "是", "ethics": None}
    rows[2] |= {"ethics": "不合格"}
    rows[3] |= {"misconduct": "是"}
    job = await registration.results(plan, rows)
    assert (job["state"], job["done"], job["result"]["accepted"]) == ("completed", 1_100, 1_100)
    outcomes = {"passed": 1_096, "failed": 2, "absent": 1, "misconduct": 1}
    assert job["result"]["outcomes"] == outcomes
    chunks, (batch,) = await registration.said(ResultsRecorded), await registration.said(BatchRecorded)
    assert [(one.chunk, len(one.rows)) for one in chunks] == [(1, 500), (2, 500), (3, 100)]
    assert {one.batch_id for one in chunks} == {batch.batch_id}
    assert (batch.chunks, batch.rows, batch.outcomes) == (3, 1_100, outcomes)
    assert (batch.recorded_on, batch.evaluation_ended_on) == (date(2031, 10, 27), EVALUATED_ON)
    assert batch.recorded_by == registration.recorder
    assert batch.organisation_id == registration.organisation
    assert [row.outcome for row in chunks[0].rows[:4]] == ["failed", "absent", "failed", "misconduct"]


async def test_an_identity_in_an_event_opens_with_the_persons_key_only(
    registration: Registration, plan: str
) -> None:
    await registration.results(plan, [score(WANG, remark="补考")])
    (chunk,) = await registration.said(ResultsRecorded)
    (row,) = chunk.rows
    platform = registration.service.platform
    async with platform.sessions() as session:
        key = await person_key(session, platform.keyring, row.person_id)
        sealed = Sealed(person_id=row.person_id, ciphertext=row.identity.ciphertext)
    assert key.open("identity", sealed) == {
        "name": WANG.name,
        "id_type": "resident_id",
        "id_number": WANG.id_number,
    }
    assert (row.sex, row.birth_year) == (
        "male" if int(WANG.id_number[16]) % 2 else "female",
        int(WANG.id_number[6:10]),
    )
    async with owner_connection(registration.service.database_url) as connection:
        tables = await connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        for table in tables.all():
            stored = "\n".join((await connection.scalars(text(f'SELECT t::text FROM "{table}" AS t'))).all())
            for secret in (WANG.id_number, WANG.name, "补考"):
                assert secret not in stored, table
                assert secret.encode().hex() not in stored, table


async def test_five_thousand_rows_with_a_few_bad_ones_are_recorded_shown_mended_and_sent_again(
    registration: Registration, plan: str
) -> None:
    good = result_rows(people(5_000, seed=11), level=4, evaluated_on=EVALUATED_ON)
    spoilt: dict[int, dict[str, Any]] = {
        10: {"证件号码": "320106199003071010"},
        500: {"姓名": ""},
        1_999: {"认定等级": 1},
        3_000: {"理论成绩": 105},
        4_998: {"技能成绩": None, "缺考": None},
    }
    sheet = [row | spoilt.get(number, {}) for number, row in enumerate(good)]
    query = f"/plans/{plan}/results?on_invalid=accept_valid"
    sent = await registration.post(query, "result_recorder", as_xlsx(sheet), XLSX)
    job = await registration.ended(sent)
    assert (job["state"], job["total"], job["errors"]) == ("completed", 5_000, 5)
    assert (job["result"]["accepted"], job["result"]["rejected"]) == (4_995, 5)
    # Row 1 of the sheet is its headings.
    assert await registration.mistakes(job) == [
        (12, "证件号码", "id-checksum"),
        (502, "姓名", "missing"),
        (2_001, "认定等级", "level-not-in-plan"),
        (3_002, "理论成绩", "value-range"),
        (5_000, "技能成绩", "mark-missing"),
    ]
    back = await registration.get(f"/jobs/{job['id']}/sheet", "result_recorder")
    lines = list(openpyxl.load_workbook(io.BytesIO(back.content), read_only=True).active.values)
    assert len(lines) == 5_001
    assert [number for number, line in enumerate(lines, start=1) if line[-1]] == [
        1,
        12,
        502,
        2_001,
        3_002,
        5_000,
    ]
    assert "校验码" in lines[11][-1]

    mended = await registration.post(
        f"/plans/{plan}/results", "result_recorder", as_xlsx([good[number] for number in spoilt]), XLSX
    )
    second = await registration.ended(mended)
    assert (second["state"], second["result"]["accepted"]) == ("completed", 5)
    assert await registration.count("result") == 5_000
    batches = (await registration.get(f"/plans/{plan}/batches")).json()["items"]
    assert [(one["number"], one["rows"], one["state"]) for one in batches] == [
        (1, 4_995, "recorded"),
        (2, 5, "recorded"),
    ]


async def test_rows_sent_again_are_no_duplicates_and_changed_ones_are_refused(
    registration: Registration, plan: str
) -> None:
    await registration.results(plan, [score(WANG), score(LI)])
    same = await registration.results(plan, [score(LI), score(WANG), score(ZHANG)])
    assert (same["result"]["accepted"], same["result"]["unchanged"]) == (1, 2)
    nothing = await registration.results(plan, [score(WANG)])
    assert (nothing["state"], nothing["result"]["batch_id"]) == ("completed", None)
    changed = await registration.results(plan, [score(WANG, skill=99)])
    assert changed["state"] == "rejected"
    assert await registration.mistakes(changed) == [(1, "id_number", "already-recorded")]
    assert [one.rows for one in await registration.said(BatchRecorded)] == [2, 1]


async def test_one_bad_row_rejects_the_batch_unless_the_valid_rows_are_asked_for(
    registration: Registration, plan: str
) -> None:
    job = await registration.results(plan, [score(WANG), score(LI, skill="good")])
    assert (job["state"], job["result"]["accepted"]) == ("rejected", 0)
    assert await registration.count("result") == 0
    assert await registration.said(ResultsRecorded) == []


async def test_a_dry_run_finds_what_the_recording_would_and_keeps_nothing(
    registration: Registration, plan: str
) -> None:
    await registration.results(plan, [score(WANG)])
    before = await registration.service.row_counts()
    job = await registration.results(
        plan, [score(WANG, skill=61), score(LI, level=1), score(ZHANG)], "?dry_run=true"
    )
    assert (job["state"], job["result"]["valid"]) == ("completed", 1)
    assert await registration.mistakes(job) == [
        (1, "id_number", "already-recorded"),
        (2, "level", "level-not-in-plan"),
    ]
    after = await registration.service.row_counts()
    assert {name for name in after if after[name] != before[name]} <= {
        "job",
        "upload",
        "job_error",
        "idempotency",
        "inbox",
    }


@pytest.mark.parametrize(
    ("instant", "status"), [("2031-10-24T23:59:00+08:00", 409), ("2031-10-25T00:00:00+08:00", 202)]
)
async def test_results_are_entered_from_the_last_day_of_the_evaluation_on(
    registration: Registration, instant: str, status: int
) -> None:
    plan = await registration.accepted("employer")
    await registration.be_at(instant)
    answer = await registration.post(f"/plans/{plan}/results", "result_recorder", as_json([score(WANG)]))
    assert answer.status_code == status
    if status == 409:
        assert answer.json()["type"] == "/problems/not-yet-evaluated"
        assert answer.json()["first_day"] == "2031-10-25"


async def test_a_plan_that_names_its_recorder_takes_results_from_no_other(registration: Registration) -> None:
    plan = await registration.accepted("employer", recorder_account_id=registration.recorder)
    await registration.be_at(AFTER)
    path = f"/plans/{plan}/results"
    other = await registration.post(path, "result_recorder", as_json([score(WANG)]), account_id=uuid7())
    assert (other.status_code, other.json()["type"]) == (403, "/problems/not-batch-owner")
    assert (await registration.post(path, "result_recorder", as_json([score(WANG)]))).status_code == 202


async def test_results_wait_for_the_standard_they_are_judged_by(registration: Registration) -> None:
    accepted = plan_accepted(
        kind="employer", organisation_id=registration.organisation, starts_on=EVALUATED_ON
    )
    await registration.hear(accepted)
    await registration.be_at(AFTER)
    path = f"/plans/{accepted.plan_id}/results"
    assert (await registration.post(path, "result_recorder", "[]")).status_code == 404  # no id of its kind
    answer = await registration.post(
        f"/plans/{encode_id('plan', accepted.plan_id)}/results", "result_recorder", "[]"
    )
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/standard-not-known-yet")


async def test_results_are_shown_masked_in_the_order_of_the_sheet(
    registration: Registration, plan: str
) -> None:
    job = await registration.results(plan, [score(WANG), score(LI, theory=59)])
    batch = job["result"]["batch_id"]
    shown = (await registration.get(f"/batches/{batch}/results")).json()["items"]
    assert [(one["name"][0], one["outcome"], one["theory"], one["skill"]) for one in shown] == [
        (WANG.name[0], "passed", 80.0, 75.5),
        (LI.name[0], "failed", 59.0, 75.5),
    ]
    assert [one["reasons"][0]["en"] for one in shown] == [
        "Every part was passed.",
        "Mark for theory below the pass mark 60.",
    ]
    assert all("*" in one["name"] and "*" in one["id_number"] for one in shown)
    about = (await registration.get(f"/batches/{batch}")).json()
    assert (about["state"], about["rows"], about["outcomes"]) == ("recorded", 2, {"passed": 1, "failed": 1})


async def test_routes_of_results_ask_for_the_right_account(registration: Registration, plan: str) -> None:
    job = await registration.results(plan, [score(WANG)])
    path, batch = f"/plans/{plan}/results", f"/batches/{job['result']['batch_id']}"
    stranger, elsewhere = {"organisation_id": uuid7()}, {"region": "320500"}
    assert (await registration.post(path, None, "[]")).status_code == 401
    assert (await registration.post(path, "plan_filer", "[]")).status_code == 403
    assert (await registration.post(path, "result_recorder", "[]", **stranger)).status_code == 404
    for shown in (f"/plans/{plan}/batches", batch, f"{batch}/results"):
        assert (await registration.get(shown, None)).status_code == 401
        assert (await registration.get(shown, "centre_dispatcher", region="320100")).status_code == 403
        assert (await registration.get(shown, "result_recorder", **stranger)).status_code == 404
        assert (await registration.get(shown, "centre_reviewer", **elsewhere)).status_code == 404
        assert (await registration.get(shown, "centre_reviewer")).status_code == 200
        assert (await registration.get(shown, "organisation_reader")).status_code == 200


async def test_two_batches_of_one_plan_at_once_are_done_one_after_the_other(
    registration: Registration, plan: str
) -> None:
    crowd = people(1_400, seed=5)
    random.Random(1).shuffle(crowd)
    path = f"/plans/{plan}/results"
    first = await registration.post(path, "result_recorder", as_json(map(score, crowd[:900])))
    second = await registration.post(path, "result_recorder", as_json(map(score, crowd[500:])))
    one, two = await registration.ended(first), await registration.ended(second)
    assert (one["result"]["accepted"], two["result"]["accepted"], two["result"]["unchanged"]) == (
        900,
        500,
        400,
    )
    told = Counter(row.person_id for chunk in await registration.said(ResultsRecorded) for row in chunk.rows)
    assert len(told) == 1_400
    assert set(told.values()) == {1}
    assert decode_id("job", first.json()["id"]) < decode_id("job", second.json()["id"])


async def test_templates_are_there_for_people_and_for_programs(registration: Registration) -> None:
    client = registration.service.client
    form = await client.get("/registration/v1/templates/results")
    sheet = openpyxl.load_workbook(io.BytesIO(form.content))["数据"]
    assert [cell.value for cell in sheet[1]][:3] == ["姓名*", "证件类型", "证件号码*"]
    described = await client.get("/registration/v1/templates/roster", headers={"Accept": "application/json"})
    columns = {one["field"]: one for one in described.json()["columns"]}
    assert columns["id_number"]["is_text"]
    assert columns["level"]["options"][0] == "五级/初级工"
    assert (await client.get("/registration/v1/templates/other")).status_code == 404


async def test_a_trial_goes_by_the_general_rule_for_it_has_no_standard(registration: Registration) -> None:
    """Its outline stands where a standard would, and the catalog tells nothing of it (Art. 1)."""
    plan = plan_accepted(
        kind="social",
        organisation_id=registration.organisation,
        region=REGION,
        starts_on=EVALUATED_ON,
    )
    await registration.hear(plan.model_copy(update={"special": "trial", "outline_sha256": "8e" * 32}))
    plan_id = encode_id("plan", plan.plan_id)
    await registration.roster(plan_id, [entry(WANG)])
    await registration.review(plan_id, approve_all=True)
    await registration.be_at(AFTER)
    job = await registration.results(plan_id, [score(WANG)])
    assert (job["state"], job["result"]["accepted"]) == ("completed", 1)
