"""A large sheet of results, its servers killed while it is recorded: every row once, and no step back.

`make kills` runs it with 100,000 rows and ten kills.
"""

import os
from itertools import cycle

from client import journey, registration, sample
from client.platform import Platform
from tests.support.evaluations import LEVEL, ended_evaluation
from tests.support.stack import Stack

ROWS, KILLS = int(os.environ.get("KILL_ROWS", "6000")), int(os.environ.get("KILLS", "3"))
SERVERS = ("registration", "postgres", "nats")


def test_every_row_is_recorded_once_whoever_dies_meanwhile(stack: Stack) -> None:
    ended = ended_evaluation(stack, headcount=ROWS, seed=3000 + KILLS)
    recorder = ended.body.recorder
    crowd = sample.people(ROWS, seed=3000 + ROWS)
    sheet = sample.as_xlsx(sample.result_rows(crowd, level=LEVEL, evaluated_on=ended.plan.ends_on))
    seen: list[int] = []
    servers = cycle(SERVERS)
    killed: list[str] = []

    def kill_now_and_then(job: registration.Job) -> None:
        seen.append(job.done)
        if len(killed) < KILLS and job.done > ROWS * len(killed) // (KILLS + 1):
            killed.append(next(servers))
            stack.kill(killed[-1])

    upload = registration.upload_results(ended.plan.id, sheet, registration.XLSX)
    job = journey.finish_job(recorder, journey.eventually(recorder, upload), on_progress=kill_now_and_then)
    assert (job.state, job.done, job.errors) == ("completed", ROWS, 0)
    assert job.result is not None
    assert (job.result["accepted"], job.result["rejected"]) == (ROWS, 0)
    assert len(killed) == KILLS
    assert seen == sorted(seen)
    assert results_of(recorder, job.result["batch_id"]) == ROWS


def results_of(recorder: Platform, batch_id: str) -> int:
    """How many different results a batch holds."""
    found: set[str] = set()
    cursor = None
    while True:
        page = recorder.send(registration.list_results(batch_id, cursor=cursor))
        found |= {one.id for one in page.items}
        if (cursor := page.next) is None:
            return len(found)
