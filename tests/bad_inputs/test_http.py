"""The area `http`: every entry against a real process of the demo service, through real sockets.

Nothing here passes the gateway: the services answer for themselves. Where Caddy stands before them it answers first, in
the same form, what it refuses itself: heads over 16 KiB (431), bodies over its own limit (413), slow heads and bodies.
"""

import asyncio
import gzip
import json
import signal
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from common.ids import uuid7
from common.pagination import CursorKey
from tests.bad_inputs.conftest import DemoProcess, Start, connected
from tests.bad_inputs.harness import Answer, Area, BadInput, Request, built, send
from tests.support.service import SECRET_KEY, owner_connection

AREA = Area("http")
THINGS = "/demo/v1/things"


def thing(**changes: Any) -> dict[str, Any]:
    """The smallest thing that is taken, under a name of its own."""
    return {"name": f"thing {uuid7()}", "level": 3} | changes


def body(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def post(demo: DemoProcess, value: Any, *, key: str | None = None) -> Request:
    headers = demo.as_() | {"Content-Type": "application/json", "Idempotency-Key": key or str(uuid7())}
    return Request("POST", THINGS, headers, body=body(value))


def listing(demo: DemoProcess, query: str = "") -> Request:
    return Request("GET", THINGS, demo.as_(), query=query)


async def kept(demo: DemoProcess, **changes: Any) -> str:
    """The path of a thing that was kept."""
    response = await demo.client.send(_plain(demo, post(demo, thing(**changes))))
    assert response.status_code == 201, response.text
    return response.headers["location"]


def _plain(demo: DemoProcess, request: Request) -> httpx.Request:
    headers = {name: str(value) for name, value in request.headers.items()}
    return demo.client.build_request(request.method, request.path, headers=headers, content=request.body)


async def things_named(demo: DemoProcess, name: str) -> int:
    async with owner_connection(demo.database_url) as connection:
        found = await connection.scalar(text("SELECT count(*) FROM thing WHERE name = :name"), {"name": name})
    return int(found or 0)


@AREA.operation("any route with a body", "any creating POST")
def any_body(entry: BadInput, demo: DemoProcess) -> Request:
    """A creating POST; with a path of the list's own, a GET of it."""
    if "path" in entry.input:
        return Request("GET", THINGS, demo.as_())
    return post(demo, thing())


@AREA.operation("any list")
def any_list(entry: BadInput, demo: DemoProcess) -> Request:
    return listing(demo)


@AREA.operation("any GET")
def any_get(entry: BadInput, demo: DemoProcess) -> Request:
    return listing(demo)


def _things(path: str) -> str:
    """The list writes `/v1/plans`; the demo keeps things."""
    return path.replace("/v1/plans", THINGS)


@AREA.case("http-043", "http-044", "http-046")
async def strange_path(entry: BadInput, demo: DemoProcess) -> Answer:
    values = {"batch": "batch_01jd00000000000000000000000"}
    given = built(entry.input, values)
    return await send(demo.client, Request("GET", _things(given["path"]), demo.as_()))


@AREA.case("http-024", "http-025")
async def many_members(entry: BadInput, demo: DemoProcess) -> Answer:
    """Names of equal hash cannot be made against a salted hash: many distinct ones are as bad as it gets."""
    count = 100_000 if entry.id == "http-024" else 20_000
    return await send(demo.client, post(demo, {f"m{number}": 1 for number in range(count)}))


@AREA.case("http-027")
async def slow_body(entry: BadInput, demo: DemoProcess) -> Answer:
    head = request_head(demo, "Content-Length: 10")
    return await on_socket(demo, head + b"12345")


@AREA.case("http-028")
async def slow_heads(entry: BadInput, demo: DemoProcess) -> Answer:
    """500 connections send half a head; a genuine request is answered meanwhile, and they are all cut off."""
    waiting = [
        asyncio.create_task(on_socket(demo, b"GET /demo/v1/clock HTTP/1.1\r\nHost: loc")) for _ in range(500)
    ]
    await asyncio.sleep(0.3)
    genuine = await send(demo.client, listing(demo))
    assert genuine.status == 200
    answers = await asyncio.gather(*waiting)
    assert {(answer.status, answer.problem) for answer in answers} == {(408, "request-timeout")}
    return answers[0]


@AREA.case("http-029")
async def length_and_coding(entry: BadInput, demo: DemoProcess) -> Answer:
    head = request_head(demo, "Content-Length: 4", "Transfer-Encoding: chunked")
    return await on_socket(demo, head + b"0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n")


@AREA.case("http-030")
async def two_lengths(entry: BadInput, demo: DemoProcess) -> Answer:
    return await on_socket(demo, request_head(demo, "Content-Length: 3", "Content-Length: 30") + b"abc")


@AREA.case("http-032")
async def gzip_bomb(entry: BadInput, demo: DemoProcess) -> Answer:
    request = post(demo, {}).laid_over({"body": gzip.compress(b" " * 64 * 1024 * 1024)})
    return await send(demo.client, request.laid_over({"headers": {"Content-Encoding": "gzip"}}))


@AREA.case("http-036")
async def other_charset(entry: BadInput, demo: DemoProcess) -> Answer:
    return await send(demo.client, post(demo, thing()).laid_over(entry.input))


@AREA.case("http-056")
async def deep_paging(entry: BadInput, demo: DemoProcess) -> Answer:
    """Page 10,000 begins behind a value like page 2 does: `next` is followed, then resumed far down the list."""
    async with owner_connection(demo.database_url) as connection:
        await connection.execute(
            text(
                "INSERT INTO thing (id, name, level, version) SELECT gen_random_uuid(), "
                "'deep ' || lpad(n::text, 5, '0'), 5, 1 FROM generate_series(1, 10001) n"
            )
        )
    query, names = "level=5&limit=1", []
    answer = await send(demo.client, listing(demo, query))
    for _ in range(20):
        names.append(answer.body["items"][0]["name"])
        answer = await send(demo.client, listing(demo, f"{query}&cursor={answer.body['next']}"))
    assert names == [f"deep {number:05}" for number in range(1, 21)]
    scope = f"{THINGS}\0level=5"
    far = CursorKey(SECRET_KEY).seal(scope, ("deep 09999",))
    answer = await send(demo.client, listing(demo, f"{query}&cursor={far}"))
    assert answer.body["items"][0]["name"] == "deep 10000"
    assert answer.body["next"] is not None
    return answer


@AREA.case("http-058")
async def key_missing(entry: BadInput, demo: DemoProcess) -> Answer:
    request = post(demo, thing())
    headers = {name: value for name, value in request.headers.items() if name != "Idempotency-Key"}
    answer = await send(demo.client, Request("POST", THINGS, headers, body=request.body))
    assert "/problems/idempotency-key-missing" in answer.body["detail"]
    return answer


@AREA.case("http-059")
async def other_body_same_key(entry: BadInput, demo: DemoProcess) -> Answer:
    first, key = thing(), str(uuid7())
    headers = demo.as_()
    await send(demo.client, post(demo, first, key=key).laid_over({"headers": headers}))
    answer = await send(demo.client, post(demo, thing(), key=key).laid_over({"headers": headers}))
    assert await things_named(demo, first["name"]) == 1
    return answer


@AREA.case("http-060")
async def other_member_order(entry: BadInput, demo: DemoProcess) -> Answer:
    given, key, headers = thing(), str(uuid7()), demo.as_()
    first = await send(demo.client, post(demo, given, key=key).laid_over({"headers": headers}))
    turned = dict(reversed(given.items()))
    again = await send(demo.client, post(demo, turned, key=key).laid_over({"headers": headers}))
    assert again.headers["idempotent-replayed"] == "true"
    assert (again.body, again.headers["location"]) == (first.body, first.headers["location"])
    assert await things_named(demo, given["name"]) == 1
    return again


@AREA.case("http-063")
async def killed_between_commit_and_answer(entry: BadInput, demo: DemoProcess) -> Answer:
    given = thing()
    request = post(demo, given)
    demo.switch("kill").touch()
    with pytest.raises(httpx.RemoteProtocolError):
        await send(demo.client, request)
    assert demo.service.process is not None
    assert demo.service.process.wait() == -signal.SIGKILL
    assert await things_named(demo, given["name"]) == 1
    demo.service.start()
    answer = await send(demo.client, request)
    assert answer.headers["idempotent-replayed"] == "true"
    assert answer.body["name"] == given["name"]
    assert await things_named(demo, given["name"]) == 1
    return answer


@AREA.case("http-064")
async def failed_before(entry: BadInput, demo: DemoProcess) -> Answer:
    given = thing()
    request = post(demo, given)
    demo.switch("fault").touch()
    first = await send(demo.client, request)
    assert (first.status, first.problem) == (500, "internal")
    answer = await send(demo.client, request)
    assert "idempotent-replayed" not in answer.headers
    assert await things_named(demo, given["name"]) == 1
    return answer


@AREA.case("http-067")
async def key_forgotten(entry: BadInput, demo: DemoProcess) -> Answer:
    request = post(demo, thing())
    await send(demo.client, request)
    days = int(timedelta(days=31).total_seconds())
    async with owner_connection(demo.database_url) as connection:
        await connection.execute(
            text("INSERT INTO platform_clock (id, offset_seconds, moved_at) VALUES (1, :days, now())"),
            {"days": days},
        )
    clock: dict[str, Any] = {}
    while clock.get("offset_seconds") != days:
        await asyncio.sleep(0.05)
        clock = (await demo.client.get("/demo/v1/clock")).json()
    return await send(demo.client, request)


def put(demo: DemoProcess, path: str, **headers: str) -> Request:
    return Request(
        "PUT", path, demo.as_() | {"Content-Type": "application/json"} | headers, body=body(thing())
    )


@AREA.case("http-068", "http-069", "http-070")
async def update_without_its_version(entry: BadInput, demo: DemoProcess) -> Answer:
    path = await kept(demo)
    answer = await send(demo.client, put(demo, path, **entry.input["headers"]))
    if answer.status == 412:
        assert answer.headers["etag"] == '"v1"'
    return answer


@AREA.case("http-071")
async def two_updates_at_once(entry: BadInput, demo: DemoProcess) -> Answer:
    path = await kept(demo)
    beaten = Answer(None, None)
    for version in range(1, 201):
        tag = {"If-Match": f'"v{version}"'}
        both = await asyncio.gather(*(send(demo.client, put(demo, path, **tag)) for _ in range(2)))
        assert sorted(answer.status or 0 for answer in both) == [200, 412]
        beaten = max(both, key=lambda answer: answer.status or 0)
    return beaten


@AREA.case("http-074")
async def other_host(entry: BadInput, demo: DemoProcess) -> Answer:
    answer = await send(demo.client, listing(demo).laid_over(entry.input))
    assert "evil.example" not in json.dumps(answer.body) + str(answer.headers)
    return answer


@AREA.case("http-075")
async def request_id_with_newline(entry: BadInput, demo: DemoProcess) -> Answer:
    """A client library refuses to send a line break; the escaped form that the list writes is sent as it stands."""
    answer = await send(demo.client, listing(demo).laid_over(entry.input))
    assert answer.headers["x-request-id"].isalnum()
    assert "set-cookie" not in answer.headers
    return answer


@AREA.case("http-076")
async def malformed_trace(entry: BadInput, demo: DemoProcess) -> Answer:
    answer = await send(demo.client, listing(demo).laid_over(entry.input))
    assert answer.headers["traceparent"].startswith("00-")
    assert "zz" not in answer.headers["traceparent"]
    return answer


def request_head(demo: DemoProcess, *lines: str) -> bytes:
    head = [f"POST {THINGS} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", *lines]
    head += [f"{name}: {value}" for name, value in demo.as_().items()]
    return "\r\n".join([*head, f"Idempotency-Key: {uuid7()}", "", ""]).encode()


async def on_socket(demo: DemoProcess, sent: bytes) -> Answer:
    """Send bytes and read until the service closes the connection: one answer and no more."""
    reader, writer = await asyncio.open_connection(*demo.address)
    writer.write(sent)
    raw = await reader.read()
    writer.close()
    assert raw.count(b"HTTP/1.1 ") == 1, raw
    head, _, content = raw.partition(b"\r\n\r\n")
    document = json.loads(content)
    headers = dict(line.decode().lower().split(": ", 1) for line in head.splitlines()[1:])
    return Answer(int(head.split()[1]), document["type"].rpartition("/")[2], headers, document)


@AREA.case("http-079")
async def flood(entry: BadInput, demo: DemoProcess) -> Answer:
    """A demo that grants 50 requests a second; another account is served while the first is refused."""
    request, times = listing(demo), entry.input["$times"]
    answers: list[Answer] = []
    while len(answers) < times and not any(answer.status == 429 for answer in answers):
        answers += await asyncio.gather(*(send(demo.client, request) for _ in range(20)))
    refused = next(answer for answer in answers if answer.status == 429)
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.headers["ratelimit"].startswith('"default";r=0')
    assert (await send(demo.client, listing(demo))).status == 200
    return refused


OWN_PROCESS: Mapping[str, Mapping[str, str]] = {
    "http-063": {},
    "http-067": {},
    "http-079": {"RATE_PER_SECOND": "50", "RATE_BURST": "100"},
}


@pytest.mark.parametrize("entry", [entry for entry in AREA.entries if entry.id not in OWN_PROCESS], ids=str)
async def test_bad_input(entry: BadInput, target: DemoProcess) -> None:
    await AREA.run(entry, target)


@pytest.mark.parametrize("entry", [entry for entry in AREA.entries if entry.id in OWN_PROCESS], ids=str)
async def test_bad_input_that_upsets_a_process(entry: BadInput, start_demo: Start) -> None:
    async with connected(start_demo(**OWN_PROCESS[entry.id])) as demo:
        await AREA.run(entry, demo)


def test_every_entry_is_mapped() -> None:
    assert AREA.unmapped() == []
