"""The area `auth`, entries of the role matrix: each of them told again in its own words, on real servers."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from common.events.registration import IdentitiesRevealed
from common.ids import encode_id, uuid7
from common.permissions import ORGANISATION_ROLES, ROLES
from local.postgres import Postgres
from tests.bad_inputs.harness import Answer, Area, BadInput, Served
from tests.contract.roles import registration
from tests.service.filing.conftest import started
from tests.service.filing.world import Filing, approval, plan, scope_entry
from tests.support.service import RunningService

AREA = Area("auth")
OF_PEOPLE = {"auth-071"}  # about a person behind two accounts
ENTRIES = [entry for entry in AREA.entries if entry.op == "role matrix" and entry.id not in OF_PEOPLE]
SITE = {"name": "一号车间", "region": "321323", "address": "宿迁市泗阳县北京东路1号"}


@dataclass
class Desk(Served):
    """Filing with a plan of a county, and registration with rosters and a batch."""

    filing: Filing
    registered: registration.World

    @property
    def served(self) -> RunningService:
        return self.filing.service

    async def row_counts(self) -> Mapping[str, int]:
        return {**await self.filing.rows(), **await self.registered.rows_kept()}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def services(
    postgres: Postgres, database_names: Iterator[str], new_nats_url: Callable[[], str]
) -> AsyncIterator[tuple[Filing, registration.World]]:
    names = [next(database_names) for _ in range(2)]
    first, second = map(postgres.create_database, names)
    async with (
        started(first, new_nats_url()) as filing,
        registration.started(second, new_nats_url()) as registered,
    ):
        yield filing, registered
    for name in names:
        postgres.drop_database(name)


@pytest.fixture
def desk(services: tuple[Filing, registration.World], capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(*services, read=lambda: "".join(capsys.readouterr()))


async def plan_of_siyang(desk: Desk) -> tuple[Any, str]:
    """An employer of 321323, and its plan that waits."""
    decision = approval(scope=[scope_entry(regions=["321300"])])
    employer = await desk.filing.approved_organisation(decision, region="321323")
    return employer, (await desk.filing.filed(employer, site=SITE))["id"]


@AREA.case("auth-067")
async def of_another_county(entry: BadInput, desk: Desk) -> Answer:
    """The sister county is told what it is told of a plan that nobody filed; the county itself reads it."""
    _, found = await plan_of_siyang(desk)
    paths = (f"/plans/{found}", f"/plans/{encode_id('plan', uuid7())}")
    foreign, unknown = [
        Answer.of(await desk.filing.get(path, role="centre_reviewer", region="321322")) for path in paths
    ]
    assert _without_id(foreign.body) == _without_id(unknown.body)
    own = await desk.filing.get(paths[0], role="centre_reviewer", region="321323")
    assert own.status_code == 200
    return foreign


@AREA.case("auth-068")
async def batch_of_another_employer(entry: BadInput, desk: Desk) -> Answer:
    batch = (await desk.registered.recorded())["batch_id"]
    other = {"organisation_id": uuid7()}
    calls = desk.registered.registration
    for role in sorted(ORGANISATION_ROLES):
        for path in (f"/batches/{batch}", f"/batches/{batch}/results"):
            assert (await calls.get(path, role, **other)).status_code == 404
    return Answer.of(await calls.get(f"/batches/{batch}", "organisation_administrator", **other))


@AREA.case("auth-069")
async def organisation_in_the_body(entry: BadInput, desk: Desk) -> Answer:
    """The member is unknown: whose plan it is, the token says."""
    employer, victim = [await desk.filing.approved_organisation() for _ in range(2)]
    before = await desk.row_counts()
    body = plan(organisation_id=encode_id("organisation", victim))
    answer = Answer.of(await desk.filing.post("/plans", body, role="plan_filer", organisation_id=employer))
    assert [(error["pointer"], error["code"]) for error in answer.body["errors"]] == [
        ("/organisation_id", "unknown-member")
    ]
    assert await desk.row_counts() == before
    return answer


@AREA.case("auth-070")
async def judge_of_its_own_plan(entry: BadInput, desk: Desk) -> Answer:
    """No role of an organisation decides; no role both files and decides."""
    assert not [role for role, scopes in ROLES.items() if {"plans:file", "plans:decide"} <= scopes]
    employer, found = await plan_of_siyang(desk)
    before = await desk.row_counts()
    answers = [
        await desk.filing.post(
            f"/plans/{found}/decision", {"decision": "accept"}, role=role, organisation_id=employer
        )
        for role in sorted(ORGANISATION_ROLES)
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert await desk.row_counts() == before
    return Answer.of(answers[-1])


@AREA.case("auth-073")
async def numbers_in_bulk(entry: BadInput, desk: Desk) -> Answer:
    """Refused without a purpose on either route; with one, each look is one entry."""
    made, calls = await desk.registered.roster(), desk.registered.registration
    place = f"/plans/{made['plan_id']}"
    bare = [
        Answer.of(await calls.get(f"{place}{path}", "authority"))
        for path in ("/candidates?reveal=id", "/identities")
    ]
    assert [(answer.status, answer.problem) for answer in bare] == 2 * [(403, "purpose-required")]
    assert await calls.said(IdentitiesRevealed) == []
    for looks in (1, 2):
        shown = await calls.get(f"{place}/identities?purpose=appeal", "authority")
        assert (shown.status_code, len(shown.json()["items"])) == (200, 3)
        said = await calls.said(IdentitiesRevealed)
        assert [(one.purpose, one.people) for one in said] == looks * [("appeal", 3)]
    return bare[0]


def _without_id(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "request_id"}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("entry", ENTRIES, ids=str)
async def test_bad_input(entry: BadInput, desk: Desk) -> None:
    await AREA.run(entry, desk)


def test_every_entry_is_mapped() -> None:
    assert [entry.id for entry in ENTRIES] == ["auth-067", "auth-068", "auth-069", "auth-070", "auth-073"]
    assert not {entry.id for entry in ENTRIES} & set(AREA.unmapped())
