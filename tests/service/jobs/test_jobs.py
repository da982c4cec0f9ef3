"""Jobs over HTTP and step by step on a real database."""

import csv
import io
import json

import pytest
from sqlalchemy import text

from common.ids import uuid7
from common.jobs.runner import do_step
from tests.service.jobs.conftest import Warehouse, sheet
from tests.service.jobs.warehouse import KINDS
from tests.support.service import owner_connection


async def test_a_good_sheet_is_recorded_in_chunks_and_told_with_its_figures(warehouse: Warehouse) -> None:
    job = await warehouse.send(sheet(1_200))
    assert (job["state"], job["done"], job["total"]) == ("queued", 0, None)
    await warehouse.work_off()
    ended = await warehouse.state(job)
    assert (ended["state"], ended["done"], ended["total"], ended["errors"]) == ("completed", 1_200, 1_200, 0)
    assert ended["result"] == {
        "rows": 1_200,
        "accepted": 1_200,
        "unchanged": 0,
        "rejected": 0,
        "dropped_columns": [],
        "encoding": "UTF-8",
        "hidden_rows": 0,
        "hidden_columns": 0,
        "warehouse": "full",
    }
    assert len(await warehouse.things()) == 1_200


@pytest.mark.parametrize("query", ["", "?on_invalid=accept_valid", "?dry_run=true"])
async def test_progress_never_runs_backwards_and_ends_at_all_rows(warehouse: Warehouse, query: str) -> None:
    job = await warehouse.send(sheet(2_600), query=query)
    seen = []
    while await warehouse.step():
        seen.append((await warehouse.state(job))["done"])
    assert seen == sorted(seen)
    assert seen[-1] == 2_600
    assert any(0 < done < 2_600 for done in seen)


async def test_one_bad_row_rejects_the_sheet_and_all_mistakes_are_told(warehouse: Warehouse) -> None:
    await warehouse.send(sheet(1))
    await warehouse.work_off()
    job = await warehouse.send(sheet(700, extra="X,high\n"))
    await warehouse.work_off()
    ended = await warehouse.state(job)
    assert (ended["state"], ended["errors"]) == ("rejected", 2)
    assert (ended["result"]["accepted"], ended["result"]["rejected"]) == (0, 2)
    assert await warehouse.things() == ["T00000"]
    errors = (await warehouse.get(job, "/errors")).json()["items"]
    assert [(error["row"], error["column"], error["code"]) for error in errors] == [
        (2, "名称", "taken"),
        (702, "等级", "level-wrong"),
    ]
    assert (errors[0]["detail"], errors[0]["remedy"]) == ("No.", "Mend.")


async def test_the_valid_rows_of_a_sheet_are_recorded_when_asked_so(warehouse: Warehouse) -> None:
    job = await warehouse.send(sheet(700, extra="X,high\n"), query="?on_invalid=accept_valid")
    await warehouse.work_off()
    ended = await warehouse.state(job)
    assert (ended["state"], ended["errors"]) == ("completed", 1)
    assert (ended["result"]["accepted"], ended["result"]["rejected"]) == (700, 1)
    assert len(await warehouse.things()) == 700


async def test_a_dry_run_finds_the_same_and_keeps_nothing(warehouse: Warehouse) -> None:
    job = await warehouse.send(sheet(700, extra="X,high\n"), query="?dry_run=true")
    await warehouse.work_off()
    ended = await warehouse.state(job)
    assert (ended["state"], ended["errors"], ended["result"]["valid"]) == ("completed", 1, 700)
    assert await warehouse.things() == []


async def test_a_file_that_is_no_use_is_refused_at_once_and_nothing_is_kept(warehouse: Warehouse) -> None:
    before = await warehouse.service.row_counts()
    refused = await warehouse.offer("等级\n5\n")
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/column-missing")
    (error,) = refused.json()["errors"]
    assert (error["code"], error["column"]) == ("column-missing", "名称")
    empty = await warehouse.offer("名称\n", shelf="b")
    assert (empty.json()["type"], empty.json()["errors"][0]["code"]) == (
        "/problems/file-unreadable",
        "file-empty",
    )
    assert await warehouse.service.row_counts() == before


async def test_mistakes_come_in_pages(warehouse: Warehouse) -> None:
    job = await warehouse.send(sheet(0, extra="".join(f"X{n},high\n" for n in range(5))))
    await warehouse.work_off()
    rows, cursor = [], ""
    while True:
        page = (await warehouse.get(job, f"/errors?limit=2{cursor}")).json()
        rows += [error["row"] for error in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert rows == [2, 3, 4, 5, 6]


async def test_the_sheet_comes_back_marked_to_the_account_that_sent_it(warehouse: Warehouse) -> None:
    job = await warehouse.send(sheet(1, extra="X,high\n").encode("gb18030"))
    await warehouse.work_off()
    back = await warehouse.get(job, "/sheet")
    assert back.headers["content-type"].startswith("text/csv")
    assert list(csv.reader(io.StringIO(back.content.decode("gb18030")))) == [
        ["名称", "等级", "错误说明 Errors"],
        ["T00000", "5", ""],
        ["X", "high", "「等级」不行。改。"],
    ]
    assert (await warehouse.get(job, "/sheet", account_id=uuid7())).status_code == 404


async def test_jobs_of_others_are_unknown(warehouse: Warehouse) -> None:
    job = await warehouse.send(sheet(1))
    for path in ("", "/errors", "/sheet", "/progress"):
        answer = await warehouse.get(job, path, organisation_id=uuid7(), account_id=uuid7())
        assert answer.status_code == 404, path
        anonymous = await warehouse.service.client.get(f"/demo/v1/jobs/{job['id']}{path}")
        assert anonymous.status_code == 401, path


async def test_progress_is_streamed_until_the_end(warehouse: Warehouse) -> None:
    job = await warehouse.send(sheet(3))
    await warehouse.work_off()
    answer = await warehouse.get(job, "/progress")
    assert answer.headers["content-type"].startswith("text/event-stream")
    event, data = answer.text.strip().splitlines()
    assert event == "event: job"
    assert json.loads(data.removeprefix("data: "))["state"] == "completed"


async def test_a_cancelled_job_leaves_nothing_of_what_it_had_begun(warehouse: Warehouse) -> None:
    job = await warehouse.send(sheet(1_200), query="?on_invalid=accept_valid")
    await warehouse.step()  # read
    await warehouse.step()  # the first 500
    assert len(await warehouse.things()) == 500
    assert (await warehouse.cancel(job)).status_code == 202
    await warehouse.work_off()
    assert (await warehouse.state(job))["state"] == "cancelled"
    assert await warehouse.things() == []
    again = await warehouse.cancel(job)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/job-ended")


async def test_a_step_that_breaks_off_is_done_again_from_where_the_last_one_ended(
    warehouse: Warehouse,
) -> None:
    job = await warehouse.send(sheet(1_200), query="?on_invalid=accept_valid")
    await warehouse.step()
    await warehouse.step()
    async with owner_connection(warehouse.service.database_url) as connection:
        await connection.execute(
            text(
                "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RAISE EXCEPTION 'gone' USING ERRCODE = '57P01'; END $$"
            )
        )
        await connection.execute(
            text("CREATE TRIGGER die BEFORE INSERT ON thing FOR EACH STATEMENT EXECUTE FUNCTION die()")
        )
    with pytest.raises(Exception, match="gone"):
        await warehouse.step()
    assert (await warehouse.state(job))["done"] == 500
    async with owner_connection(warehouse.service.database_url) as connection:
        await connection.execute(text("DROP TRIGGER die ON thing"))
    await warehouse.work_off()
    assert (await warehouse.state(job))["state"] == "completed"
    assert len(await warehouse.things()) == 1_200


async def test_a_job_that_cannot_go_on_fails_and_takes_back_what_it_did(warehouse: Warehouse) -> None:
    job = await warehouse.send(sheet(600, extra="!,5\n"), query="?on_invalid=accept_valid")
    await warehouse.work_off()
    ended = await warehouse.state(job)
    assert (ended["state"], ended["result"]) == ("failed", {"reason": "internal"})
    assert await warehouse.things() == []


async def test_jobs_of_one_subject_follow_one_another(warehouse: Warehouse) -> None:
    first = await warehouse.send(sheet(1_200))
    second = await warehouse.send(sheet(1, first=9_000))
    other = await warehouse.send(sheet(1, first=9_001), shelf="b", organisation_id=uuid7())
    ended = []
    while await warehouse.step():
        for name, job in (("first", first), ("second", second)):
            if name not in ended and (await warehouse.state(job))["state"] == "completed":
                ended.append(name)
    assert ended == ["first", "second"]
    assert other["state"] == "queued"
    assert len(await warehouse.things()) == 1_202


async def test_organisations_take_turns_chunk_by_chunk(warehouse: Warehouse) -> None:
    large = await warehouse.send(sheet(3_000))
    await warehouse.step()
    small = uuid7()
    job = await warehouse.send(sheet(10, first=9_000), shelf="b", organisation_id=small)
    steps = 0
    while (await warehouse.get(job, organisation_id=small)).json()["state"] != "completed":
        await warehouse.step()
        steps += 1
    # The small job needs four steps (read, check, record, finish); the large one gets every other turn.
    assert steps <= 8
    assert (await warehouse.state(large))["state"] == "running"


async def test_a_job_in_hand_is_not_taken_twice(warehouse: Warehouse) -> None:
    job = await warehouse.send(sheet(1))
    async with warehouse.service.platform.sessions() as session:
        await session.execute(text("SELECT id FROM job FOR UPDATE"))
        assert not await do_step(warehouse.service.platform, KINDS)
    await warehouse.work_off()
    assert (await warehouse.state(job))["state"] == "completed"


async def test_a_sheet_sent_twice_under_one_key_is_one_job(warehouse: Warehouse) -> None:
    headers = warehouse.headers() | {"Content-Type": "text/csv"}
    first = await warehouse.service.client.post("/demo/v1/things/a", content=sheet(3), headers=headers)
    again = await warehouse.service.client.post("/demo/v1/things/a", content=sheet(3), headers=headers)
    assert again.json()["id"] == first.json()["id"]
    assert again.headers["idempotent-replayed"] == "true"


async def test_what_is_in_the_file_is_nowhere_in_clear(warehouse: Warehouse) -> None:
    await warehouse.send("名称\nunmistakable\n" * 2)
    await warehouse.step()
    async with owner_connection(warehouse.service.database_url) as connection:
        for table in ("job", "upload", "job_chunk", "job_error"):
            rows = (await connection.scalars(text(f"SELECT t::text FROM {table} AS t"))).all()
            assert rows or table == "job_error"
            assert not any(b"unmistakable".hex() in row or "unmistakable" in row for row in rows)
