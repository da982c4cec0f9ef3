"""The life of a service: start, readiness, events of keys and clock, and a graceful end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from joserfc.jwk import ECKey
from pydantic_settings import SettingsConfigDict
from sqlalchemy import MetaData, text
from sqlalchemy.engine import make_url

from common.events import Event
from common.events.catalog import ClockMoved
from common.events.filing import AccountRevoked, TokenKeyPublished
from common.ids import uuid7
from common.lifecycle import handlers_of
from common.platform import Platform
from common.settings import ServiceSettings
from common.unit_of_work import UnitOfWork
from common.web import Service, create_service
from tests.support.demo.main import DemoSettings, create_app
from tests.support.service import RunningService, owner_connection, running_service

THINGS = "/demo/v1/things"


class OtherSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="OTHER_")


@asynccontextmanager
async def publisher(name: str, *, database_url: str, nats_url: str) -> AsyncIterator[RunningService]:
    """A service under the name of one that the frame listens to."""

    def create(settings: ServiceSettings) -> FastAPI:
        package = "tests.support.demo.migrations"
        return create_service(
            Service(name=name, settings=settings, routers=[], metadata=MetaData(), migrations=package)
        )

    async with running_service(
        create, OtherSettings, database_url=database_url, nats_url=nats_url
    ) as service:
        yield service


async def say(service: RunningService, event: Event) -> None:
    async with UnitOfWork(service.platform.sessions, service.platform.clock) as uow:
        uow.say(event)
        await uow.commit()


async def test_a_key_published_by_filing_opens_the_door_and_a_revocation_closes_it(
    demo: RunningService, database: Callable[[], str], nats_url: str
) -> None:
    key, account = ECKey.generate_key("P-256"), uuid7()
    jwk = {name: str(value) for name, value in key.as_dict(private=False).items()}
    headers = demo.as_("plan_filer", account_id=account, key=key, kid="filing-1")
    async with publisher("filing", database_url=database(), nats_url=nats_url) as filing:
        await say(filing, TokenKeyPublished(kid="filing-1", jwk=jwk))
        await until_status(demo, headers, 200)
        await say(filing, AccountRevoked(account_id=account, revoked_at=datetime.now(UTC)))
        await until_status(demo, headers, 401)
    rows = await demo.row_counts()
    assert (rows["token_key"], rows["revoked_account"]) == (2, 1)


async def until_status(demo: RunningService, headers: dict[str, str], status: int) -> None:
    found = 0
    async with asyncio.timeout(30):
        while found != status:
            found = (await demo.client.get(THINGS, headers=headers)).status_code


async def until_offset(demo: RunningService, seconds: int) -> None:
    found = 0
    async with asyncio.timeout(30):
        while found != seconds:
            found = (await demo.client.get("/demo/v1/clock")).json()["offset_seconds"]
            await asyncio.sleep(0.02)


async def test_a_clock_moved_by_catalog_moves_every_service(
    demo: RunningService, database: Callable[[], str], nats_url: str
) -> None:
    seconds = int(timedelta(days=21).total_seconds())
    async with publisher("catalog", database_url=database(), nats_url=nats_url) as catalog:
        await say(catalog, ClockMoved(offset_seconds=seconds))
        await until_offset(demo, seconds)
    told = (await demo.client.get("/demo/v1/clock")).json()
    assert (told["offset_seconds"], told["sandbox"]) == (seconds, True)
    assert told["now"].endswith("+08:00")
    assert told["today"] == (datetime.now(UTC) + timedelta(days=21, hours=8)).date().isoformat()


async def test_what_another_process_stored_is_in_force_after_a_moment(demo: RunningService) -> None:
    async with owner_connection(demo.database_url) as connection:
        await connection.execute(text("INSERT INTO platform_clock VALUES (1, 86400, now())"))
    await until_offset(demo, 86_400)


async def test_a_clock_of_production_stands_on_real_time(database: Callable[[], str], nats_url: str) -> None:
    async with running_service(
        create_app,
        DemoSettings,
        database_url=database(),
        nats_url=nats_url,
        sandbox=False,
        environment="production",
    ) as demo:
        demo.platform.clock.set_offset(86_400)
        assert (await demo.client.get("/demo/v1/clock")).json()["offset_seconds"] == 0


async def test_ready_says_what_is_missing(demo: RunningService) -> None:
    assert (await demo.client.get("/readyz")).json() == {"status": "ready"}

    async def stands_still(_: Platform) -> str | None:
        return "the chain is broken"

    demo.platform.checks["follower filing"] = stands_still
    async with owner_connection(demo.database_url) as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = 'old'"))
    answer = await demo.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == {
        "follower filing": "the chain is broken",
        "migrations": "database at ['old'], code at ['0001']",
    }


class Wire:
    """A line to a server on loopback, to be cut and mended."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def mend(self, port: int = 0) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        return int(self._server.sockets[0].getsockname()[1])

    async def cut(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._open:
            writer.transport.abort()
        await asyncio.sleep(0.1)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        their_reader, their_writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._open |= {writer, their_writer}
        await asyncio.gather(_pump(reader, their_writer), _pump(their_reader, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
    writer.close()


async def test_a_lost_database_is_told_as_unavailable_and_the_service_comes_back_with_it(
    database: Callable[[], str], nats_url: str
) -> None:
    url = make_url(database())
    wire = Wire(url.port or 5432)
    port = await wire.mend()
    through = url.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
    async with running_service(create_app, DemoSettings, database_url=through, nats_url=nats_url) as demo:
        headers = demo.as_("plan_filer")
        assert (await demo.client.get(THINGS, headers=headers)).status_code == 200
        await wire.cut()
        answer = await demo.client.get(THINGS, headers=headers)
        alive, ready = await demo.client.get("/healthz"), await demo.client.get("/readyz")
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
        assert answer.headers["retry-after"] == "2"
        assert (alive.status_code, ready.status_code) == (200, 503)
        assert "database" in ready.json()["reasons"]
        await wire.mend(port)
        assert (await demo.client.get(THINGS, headers=headers)).status_code == 200
    await wire.cut()


async def test_metrics_tell_routes_build_pool_and_positions(demo: RunningService) -> None:
    await demo.client.get(THINGS, headers=demo.as_("plan_filer"))
    metrics = (await demo.client.get("/metrics")).text
    for line in (
        'http_request_seconds_count{method="GET",route="/demo/v1/things",status="200"} 1.0',
        "build_info{",
        "database_connections_idle",
        'journal_position{role="follower",source="catalog"} 0.0',
        'journal_position{role="relay",source="demo"} 0.0',
    ):
        assert line in metrics


async def test_trace_of_a_request_travels_with_the_events_it_says(demo: RunningService) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = await demo.client.get("/healthz", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    assert answer.headers["traceparent"].split("-")[1] == trace


async def test_two_tables_of_handlers_may_take_the_same_event() -> None:
    heard: list[str] = []

    async def first(_: UnitOfWork, event: ClockMoved) -> None:
        heard.append(f"first {event.offset_seconds}")

    async def second(_: UnitOfWork, event: ClockMoved) -> None:
        heard.append(f"second {event.offset_seconds}")

    handlers = handlers_of("catalog", [{ClockMoved: first}, {ClockMoved: second, AccountRevoked: first}])
    assert set(handlers) == {ClockMoved}
    await handlers[ClockMoved](None, ClockMoved(offset_seconds=5))  # type: ignore[arg-type]
    assert heard == ["first 5", "second 5"]


async def test_a_worker_that_breaks_is_begun_again(database: Callable[[], str], nats_url: str) -> None:
    began: list[str] = []
    ready = asyncio.Event()

    async def fragile(_: Platform) -> None:
        began.append("worker")
        if began.count("worker") == 1:
            raise KeyError("fragile")
        ready.set()
        await asyncio.Event().wait()

    async def once(platform: Platform) -> None:
        began.append(f"start of {platform.name}")

    def create(settings: DemoSettings) -> FastAPI:
        package = "tests.support.demo.migrations"
        return create_service(
            Service(name="demo", settings=settings, routers=[], metadata=MetaData(), migrations=package,
                    background=[fragile], on_start=[once])
        )  # fmt: skip

    async with running_service(create, DemoSettings, database_url=database(), nats_url=nats_url) as demo:
        await asyncio.wait_for(ready.wait(), 30)
        metrics = (await demo.client.get("/metrics")).text
    assert began == ["start of demo", "worker", "worker"]
    assert 'worker_failures_total{worker="fragile"} 1.0' in metrics


@pytest.mark.parametrize(
    "path", ["/demo/docs", "/problems", "/problems/too-heavy", "/problems/token-expired"]
)
async def test_pages_load_nothing_from_elsewhere(demo: RunningService, path: str) -> None:
    page = await demo.client.get(path)
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "//" not in page.text.replace("<!doctype", "")


async def test_an_unknown_problem_type_is_not_found(demo: RunningService) -> None:
    answer = await demo.client.get("/problems/none")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


async def test_the_openapi_document_tells_scopes_problems_and_uploads(demo: RunningService) -> None:
    openapi = (await demo.client.get("/demo/openapi.json")).json()
    creating, updating = openapi["paths"][THINGS]["post"], openapi["paths"][f"{THINGS}/{{thing_id}}"]["put"]
    upload = openapi["paths"][f"{THINGS}/upload"]["post"]
    assert openapi["openapi"] == "3.1.0"
    assert creating["security"] == [{"access_token": ["plans:file"]}]
    assert {"201", "400", "401", "403", "406", "409", "413", "415", "422", "429", "503"} <= set(
        creating["responses"]
    )
    assert {"200", "404", "412", "428"} <= set(updating["responses"])
    assert set(upload["requestBody"]["content"]) == {"text/csv", "application/json"}
    assert openapi["paths"]["/demo/v1/clock"]["get"]["security"] == []
