"""`make guesses`: one client guesses numbers, codes and names while others check theirs; nothing found, nobody slowed.

The service runs with the limits of production, its guesser in a process of its own, both on this machine: what others
wait is measured at the service, from another address, before the guesses and during them.
"""

import asyncio
import json
import logging
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import httpx
import structlog
from rich.console import Console

from certificate.main import create_app
from certificate.settings import CertificateSettings
from local.nats import Nats
from local.postgres import DISPOSABLE, Postgres
from tests.service.certificate.world import NOW, PASSPHRASE, Certificates, Person
from tests.support.service import RunningService, running_service

GUESSES = int(os.environ.get("GUESSES", "100000"))
CONNECTIONS = 4
CERTIFICATES = 500
SAMPLES = 300
REGISTER = "Y0000320000174"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = (
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "洋",
    "艳",
    "勇",
    "军",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
    "秀英",
)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
SCREEN = Console(highlight=False, width=140)
Request = tuple[str, str, str, bytes]


def guesses(count: int, code: str, *, seed: int = 6) -> Iterator[Request]:
    """Numbers of a real series with frequent names, by API, form and print, and codes changed in one place."""
    dice = random.Random(seed)
    for _ in range(count):
        number = f"{REGISTER}63{dice.randint(1, CERTIFICATES):06}"
        name = dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN)
        at = dice.randrange(len(code))
        changed = code[:at] + dice.choice(ALPHABET.replace(code[at], "")) + code[at + 1 :]
        document = f"32010219{dice.randint(60, 99)}0101{dice.randint(1, 9999):04}"
        yield dice.choice(
            (
                _json("/certificate/v1/verifications", {"number": number, "name": name}),
                _form("/certificate/v1/verify", f"number={number}&name={quote(name)}"),
                ("GET", f"/certificate/v1/verifications/{changed}", "", b""),
                ("GET", f"/V/{changed}", "", b""),
                _json("/certificate/v1/verifications", {"code": changed}),
                _json(
                    "/certificate/v1/prints",
                    {"number": number, "name": name, "id_type": "resident_id", "id_number": document},
                ),
            )
        )


def _json(path: str, body: dict[str, str]) -> Request:
    return "POST", path, "application/json", json.dumps(body).encode()


def _form(path: str, body: str) -> Request:
    return "POST", path, "application/x-www-form-urlencoded", body.encode()


FOUND = (b'"holder"', "证书有效".encode(), b"%PDF")
"""What an answer holds that gave anything away."""


async def guess(port: int, requests: Sequence[Request], connections: int = CONNECTIONS) -> Counter[str]:
    """Send guesses as fast as they are answered; statuses, and `found` where anything was."""
    tally: Counter[str] = Counter()
    rest = iter(requests)

    async def one_connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for method, path, kind, body in rest:
            head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
            head += f"Content-Type: {kind}\r\n\r\n" if kind else "\r\n"
            writer.write(head.encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            fields = dict(line.lower().split(b": ", 1) for line in answer.splitlines()[1:-1])
            content = await reader.readexactly(int(fields.get(b"content-length", b"0")))
            tally[answer[9:12].decode()] += 1
            tally["found"] += any(part in content for part in FOUND)
        writer.close()

    await asyncio.gather(*(one_connection() for _ in range(connections)))
    return tally


async def waits(caller: httpx.AsyncClient, body: dict[str, str]) -> float:
    """Seconds that somebody waits who checks a certificate of theirs."""
    began = time.perf_counter()
    answer = await caller.post("/certificate/v1/verifications", json=body)
    assert answer.json()["verdict"] == "valid", answer.text
    return time.perf_counter() - began


async def measure(service: RunningService) -> None:
    """Nobody guesses, then one does: what others wait."""
    certificates = Certificates(service)
    await certificates.be_at(NOW)
    people = [Person(f"欧阳{number:03}") for number in range(CERTIFICATES)]
    batch_id = await certificates.recognised_batch(people)
    mine = (await certificates.issued(200, batch_id))[0]
    port = service.client.base_url.port
    assert port is not None
    transport = httpx.AsyncHTTPTransport(local_address="127.0.0.2")
    async with httpx.AsyncClient(transport=transport, base_url=service.client.base_url) as other:
        body = {"code": mine.code}
        quiet = [await _paced(other, body) for _ in range(SAMPLES)]
        guesser = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.guesses", str(port), mine.code.rpartition("/")[2],
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        began, busy = time.monotonic(), []
        told = asyncio.create_task(guesser.communicate())
        while not told.done():
            busy.append(await _paced(other, body))
    tally = json.loads((await told)[0])
    _report(tally, time.monotonic() - began, quiet, busy)


async def _paced(caller: httpx.AsyncClient, body: dict[str, str]) -> float:
    await asyncio.sleep(0.02)
    return await waits(caller, body)


def _report(tally: dict[str, int], seconds: float, quiet: list[float], busy: list[float]) -> None:
    sent = sum(count for name, count in tally.items() if name != "found")
    SCREEN.print(f"{sent:,} guesses in {seconds:.0f} s: {tally}")
    for name, figures in (("alone", quiet), ("beside the guesser", busy)):
        worst = sorted(figures)[int(len(figures) * 0.95)]
        SCREEN.print(
            f"others, {name}: median {statistics.median(figures) * 1000:.1f} ms, "
            f"95 % within {worst * 1000:.1f} ms ({len(figures)} checks)"
        )
    SCREEN.print(f"ratio of medians {statistics.median(busy) / statistics.median(quiet):.2f}")
    assert sent == GUESSES
    assert tally["found"] == 0


def main() -> None:
    """Real servers in a folder of their own."""
    logging.disable(logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory(prefix="skills-guesses-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        postgres, nats = Postgres(folder / "postgres", settings=DISPOSABLE), Nats(folder / "nats")
        postgres.create()
        postgres.start()
        nats.start()
        try:
            asyncio.run(_run(folder, postgres.create_database("guesses"), nats.url))
        finally:
            nats.kill()
            postgres.kill()


async def _run(folder: Path, database_url: str, nats_url: str) -> None:
    async with running_service(
        create_app,
        CertificateSettings,
        database_url=database_url,
        nats_url=nats_url,
        on_socket=True,
        keystore_dir=folder / "keystore",
        keystore_passphrase=PASSPHRASE,
        rate_per_second=CertificateSettings.model_fields["rate_per_second"].default,
    ) as service:
        await measure(service)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        found = asyncio.run(guess(int(sys.argv[1]), list(guesses(GUESSES, sys.argv[2]))))
        sys.stdout.write(json.dumps({"found": 0} | found))
    else:
        main()
