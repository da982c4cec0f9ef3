"""One client guesses numbers, codes and names: nothing is found, and others are answered. `make guesses`: 100,000."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from certificate.main import create_app
from certificate.settings import CertificateSettings
from certificate.verification.guesses import MISREAD_CODES, MISSES_OF_CLIENT
from certificate.verification.register import LEGACY, Register
from tests.bench.guesses import guess, guesses
from tests.service.certificate.world import NOW, PASSPHRASE, Certificates
from tests.support.service import running_service

GUESSES = 800


@pytest_asyncio.fixture
async def on_socket(
    database: Callable[[], str], nats_url: str, tmp_path: Path
) -> AsyncIterator[Certificates]:
    """On a socket, for callers with addresses of their own; without the frame's limit on requests of any kind."""
    async with running_service(
        create_app,
        CertificateSettings,
        database_url=database(),
        nats_url=nats_url,
        on_socket=True,
        keystore_dir=tmp_path / "keystore",
        keystore_passphrase=PASSPHRASE,
    ) as service:
        running = Certificates(service)
        await running.be_at(NOW)
        yield running


async def test_guesses_find_nothing_and_ask_the_register_little(
    on_socket: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, person = await on_socket.one("欧阳静姝")
    asked: list[str] = []
    fetch = Register._fetch

    async def noted(register: Register, statement: str, *values: str, **more: float) -> object:
        asked.append(statement)
        return await fetch(register, statement, *values, **more)

    monkeypatch.setattr(Register, "_fetch", noted)
    port = on_socket.client.base_url.port
    assert port is not None
    code = certificate.code.rpartition("/")[2]
    tally = await guess(port, list(guesses(GUESSES, code)))
    assert tally["found"] == 0
    assert tally["404"] == MISSES_OF_CLIENT
    assert MISREAD_CODES <= tally["200"] < MISREAD_CODES + 10  # those under way at once
    assert sum(tally.values()) == GUESSES
    # Whenever the register has none, older certificates are looked for: the same for every guess.
    assert len(asked) <= 2 * MISSES_OF_CLIENT
    assert asked.count(LEGACY) == len(asked) / 2
    other = httpx.AsyncHTTPTransport(local_address="127.0.0.2")
    async with httpx.AsyncClient(transport=other, base_url=on_socket.client.base_url) as caller:
        for question in ({"code": certificate.code}, {"number": certificate.number, "name": person.name}):
            answer = await caller.post("/certificate/v1/verifications", json=question)
            assert answer.json()["verdict"] == "valid"
