"""Verification by code and by number + name, against a bare Starlette route and a bare asyncpg look-up."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import asyncpg
import httpx

from client import certificate
from client.certificate import Certificate
from client.discovery import checkout
from common.identifiers.names import mask_name
from tests.bench.figures import Figures
from tests.bench.load import posts_per_second, requests_per_second
from tests.bench.pipeline import ROWS, everybody
from tests.support.stack import Stack

CONSTANT = "bare Starlette route"
LOOKUP = "bare Starlette route with asyncpg look-up"
PEOPLE = 100
TRIES = 15  # fewer than make a number rest


def measure(stack: Stack, figures: Figures, *, plan_id: str, rounds: int, dsn: str) -> None:
    """The rounds alternate, so that what else the machine does hits all of them alike."""
    chosen = stack.authority.send(certificate.list_certificates(plan_id=plan_id, limit=PEOPLE)).items
    code = chosen[0].code.rpartition("/")[2]
    direct, gateway = f"http://127.0.0.1:{stack.part('certificate')['port']}", stack.gateway_url
    bodies = _numbers_and_names(stack, chosen, rounds)
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


def _numbers_and_names(stack: Stack, chosen: tuple[Certificate, ...], rounds: int) -> list[dict[str, str]]:
    """Numbers with their holders' names. Answers mask the holder, so names that fit the mask are tried."""
    names = dict.fromkeys(person.name for person in everybody(rounds)[-ROWS:][: PEOPLE * 3])
    pairs = []
    for one in chosen:
        fitting = (name for name in names if mask_name(name) == one.holder)
        for name in islice(fitting, TRIES):
            if _is_holder(stack.gateway_url, one.number, name):
                pairs.append({"number": one.number, "name": name})
                break
    if not pairs:
        raise RuntimeError("no certificate could be matched with its holder")
    return pairs


def _is_holder(url: str, number: str, name: str) -> bool:
    answer = httpx.post(f"{url}/certificate/v1/verifications", json={"number": number, "name": name})
    return answer.status_code == 200


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
