"""`make statuses`: how soon a decision is seen on another replica and in the signed lists, for 1 and for 100,000.

Two processes of the service on one database; what is measured is read from the other one, over HTTP.
"""

import asyncio
import json
import logging
import os
import statistics
import tempfile
import time
from base64 import urlsafe_b64decode
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import structlog
from rich.console import Console
from sqlalchemy import text
from token_status_list import BitArray

from certificate.certificates.schemas import CertificateOut
from certificate.main import create_app
from certificate.settings import CertificateSettings
from common.status_bundle import decode
from local.nats import Nats
from local.postgres import DISPOSABLE, Postgres
from tests.service.certificate.world import NOW, PASSPHRASE, Certificates, Person
from tests.support.service import owner_connection, running_service, service_process, trust_test_key

MANY = int(os.environ.get("STATUSES_CERTIFICATES", "100000"))
SINGLES = 10
SCREEN = Console(highlight=False, width=140)
BASE = "/certificate/v1"
_MORE = """
INSERT INTO certificate
SELECT (jsonb_populate_record(c, jsonb_build_object(
          'number', substr(c.number, 1, 16) || to_char(n, 'FM000000'),
          'result_id', gen_random_uuid(), 'status_index', 1048576 + n))).*
  FROM certificate c, generate_series(100000, 99999 + :many) n WHERE c.number = :number"""


async def measure(certificates: Certificates, other: httpx.AsyncClient, issued: list[CertificateOut]) -> None:
    """Single revocations one by one, then all at once."""
    online = [await _single(certificates, other, one) for one in issued[:SINGLES]]
    SCREEN.print(
        f"1 revocation: on the other replica after {statistics.median(online) * 1000:.0f} ms (median), "
        f"{max(online) * 1000:.0f} ms (worst of {SINGLES})"
    )
    async with owner_connection(certificates.service.database_url) as owner:
        await owner.execute(text(_MORE), {"many": MANY, "number": issued[-1].number})
        numbers = list(
            await owner.scalars(text("SELECT number FROM certificate WHERE number LIKE '%1_____'"))
        )
    began = time.monotonic()
    await _one_in_lists(certificates, other, issued[SINGLES])
    SCREEN.print(f"1 revocation: in the other replica's signed list after {time.monotonic() - began:.1f} s")
    await _many(certificates, other, numbers)


async def _single(certificates: Certificates, other: httpx.AsyncClient, certificate: CertificateOut) -> float:
    await _reaches(other, certificate, "valid")
    assert (await certificates.revoke(certificate.number)).status_code == 201
    began = time.monotonic()
    await _reaches(other, certificate, "revoked")
    return time.monotonic() - began


async def _reaches(other: httpx.AsyncClient, certificate: CertificateOut, state: str) -> None:
    async def look() -> bool:
        answer = await other.post(f"{BASE}/verifications", json={"code": certificate.code})
        return bool(answer.json()["state"] == state)

    await _until(look, pause=0.005)


async def _one_in_lists(
    certificates: Certificates, other: httpx.AsyncClient, certificate: CertificateOut
) -> None:
    before = await _revoked_in_list(other)
    await certificates.revoke(certificate.number)

    async def look() -> bool:
        return await _revoked_in_list(other) > before

    await _until(look, pause=0.1)


async def _many(certificates: Certificates, other: httpx.AsyncClient, numbers: list[str]) -> None:
    before = await _revoked_in_list(other, 1)
    began = time.monotonic()
    answer = await certificates.client.post(
        f"{BASE}/status-decisions",
        json={
            "act": "revoke",
            "reason_code": "cheating",
            "decision_document": "苏人社撤〔2046〕7号",
            "numbers": numbers,
        },
        headers=certificates.service.as_("authority", idempotency_key="new"),
        timeout=60,
    )
    assert answer.status_code == 202, answer.text
    _tell(numbers, "taken in", began)

    async def carried_out() -> bool:
        found = await certificates.client.get(
            f"{BASE}/status-decisions/{answer.json()['id']}", headers=certificates.service.as_("authority")
        )
        return bool(found.json()["state"] == "completed")

    async def listed() -> bool:
        return await _revoked_in_list(other, 1) >= before + len(numbers)

    async def bundled() -> bool:
        bundle = await other.get(f"{BASE}/status/bundle")
        places = decode(_payload(bundle.content)).statuses.get(1, ())
        return len(places) >= before + len(numbers)

    await _until(carried_out, pause=0.2)
    _tell(numbers, "carried out", began)
    await _until(listed, pause=0.2)
    _tell(numbers, "in the other replica's signed lists", began)
    await _until(bundled, pause=0.2)
    _tell(numbers, "in its bundle", began)


def _tell(numbers: list[str], what: str, began: float) -> None:
    SCREEN.print(f"{len(numbers):,} revocations: {what} after {time.monotonic() - began:.1f} s")


async def _revoked_in_list(other: httpx.AsyncClient, number: int = 0) -> int:
    answer = await other.get(f"{BASE}/status/lists/{number}")
    if answer.status_code != 200:
        return 0
    payload = answer.content.split(b".")[1]
    claims: Any = json.loads(urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
    content = BitArray.load(claims["status_list"]).lst
    return sum((byte & 0xF == 1) + (byte >> 4 == 1) for byte in content)


def _payload(file: bytes) -> bytes:
    """The payload of a COSE_Sign1 of ours: between the empty map and the signature."""
    at = file.index(b"\xa0", 20) + 1
    head = {0x58: 2, 0x59: 3, 0x5A: 5}.get(file[at], 1)
    return file[at + head : -66]


async def _until(look: Callable[[], Awaitable[bool]], *, pause: float) -> None:
    deadline = time.monotonic() + 600
    while not await look():
        assert time.monotonic() < deadline, "never came"
        await asyncio.sleep(pause)


def main() -> None:
    """Real servers in a folder of their own."""
    logging.disable(logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory(prefix="skills-statuses-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        postgres, nats = Postgres(folder / "postgres", settings=DISPOSABLE), Nats(folder / "nats")
        postgres.create()
        postgres.start()
        nats.start()
        try:
            asyncio.run(_run(folder, postgres.create_database("statuses"), nats.url))
        finally:
            nats.kill()
            postgres.kill()


async def _run(folder: Path, database_url: str, nats_url: str) -> None:
    keystore = {"keystore_dir": folder / "keystore", "keystore_passphrase": PASSPHRASE}
    async with running_service(
        create_app,
        CertificateSettings,
        database_url=database_url,
        nats_url=nats_url,
        on_socket=True,
        **keystore,
    ) as service:
        certificates = Certificates(service)
        await certificates.be_at(NOW)
        batch_id = await certificates.recognised_batch([Person(f"欧阳{n:03}") for n in range(SINGLES + 2)])
        issued = await certificates.issued(SINGLES + 2, batch_id)
        replica = service_process(
            "certificate",
            prefix="CERTIFICATE",
            database_url=database_url,
            nats_url=nats_url,
            log=folder / "replica.log",
            CERTIFICATE_KEYSTORE_DIR=str(folder / "keystore"),
            CERTIFICATE_KEYSTORE_PASSPHRASE=PASSPHRASE,
        )
        await asyncio.to_thread(replica.start)
        try:
            await trust_test_key(database_url)
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{replica.port}", timeout=30) as other:
                await measure(certificates, other, issued)
        finally:
            await asyncio.to_thread(replica.stop)


if __name__ == "__main__":
    main()
