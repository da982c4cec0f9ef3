"""The area `files`: every file of the list, sent as results of an accepted plan to a running registration service.

Sheets are tried with `dry_run=true&on_invalid=accept_valid`: the validator and the checks are those of recording, and
no entry meets what another one left.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from common.ids import uuid7
from common.tabular.reading import CSV, XLSX
from local.postgres import Postgres
from registration.main import create_app
from registration.settings import RegistrationSettings
from tests.bad_inputs.files_made import LI, MADE, WANG, ZHANG, row, table
from tests.bad_inputs.harness import Answer, Area, BadInput, Served
from tests.service.registration.world import AFTER, Registration
from tests.support.service import RunningService, running_service

in_one_loop = pytest.mark.asyncio(loop_scope="module")
AREA = Area("files", secrets=[text for one in (WANG, LI, ZHANG) for text in (one.name, one.id_number)])
TRIED = "?dry_run=true&on_invalid=accept_valid"
VALID: Mapping[str, int] = {
    "files-023": 1,
    "files-024": 3,
    "files-027": 100_000,
    "files-030": 1,
    "files-031": 2,
    "files-034": 1,
    "files-035": 1,
    "files-036": 1,
    "files-039": 1,
    "files-045": 1,
    "files-048": 2,
    "files-050": 1,
    "files-051": 1,
    "files-052": 1,
    "files-055": 1,
    "files-056": 1,
    "files-058": 1,
    "files-060": 2,
    "files-062": 2,
    "files-064": 1,
    "files-066": 1,
    "files-067": 1,
    "files-072": 100_000,
}
"""How many rows of a file are right."""
TOLD: Mapping[str, Mapping[str, Any]] = {
    "files-031": {"hidden_rows": 1, "hidden_columns": 2},
    "files-039": {"dropped_columns": ["备注2"]},
    "files-056": {"encoding": "GB18030"},
    "files-057": {"encoding": "UTF-8"},
    "files-058": {"encoding": "UTF-16"},
}
"""What the job's result says beside the counts."""


@dataclass
class Desk(Served):
    """A registration service with a plan that waits for its results."""

    registration: Registration
    plan: str

    @property
    def served(self) -> RunningService:
        return self.registration.service

    async def send(self, content: bytes, media_type: str, query: str = TRIED) -> httpx.Response:
        return await self.registration.post(
            f"/plans/{self.plan}/results{query}", "result_recorder", content, media_type
        )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def registration(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[Registration]:
    name = next(database_names)
    async with running_service(
        create_app,
        RegistrationSettings,
        database_url=postgres.create_database(name),
        nats_url=new_nats_url(),
        rate_per_second=0,
    ) as service:
        yield Registration(service)
    postgres.drop_database(name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plan(registration: Registration) -> str:
    plan = await registration.accepted("employer")
    await registration.be_at(AFTER)
    return plan


@pytest.fixture
def desk(registration: Registration, plan: str, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(registration, plan, read=lambda: "".join(capsys.readouterr()))


@AREA.case(*MADE)
async def a_file(entry: BadInput, desk: Desk) -> Answer:
    """Refused with nothing kept, or a job that tells what is wrong with each row."""
    content, media_type = MADE[entry.id]()
    before = await desk.row_counts()
    response = await desk.send(content, media_type)
    if response.status_code == 202:
        await check_job(entry, desk, await desk.registration.ended(response))
    else:
        assert await desk.row_counts() == before
    return Answer.of(response)


async def check_job(entry: BadInput, desk: Desk, job: dict[str, Any]) -> None:
    expected = entry.expect.get("row_error")
    codes = {code for _, _, code in await desk.registration.mistakes(job)}
    assert job["state"] == entry.expect["job"], job
    assert codes == ({expected} if expected else set()), f"{entry.id}: {job}"
    if entry.id in VALID:
        assert job["result"]["valid"] == VALID[entry.id]
    told = TOLD.get(entry.id, {})
    assert {name: job["result"][name] for name in told} == told


@AREA.case("files-074")
async def many_parts(entry: BadInput, desk: Desk) -> Answer:
    """No part is ever read: an honest boundary gets 415, one of 10 kB is too large for a head."""
    plain = await desk.send(b"--x--", "multipart/form-data; boundary=x")
    assert plain.status_code == 415
    return Answer.of(await desk.send(b"--x--", f"multipart/form-data; boundary={'x' * 10_000}"))


@AREA.case("files-078")
async def a_byte_too_many(entry: BadInput, desk: Desk) -> Answer:
    """Refused by what it says of itself; what comes after all is thrown away, so that the caller reads the answer."""

    async def none() -> AsyncIterator[bytes]:
        yield b""

    headers = desk.registration.headers("result_recorder") | {"Content-Type": CSV}
    response = await desk.client.post(
        f"/registration/v1/plans/{desk.plan}/results",
        content=none(),
        headers=headers | {"Content-Length": str(64 * 1024 * 1024 + 1)},
    )
    return Answer.of(response)


@AREA.case("files-081")
async def many_large_uploads(entry: BadInput, desk: Desk) -> Answer:
    """Twenty large files and, behind them, one row of another organisation: it does not wait for them to end."""
    large = table(row(WANG)).encode() + b"\r\n" * 10 + (b"," * 1_000 + b"\r\n") * 1_500
    sent = [asyncio.create_task(desk.send(large, CSV)) for _ in range(20)]
    other = Registration(desk.registration.service, organisation=uuid7())
    plan = await other.accepted("employer")
    small = await other.post(f"/plans/{plan}/results{TRIED}", "result_recorder", table(row(WANG)), CSV)
    assert (await other.ended(small))["state"] == "completed"
    answers = await asyncio.gather(*sent)
    assert {answer.status_code for answer in answers} == {202}
    assert {(await desk.registration.ended(answer))["state"] for answer in answers} == {"completed"}
    return Answer.of(answers[0])


@in_one_loop
@pytest.mark.parametrize("entry", [one for one in AREA.entries if one.op == "results.upload"], ids=str)
async def test_bad_file(entry: BadInput, desk: Desk) -> None:
    await AREA.run(entry, desk)


@in_one_loop
async def test_what_a_file_is_called_does_not_count(desk: Desk) -> None:
    """A workbook that says it is CSV is refused by its content."""
    content, _ = MADE["files-023"]()
    refused = await desk.send(content, CSV)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/file-not-what-it-says")
    assert (await desk.send(content, XLSX)).status_code == 202


def test_every_entry_of_uploads_is_mapped() -> None:
    evidence = {entry.id for entry in AREA.entries if entry.op == "evidence.upload"}
    assert set(AREA.unmapped()) <= evidence
