"""The area `files`: what is sent as evidence."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio

from local.postgres import Postgres
from registration.main import create_app
from registration.settings import RegistrationSettings
from tests.bad_inputs.harness import Answer, Area, BadInput, Served
from tests.service.registration.world import BEFORE, Registration
from tests.support.service import RunningService, running_service
from tests.unit.registration.test_evidence import declared, photograph

AREA = Area("files", secrets=["Nanjing Camera Works"])
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
SENT: Mapping[str, tuple[bytes, str]] = {
    "files-082": (declared(photograph(), 60_000, 60_000), "image/jpeg"),
    "files-083": (SVG, "image/png"),
    "files-085": (photograph(), "image/jpeg"),
}
in_one_loop = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Desk(Served):
    """A registration service with a plan that evidence belongs to."""

    registration: Registration
    plan: str

    @property
    def served(self) -> RunningService:
        return self.registration.service

    async def send(self, content: bytes, media_type: str) -> httpx.Response:
        return await self.registration.post(f"/plans/{self.plan}/evidence", "plan_filer", content, media_type)


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
    ) as service:
        running = Registration(service)
        await running.be_at(BEFORE)
        yield running
    postgres.drop_database(name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plan(registration: Registration) -> str:
    return await registration.accepted("social")


@pytest.fixture
def desk(registration: Registration, plan: str, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(registration, plan, read=lambda: "".join(capsys.readouterr()))


@AREA.case(*SENT)
async def a_file(entry: BadInput, desk: Desk) -> Answer:
    """Refused with nothing kept; a photograph is taken, and shown to nobody with its position."""
    content, media_type = SENT[entry.id]
    before = await desk.row_counts()
    answer = Answer.of(await desk.send(content, media_type))
    if answer.status == 201:
        path = f"/plans/{desk.plan}/evidence/{answer.body['sha256']}"
        shown = await desk.registration.get(path, "centre_reviewer")
        assert shown.status_code == 200
        assert b"Exif" not in shown.content
    else:
        assert await desk.row_counts() == before
    return answer


@in_one_loop
@pytest.mark.parametrize("entry", [one for one in AREA.entries if one.op == "evidence.upload"], ids=str)
async def test_bad_evidence(entry: BadInput, desk: Desk) -> None:
    await AREA.run(entry, desk)


@in_one_loop
async def test_markup_is_no_type_that_is_taken_at_all(desk: Desk) -> None:
    assert (await desk.send(SVG, "image/svg+xml")).status_code == 415


def test_every_entry_of_evidence_is_mapped() -> None:
    assert set(SENT) == {entry.id for entry in AREA.entries if entry.op == "evidence.upload"}
