"""The area `auth`, people behind accounts: a one-time code used twice, and a reviewer with a second account."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from common.events.filing import PlanAccepted, PlanDecisionRefused
from common.ids import decode_id, encode_id
from local.postgres import Postgres
from tests.bad_inputs.harness import Answer, Area, BadInput, Served
from tests.service.filing.conftest import started
from tests.service.filing.test_people import account, bound, code, enrolled, signed_in
from tests.service.filing.world import Filing
from tests.support.service import RunningService

AREA = Area("auth")
OF_PEOPLE = ("auth-065", "auth-071")
ENTRIES = [entry for entry in AREA.entries if entry.id in OF_PEOPLE]


@dataclass
class Desk(Served):
    """A filing service that knows whose accounts are."""

    filing: Filing

    @property
    def served(self) -> RunningService:
        return self.filing.service

    async def row_counts(self) -> Mapping[str, int]:
        return await self.filing.rows()


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


@AREA.case("auth-065")
async def code_used_twice(entry: BadInput, desk: Desk) -> Answer:
    username, secret = await enrolled(desk.filing, (await account(desk.filing))["account_id"])
    used = code(secret)
    assert (await signed_in(desk.filing, username, secret, totp_code=used)).status_code == 200
    before = await desk.row_counts()
    answer = Answer.of(await signed_in(desk.filing, username, secret, totp_code=used))
    assert await desk.row_counts() == before
    assert used not in desk.read()
    return answer


@AREA.case("auth-071")
async def judge_and_party(entry: BadInput, desk: Desk) -> Answer:
    """The refusal is in the journal; another reviewer of the region decides."""
    employer = await desk.filing.approved_organisation()
    reviewer = await account(desk.filing)
    filer = await account(
        desk.filing, role="plan_filer", region=None, organisation_id=encode_id("organisation", employer)
    )
    for held in (reviewer, filer):
        await bound(desk.filing, held["account_id"])
    path = f"/plans/{(await desk.filing.filed(employer))['id']}/decision"
    about: dict[str, Any] = {"role": "centre_reviewer", "region": "320100"}
    own = decode_id("account", reviewer["account_id"])
    answers = [
        Answer.of(
            await desk.filing.post(path, {"decision": decision, "reasons": []}, account_id=own, **about)
        )
        for decision in ("accept", "accept")
    ]
    assert {answer.problem for answer in answers} == {"conflict-of-interest"}
    assert await desk.filing.said(PlanAccepted) == []
    assert len(await desk.filing.said(PlanDecisionRefused)) == 2
    other = await desk.filing.post(path, {"decision": "accept", "reasons": []}, **about)
    assert other.status_code == 201
    return answers[0]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("entry", ENTRIES, ids=str)
async def test_bad_input(entry: BadInput, desk: Desk) -> None:
    await AREA.run(entry, desk)


def test_every_entry_is_mapped() -> None:
    assert tuple(entry.id for entry in ENTRIES) == OF_PEOPLE
    assert not set(OF_PEOPLE) & set(AREA.unmapped())
