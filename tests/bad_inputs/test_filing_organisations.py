"""The area `filing`, operations of organisations: every entry against the service on real servers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from common.events.filing import OrganisationApproved, PlanFiled
from local.postgres import Postgres
from tests.bad_inputs.harness import Answer, Area, BadInput, Served
from tests.service.filing.conftest import started
from tests.service.filing.world import Filing, application, codes, plan, scope_entry
from tests.support.service import RunningService

AREA = Area("filing")
ENTRIES = [entry for entry in AREA.entries if entry.op in ("organisations.apply", "entrustment")]


@dataclass
class Desk(Served):
    """A filing service that takes applications."""

    filing: Filing

    @property
    def served(self) -> RunningService:
        return self.filing.service

    async def row_counts(self) -> Mapping[str, int]:
        return await self.filing.rows()

    async def refused(self, **changes: Any) -> Answer:
        """An application with this mistake; nothing of it is kept, and nothing is said."""
        before, said = await self.row_counts(), await self.filing.said(OrganisationApproved)
        answer = Answer.of(await self.filing.post("/organisations", application(**changes), role=None))
        assert await self.row_counts() == before
        assert await self.filing.said(OrganisationApproved) == said
        return answer

    async def plan_refused(self, agency: UUID, entrustment_id: str) -> Answer:
        """A plan that rests on this entrustment alone; nothing of it is kept, and nothing is said."""
        before = await self.row_counts()
        body = plan(entrustment_id=entrustment_id)
        response = await self.filing.post("/plans", body, role="plan_filer", organisation_id=agency)
        assert codes(response) == [("/entrustment_id", "out-of-scope")]
        assert await self.row_counts() == before
        assert await self.filing.said(PlanFiled) == []
        return Answer.of(response)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def filing(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[Filing]:
    name = next(database_names)
    async with started(postgres.create_database(name), new_nats_url()) as running:
        yield running
    postgres.drop_database(name)


@pytest.fixture
def desk(filing: Filing, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(filing, read=lambda: "".join(capsys.readouterr()))


@AREA.case("filing-080", "filing-083")
async def wrong_code(entry: BadInput, desk: Desk) -> Answer:
    answer = await desk.refused(uscc=entry.input["uscc"])
    assert [error["code"] for error in answer.body["errors"]] == ["uscc-checksum"]
    assert "18 capital letters and digits" in answer.body["errors"][0]["detail"]
    return answer


@AREA.case("filing-084")
async def two_at_once(entry: BadInput, desk: Desk) -> Answer:
    body, before = application(), await desk.row_counts()
    responses = await asyncio.gather(*(desk.filing.post("/organisations", body, role=None) for _ in range(2)))
    taken, refused = sorted(map(Answer.of, responses), key=lambda answer: answer.status or 0)
    assert taken.status == 201
    assert (await desk.row_counts())["organisation"] == before["organisation"] + 1
    return refused


@AREA.case("filing-085")
async def radical_in_the_name(entry: BadInput, desk: Desk) -> Answer:
    """The radical ⻓ is U+2ED3; it is named by its place and code point."""
    answer = await desk.refused(name=entry.input["name"])
    (error,) = answer.body["errors"]
    assert (error["pointer"], error["code"]) == ("/name", "name-radical")
    assert "3 (U+2ED3)" in error["detail"]
    return answer


@AREA.case("filing-086")
async def item_not_listed(entry: BadInput, desk: Desk) -> Answer:
    """A text that is no code, and a code that no list has."""
    unlisted = await desk.refused(scope=[scope_entry(item_codes=["9-99-99-99"])])
    assert [error["code"] for error in unlisted.body["errors"]] == ["item-not-listed"]
    return await desk.refused(scope=[scope_entry(item_codes=entry.input["items"])])


@AREA.case("filing-090")
async def one_side_only(entry: BadInput, desk: Desk) -> Answer:
    employer, agency = await desk.filing.approved_organisation(), await desk.filing.approved_agency()
    return await desk.plan_refused(agency, await desk.filing.entrusted(employer, agency))


@AREA.case("filing-091")
async def ended_the_day_before(entry: BadInput, desk: Desk) -> Answer:
    """The plan's session is on 25 October."""
    employer, agency = await desk.filing.approved_organisation(), await desk.filing.approved_agency()
    found = await desk.filing.entrusted(employer, agency)
    await desk.filing.entrustment_act(found, "confirmation", agency)
    ended = await desk.filing.entrustment_act(
        found, "end", employer, last_day="2025-10-24", reason="合同解除"
    )
    assert ended.status_code == 201
    return await desk.plan_refused(agency, found)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("entry", ENTRIES, ids=str)
async def test_bad_input(entry: BadInput, desk: Desk) -> None:
    await AREA.run(entry, desk)


def test_every_entry_is_mapped() -> None:
    assert not {entry.id for entry in ENTRIES} & set(AREA.unmapped())
