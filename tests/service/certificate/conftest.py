"""The certificate service on real servers, on a platform day of its own."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from certificate.main import create_app
from certificate.settings import CertificateSettings
from local.postgres import Postgres
from tests.service.certificate.world import NOW, PASSPHRASE, Certificates
from tests.support.service import running_service


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_service(
    postgres: Postgres,
    database_names: Iterator[str],
    new_nats_url: Callable[[], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Certificates]:
    """The same for a whole module, whose tests tell their certificates apart."""
    name = next(database_names)
    async with running_service(
        create_app,
        CertificateSettings,
        database_url=postgres.create_database(name),
        nats_url=new_nats_url(),
        keystore_dir=tmp_path_factory.mktemp("certificate") / "keystore",
        keystore_passphrase=PASSPHRASE,
    ) as service:
        running = Certificates(service)
        await running.be_at(NOW)
        yield running
    postgres.drop_database(name)


@pytest.fixture
async def certificates(
    database: Callable[[], str], nats_url: str, tmp_path: Path
) -> AsyncIterator[Certificates]:
    """A started certificate service with an empty keystore, on 2046-11-23."""
    async with running_service(
        create_app,
        CertificateSettings,
        database_url=database(),
        nats_url=nats_url,
        keystore_dir=tmp_path / "keystore",
        keystore_passphrase=PASSPHRASE,
    ) as service:
        running = Certificates(service)
        await running.be_at(NOW)
        yield running
