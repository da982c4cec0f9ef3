"""The certificate service on real servers, on a platform day of its own."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from certificate.main import create_app
from certificate.settings import CertificateSettings
from tests.service.certificate.world import NOW, PASSPHRASE, Certificates
from tests.support.service import running_service


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
