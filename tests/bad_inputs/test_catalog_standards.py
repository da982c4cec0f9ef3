"""The area `catalog`, standards and their documents: every entry against a running catalog with both lists.

The entries tell a case in short (`{"votes": 2}`); the requests that make it stand here.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from catalog.main import create_app
from catalog.settings import CatalogSettings
from local.postgres import Postgres
from tests.bad_inputs.harness import Answer, Area, BadInput, Served
from tests.service.catalog.office import MEMBERS, Office, norm, parts, proposal, proposed
from tests.support.service import RunningService, running_service

in_one_loop = pytest.mark.asyncio(loop_scope="module")
AREA = Area("catalog")
ENTRIES = [entry for entry in AREA.entries if entry.op == "standards"]


@dataclass
class Desk(Served):
    """An office, and the log of this test."""

    office: Office

    @property
    def served(self) -> RunningService:
        return self.office.catalog.service

    async def refused(self, method: str, path: str, body: Any, *, role: str = "authority") -> Answer:
        """The answer to a request that leaves every table, the outbox among them, as it was."""
        before = await self._kept()
        answer = Answer.of(await self.office.send(method, path, body, role=role))
        assert await self._kept() == before
        return answer

    async def uploaded(self, content: bytes, **query: str) -> Answer:
        before = await self._kept()
        answer = await self.office.catalog.upload("/documents", content, "application/pdf", **query)
        assert await self._kept() == before
        return Answer.of(answer)

    async def _kept(self) -> Mapping[str, int]:
        """Rows of all tables; what was said before may move from the outbox into the journal meanwhile."""
        counts = dict(await self.row_counts())
        return counts | {"outbox": 0, "journal": len(await self.office.catalog.said())}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[Office]:
    """With both lists, and a plan of this year."""
    name = next(database_names)
    async with running_service(
        create_app, CatalogSettings, database_url=postgres.create_database(name), nats_url=new_nats_url()
    ) as service:
        yield await Office.opened(service)
    postgres.drop_database(name)


@pytest.fixture
def desk(office: Office, capfd: pytest.CaptureFixture[str]) -> Desk:
    return Desk(office, read=lambda: "".join(capfd.readouterr()))


@AREA.case("catalog-045")
async def weights_that_do_not_add_up(entry: BadInput, desk: Desk) -> Answer:
    components = {"5": parts(*entry.input["weights"]), "4": parts(40, 60)}
    return await desk.refused("POST", "/standards", await proposal(desk.office, components=components))


@AREA.case("catalog-048")
async def pass_mark_above_full_marks(entry: BadInput, desk: Desk) -> Answer:
    theory, skill = parts(40, 60)
    theory |= {"pass_mark": entry.input["pass"], "full_marks": entry.input["full"]}
    components = {"5": [theory, skill], "4": parts(40, 60)}
    return await desk.refused("POST", "/standards", await proposal(desk.office, components=components))


@AREA.case("catalog-050")
async def norm_without_a_scope(entry: BadInput, desk: Desk) -> Answer:
    return await desk.refused("POST", "/standards", norm(**entry.input), role="plan_filer")


@AREA.case("catalog-053")
async def approved_without_a_quorum(entry: BadInput, desk: Desk) -> Answer:
    office = desk.office
    standard = await proposed(office)
    await office.to_review(standard)
    await office.appoint(standard, MEMBERS[:3])
    await office.vote(standard, *MEMBERS[: entry.input["votes"]])
    body = {"to": "approved", "document_sha256": await office.document("纪要")}
    return await desk.refused("POST", f"/standards/{standard}/steps", body)


@AREA.case("catalog-054")
async def in_force_before_it_was_filed(entry: BadInput, desk: Desk) -> Answer:
    office = desk.office
    standard = await proposed(office)
    await office.to_review(standard)
    await office.appoint(standard, MEMBERS[:3])
    await office.vote(standard, *MEMBERS[:3])
    told = await office.step(standard, "approved")
    assert told.json()["state"] == entry.input["state"]
    body = {"to": "in_force", "document_sha256": await office.document("公告")}
    return await desk.refused("POST", f"/standards/{standard}/steps", body)


@AREA.case("catalog-055")
async def hash_of_another_file(entry: BadInput, desk: Desk) -> Answer:
    return await desk.uploaded(b"%PDF-1.7 standard", sha256=entry.input["sha256"])


@AREA.case("catalog-056")
async def executable_named_pdf(entry: BadInput, desk: Desk) -> Answer:
    return await desk.uploaded(entry.input["file"].encode())


TOLD = {
    "catalog-045": ("weights-sum", "/components/5"),
    "catalog-050": ("scope-missing", "/scope"),
    "catalog-055": ("hash-mismatch", "/sha256"),
}


@in_one_loop
@pytest.mark.parametrize("entry", ENTRIES, ids=str)
async def test_bad_input(entry: BadInput, desk: Desk) -> None:
    answer = await AREA.run(entry, desk)
    if entry.id in TOLD:
        assert TOLD[entry.id] in {(error["code"], error["pointer"]) for error in answer.body["errors"]}


@in_one_loop
async def test_a_pass_mark_above_lower_full_marks_is_refused(desk: Desk) -> None:
    theory, skill = parts(40, 60)
    components = {"5": [theory | {"full_marks": 50, "pass_mark": 51}, skill], "4": parts(40, 60)}
    answer = await desk.refused("POST", "/standards", await proposal(desk.office, components=components))
    assert [(error["code"], error["pointer"]) for error in answer.body["errors"]] == [
        ("pass-above-full", "/components/5/0/pass_mark")
    ]


@in_one_loop
async def test_a_step_on_a_document_that_was_never_sent_is_refused(desk: Desk) -> None:
    standard = await proposed(desk.office)
    assert (await desk.office.step(standard, "drafting")).status_code == 201
    body = {"to": "under_review", "document_sha256": "0" * 64}
    answer = await desk.refused("POST", f"/standards/{standard}/steps", body)
    assert (answer.status, answer.body["errors"][0]["code"]) == (422, "document-unknown")


def test_every_entry_of_standards_is_mapped() -> None:
    assert [entry.id for entry in ENTRIES if entry.id in AREA.unmapped()] == []
