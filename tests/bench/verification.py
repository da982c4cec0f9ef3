"""Verification by code and by number + name, against a bare Starlette route and a bare asyncpg look-up."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import httpx

from client import certificate
from client.certificate import Certificate
from client.discovery import checkout
from common.certificate_code import decode_text, read_payload, split
from tests.bench.figures import Figures
from tests.bench.load import posts_per_second, requests_per_second
from tests.support.stack import Stack

CONSTANT = "bare Starlette route"
LOOKUP = "bare Starlette route with asyncpg look-up"
PEOPLE = 100


def measure(stack: Stack, figures: Figures, *, plan_id: str, rounds: int, dsn: str) -> None:
    """The rounds alternate, so that what else the machine does hits all of them alike."""
    chosen = stack.authority.send(certificate.list_certificates(plan_id=plan_id, limit=PEOPLE)).items
    code = chosen[0].code.rpartition("/")[2]
    direct, gateway = f"http://127.0.0.1:{stack.part('certificate')['port']}", stack.gateway_url
    bodies = _numbers_and_names(chosen)
    found: dict[str, list[float]] = {}
    with _bare_server(dsn, [body["number"] for body in bodies]) as bare:
        for _ in range(rounds):
            for name, value in (
                (CONSTANT, requests_per_second(f"{bare}/constant")),
                ("verify by code", requests_per_second(f"{direct}/certificate/v1/verifications/{code}")),
                (
                    "verify by code, through the gateway",
                    requests_per_second(f"{gateway}/certificate/v1/verifications/{code}"),
                ),
                (LOOKUP, posts_per_second(f"{bare}/lookup", bodies)),
                (
                    "verify by number + name",
                    posts_per_second(f"{direct}/certificate/v1/verifications", bodies),
                ),
            ):
                found.setdefault(name, []).append(value)
    limits = {"verify by number + name": LOOKUP, CONSTANT: None, LOOKUP: None}
    for name, values in found.items():
        figures.add(name, values, "requests/s", limit=limits.get(name, CONSTANT))


def _numbers_and_names(chosen: tuple[Certificate, ...]) -> list[dict[str, str]]:
    """Numbers with their holders' names, as the codes have them."""
    return [
        {"number": one.number, "name": read_payload(split(decode_text(one.code))[1]).name} for one in chosen
    ]


@contextmanager
def _bare_server(dsn: str, numbers: list[str]) -> Iterator[str]:
    asyncio.run(_bare_table(dsn, numbers))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "BARE_DSN": dsn, "PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.bare"], cwd=checkout(), env=environment)
    try:
        url = f"http://127.0.0.1:{port}"
        while not _answers(url):
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/constant").is_success
    except httpx.TransportError:
        return False


async def _bare_table(dsn: str, numbers: list[str]) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        "DROP TABLE IF EXISTS bare; CREATE TABLE bare (number text PRIMARY KEY, padding text)"
    )
    await connection.copy_records_to_table("bare", records=[(number, "x" * 500) for number in numbers])
    await connection.close()
