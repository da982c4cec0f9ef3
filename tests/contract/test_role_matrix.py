"""Every route × every role × own and foreign organisation × region: who may, who sees, and nobody else.

A route without a row fails here; a row is one line in `tests/contract/roles/<service>.py`.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Route

from common.deps import requires
from common.ids import encode_id, uuid7
from common.permissions import ORGANISATION_ROLES, REGION_ROLES, ROLES
from common.routing import mount
from local.postgres import Postgres
from tests.contract.roles import audit, catalog, certificate, filing, registration
from tests.contract.roles.matrix import Matrix, World
from tests.contract.roles.routes import disagreements
from tests.contract.roles.rows import COUNTY, SEATS, public
from tests.service.certificate.world import PLAN

SERVICES = {
    "catalog": catalog,
    "filing": filing,
    "registration": registration,
    "audit": audit,
    "certificate": certificate,
}


@pytest_asyncio.fixture(params=SERVICES, scope="module", loop_scope="module")
async def world(
    request: pytest.FixtureRequest,
    postgres: Postgres,
    database_names: Iterator[str],
    new_nats_url: Callable[[], str],
) -> AsyncIterator[World]:
    """A service, started with what the rows' makers made in it."""
    name = next(database_names)
    async with SERVICES[request.param].started(postgres.create_database(name), new_nats_url()) as running:
        yield running
    postgres.drop_database(name)


@pytest.mark.asyncio(loop_scope="module")
async def test_every_role_may_what_it_may_and_sees_what_is_its_own(world: World) -> None:
    app = world.service.app
    rows = SERVICES[app.state.service.name].ROWS
    unlike = disagreements(app, rows)
    assert not unlike, "\n".join(unlike)
    deviations = await Matrix(world, rows).run()
    assert not deviations, "\n".join(deviations)


def test_a_route_without_a_row_is_named() -> None:
    """A planted route, described or plain, and a row whose route has gone."""
    app = FastAPI()
    planted = APIRouter()

    @planted.get("/plans/{plan_id}/secrets", dependencies=[requires("plans:read")])
    async def get_secrets(plan_id: str) -> str:
        """Nobody thought of the matrix."""
        return plan_id

    mount(app, planted, prefix="/filing/v1")
    app.router.routes = [*(route for route in app.router.routes if isinstance(route, APIRoute))]
    app.router.routes.append(Route("/backdoor", get_secrets, methods=["POST"]))
    assert disagreements(app, [public("GET /gone")]) == [
        "GET /filing/v1/plans/{plan_id}/secrets: has no row",
        "GET /gone: is no route",
        "POST /backdoor: has no row",
    ]
    rows = [public("GET /filing/v1/plans/{plan_id}/secrets"), *2 * [public("POST /backdoor")]]
    assert disagreements(app, rows) == [
        "GET /filing/v1/plans/{plan_id}/secrets: asks for plans:read, the row says public",
        "POST /backdoor: has 2 rows",
    ]


def test_every_role_has_a_seat() -> None:
    """A role that the matrix does not place would be tested nowhere."""
    placed = ORGANISATION_ROLES | REGION_ROLES | {"authority"}
    assert set(ROLES) == placed
    assert {seat.role for seat in SEATS} == placed


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("world", ["filing"], indirect=True, scope="module")
async def test_a_plan_that_names_what_is_anothers_is_told_that_it_is_unknown(world: filing.World) -> None:
    """An account and an entrustment of other organisations, beside ids that nothing has."""
    foreign = await world.filing.approved_organisation(region=COUNTY)
    account = {
        "organisation_id": encode_id("organisation", foreign),
        "role": "result_recorder",
        "label": "考评",
    }
    granted = (await world.filing.post("/accounts", account)).json()["account_id"]
    entrusted = await world.filing.entrusted(foreign, await world.filing.approved_agency(seat=COUNTY))
    for member, named in (("recorder_account_id", granted), ("entrustment_id", entrusted)):
        body = filing.new_plan({})
        told = [
            (await world.filing.post("/plans", body | {member: one}, role="plan_filer", **_own(world))).json()
            for one in (named, encode_id(named.partition("_")[0], uuid7()))
        ]
        assert told[0]["status"] == 422
        assert [error["pointer"] for error in told[0]["errors"]] == [f"/{member}"]
        assert _same(told[0]) == _same(told[1])


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("world", ["filing"], indirect=True, scope="module")
async def test_a_copy_of_anothers_plan_is_a_copy_of_none(world: filing.World) -> None:
    foreign = await world.filing.approved_organisation(region=COUNTY)
    copied = (await world.filing.filed(foreign, **filing.new_plan({})))["id"]
    told = [
        await world.filing.post("/plan-drafts", {"copy_of": one}, role="plan_filer", **_own(world))
        for one in (copied, encode_id("plan", uuid7()))
    ]
    assert [answer.status_code for answer in told] == [404, 404]
    assert _same(told[0].json()) == _same(told[1].json())


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("world", ["certificate"], indirect=True, scope="module")
async def test_a_filter_that_names_what_is_anothers_finds_nothing(world: certificate.World) -> None:
    issued = world.made["number"]
    for asking in (world.organisation, uuid7()):
        headers = world.service.as_("organisation_reader", organisation_id=asking)
        found = await world.service.client.get(
            f"/certificate/v1/certificates?plan_id={encode_id('plan', PLAN)}&batch_id={world.made['batch_id']}",
            headers=headers,
        )
        assert found.status_code == 200
        expected = [issued] if asking == world.organisation else []
        assert [one["number"] for one in found.json()["items"]] == expected


def _own(world: World) -> dict[str, Any]:
    return {"organisation_id": world.organisation}


def _same(problem: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in problem.items() if name != "request_id"}
