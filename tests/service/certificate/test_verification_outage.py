"""Verification by code while PostgreSQL and NATS are away: it answers, says how old its status is, and catches up."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from certificate.main import create_app
from certificate.settings import CertificateSettings
from common.certificate_code import decode_text, encode_text
from local.nats import Nats, NatsUser
from local.postgres import DISPOSABLE, Postgres
from tests.service.certificate.world import NOW, PASSPHRASE, Certificates
from tests.support.service import running_service
from tests.support.waiting import eventually


@dataclass(frozen=True)
class Servers:
    """Servers of this module alone: others go on with theirs."""

    postgres: Postgres
    nats: Nats

    async def stop(self) -> None:
        await asyncio.to_thread(self.postgres.stop)
        await asyncio.to_thread(self.nats.stop)

    async def start(self) -> None:
        await asyncio.to_thread(self.postgres.start)
        await asyncio.to_thread(self.nats.start)


@pytest.fixture
def servers(server_folder: Path) -> Iterator[Servers]:
    user = NatsUser(name="outage", password="test", account="outage")
    both = Servers(
        Postgres(server_folder / "outage-postgres", settings=DISPOSABLE),
        Nats(server_folder / "outage-nats", users=[user], sync="1m"),
    )
    both.postgres.create()
    both.postgres.start()
    both.nats.start()
    try:
        yield both
    finally:
        both.postgres.kill()
        both.nats.kill()


@pytest_asyncio.fixture
async def running(servers: Servers, tmp_path: Path) -> AsyncIterator[Certificates]:
    """A service whose status is called old after two seconds, and proves nothing after a minute more."""
    async with running_service(
        create_app,
        CertificateSettings,
        database_url=servers.postgres.create_database("outage"),
        nats_url=servers.nats.url_of("outage"),
        keystore_dir=tmp_path / "keystore",
        keystore_passphrase=PASSPHRASE,
        status_fresh_seconds=2,
        status_usable_seconds=3_600,
    ) as service:
        certificates = Certificates(service)
        await certificates.be_at(NOW)
        yield certificates


async def state_of(certificates: Certificates, code: str) -> tuple[str, str]:
    found = (await certificates.verify(code=code)).json()
    return found["verdict"], found["state"]


async def told(certificates: Certificates, code: str, *, status: str) -> dict[str, Any]:
    """The answer, once its status is this fresh or old."""

    async def look() -> dict[str, Any] | None:
        found: dict[str, Any] = (await certificates.verify(code=code)).json()
        used = {one["name"]: one["state"] for one in found["inputs"]}
        return found if used.get("status") == status else None

    return await eventually(look)


async def test_codes_are_answered_while_the_servers_are_away_and_caught_up_with_when_they_are_back(
    servers: Servers, running: Certificates
) -> None:
    untouched, person = await running.one("欧阳静姝")
    looked_at, _ = await running.one("王𬭩")
    revoked, _ = await running.one("张三")
    assert (await running.revoke(revoked.number)).status_code == 201
    await eventually(partial(in_memory, running, revoked.code, "revoked"))  # and all that was before it
    assert await state_of(running, looked_at.code) == ("valid", "valid")

    await servers.stop()
    assert await state_of(running, looked_at.code) == ("valid", "valid")
    assert await state_of(running, revoked.code) == ("not_valid", "revoked")
    assert await state_of(running, forged(looked_at.code)) == ("not_valid", "not_genuine")
    assert await state_of(running, of_another_key(looked_at.code)) == ("unprovable", "unknown")
    by_number = (await running.verify(number=untouched.number, name=person.name)).json()
    assert (by_number["verdict"], by_number["state"]) == ("unprovable", "unknown")

    found = await told(running, untouched.code, status="old")
    assert (found["verdict"], found["state"]) == ("valid", "valid")
    assert [reason["code"] for reason in found["reasons"]] == ["signature-holds", "registered", "status-old"]
    assert found["certificate"]["organisation_name"] == "江苏长江机械有限公司"
    assert found["certificate"]["item_name"] == "电工"
    assert {one["name"]: one["state"] for one in found["inputs"]}["register"] == "missing"
    page = await running.client.get(f"/V/{untouched.code.rpartition('/')[2]}")
    assert "证书有效" in page.text

    await servers.start()
    returned = time.monotonic()
    await told(running, untouched.code, status="fresh")
    print(f"caught up {time.monotonic() - returned:.2f} s after the database was back")  # noqa: T201
    answer = await eventually(partial(revocation, running, untouched.number))
    assert answer == 201
    await eventually(partial(in_memory, running, untouched.code, "revoked"))
    assert await state_of(running, untouched.code) == ("not_valid", "revoked")


async def in_memory(certificates: Certificates, code: str, state: str) -> bool | None:
    return (await state_of(certificates, code))[1] == state or None


async def revocation(certificates: Certificates, number: str) -> int | None:
    """Asked for again while the service finds its servers."""
    answer = await certificates.revoke(number)
    return answer.status_code if answer.status_code < 500 else None


def forged(code: str) -> str:
    cose = bytearray(decode_text(code))
    cose[60] ^= 1
    return encode_text(bytes(cose))


def of_another_key(code: str) -> str:
    """Whether such a key was published cannot be looked up now, so nothing is said about the code."""
    cose = bytearray(decode_text(code))
    cose[8] ^= 1  # within the key id
    return encode_text(bytes(cose))
