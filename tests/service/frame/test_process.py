"""A service behind real sockets: as a process of its own, and what its protocol refuses."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from local.service import Service
from tests.support.demo.main import DemoSettings, create_app
from tests.support.service import RunningService, running_service, service_process


@pytest_asyncio.fixture
async def socket_demo(database: Callable[[], str], nats_url: str) -> AsyncIterator[RunningService]:
    async with running_service(
        create_app, DemoSettings, database_url=database(), nats_url=nats_url, on_socket=True,
        header_seconds=0.5, body_seconds=0.5, rate_per_second=1_000, trusted_proxies="127.0.0.1",
    ) as service:  # fmt: skip
        yield service


async def exchange(demo: RunningService, *parts: bytes) -> list[tuple[int, str | None]]:
    """Send bytes, read until the connection closes: status and problem of each answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", demo.client.base_url.port)
    for part in parts:
        writer.write(part)
        await writer.drain()
    raw = await reader.read()
    writer.close()
    return [answer_of(one) for one in raw.split(b"HTTP/1.1 ")[1:]]


def answer_of(raw: bytes) -> tuple[int, str | None]:
    head, _, body = raw.partition(b"\r\n\r\n")
    is_problem = b"application/problem+json" in head
    return int(head[:3]), json.loads(body)["type"].rpartition("/")[2] if is_problem else None


GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "malformed-request"),
        (b"GET /\r\n\r\n", "malformed-request"),
        (b"GET /healthz HTTP/1.1\r\n\r\n", "malformed-request"),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", "malformed-request"),
        (GET + b"A b: c\r\n\r\n", "malformed-request"),
        (GET + b"A: \x00\r\n\r\n", "malformed-request"),
        (GET + b" folded: c\r\n\r\n", "malformed-request"),
        (GET + b"Content-Length: -1\r\n\r\n", "malformed-request"),
        (GET + b"Content-Length: 1, 1\r\n\r\n", "malformed-request"),
        (GET + b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n", "malformed-request"),
        (GET + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", "malformed-request"),
        (GET + b"Transfer-Encoding: gzip\r\n\r\n", "malformed-request"),
        ("GET /王 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(), "malformed-request"),
        (GET + b"A: " + b"x" * 70_000, "header-too-large"),
        (GET + b"Connection: close\r\n" + b"A: b\r\n" * 2_000 + b"\r\n", "header-too-large"),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", "uri-too-long"),
        (GET, "request-timeout"),
    ],
)
async def test_what_is_no_request_is_answered_once_and_cut_off(
    socket_demo: RunningService, sent: bytes, problem: str
) -> None:
    answers = await exchange(socket_demo, sent)
    assert [code for _, code in answers] == [problem]


async def test_a_connection_on_which_nothing_is_said_is_closed_without_a_word(
    socket_demo: RunningService,
) -> None:
    assert await exchange(socket_demo) == []


async def test_requests_in_a_row_on_one_connection_are_answered_in_order(socket_demo: RunningService) -> None:
    other = b"GET /none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    assert await exchange(socket_demo, GET + b"\r\n" + other) == [(200, None), (404, "not-found")]


async def test_a_body_that_stops_coming_is_not_waited_for(socket_demo: RunningService) -> None:
    head = (
        "POST /demo/v1/things HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nIdempotency-Key: k\r\n"
        f"Content-Type: application/json\r\nAuthorization: Bearer {socket_demo.token('plan_filer')}\r\n\r\n"
    )
    assert await exchange(socket_demo, head.encode() + b"12345") == [(408, "request-timeout")]


async def test_a_client_who_says_forwarded_for_is_believed_only_from_a_trusted_proxy(
    socket_demo: RunningService,
) -> None:
    async def remaining(address: str) -> int:
        answer = await socket_demo.client.get("/demo/v1/clock", headers={"X-Forwarded-For": address})
        return int(answer.headers["ratelimit"].split("r=")[1].split(";")[0])

    assert await remaining("192.0.2.1") == 999
    assert await remaining("192.0.2.2") == 999


@pytest.fixture
def process(database: Callable[[], str], nats_url: str, tmp_path: Path) -> Service:
    url, log = database(), tmp_path / "demo.log"
    return service_process("tests.support.demo", prefix="DEMO", database_url=url, nats_url=nats_url, log=log)


def lines(process: Service) -> list[dict[str, Any]]:
    return [json.loads(line) for line in process.log.read_text().splitlines()]


def test_a_process_logs_json_without_paths_or_queries_and_ends_when_told(process: Service) -> None:
    process.start()
    try:
        base = f"http://127.0.0.1:{process.port}"
        httpx.get(f"{base}/demo/v1/hot/320102199003071234?name=secret-name")
        httpx.get(f"{base}/nowhere/secret-name")
        assert process.process is not None
        process.process.send_signal(signal.SIGTERM)
        assert process.process.wait(30) == -signal.SIGTERM  # finished, uvicorn ends as the signal says
    finally:
        process.kill()
    written = process.log.read_text()
    assert "320102199003071234" not in written
    assert "secret-name" not in written
    requests = [line for line in lines(process) if line["event"] == "request"]
    assert [(line["route"], line["status"]) for line in requests] == [
        ("/demo/v1/hot/{word}", 200),
        ("unmatched", 404),
    ]
    assert all({"request_id", "trace_id", "milliseconds", "service"} <= set(line) for line in requests)
    assert all(line["level"] != "error" for line in lines(process))
