"""Audit on real servers, and the sister services whose events it follows."""

from collections.abc import AsyncIterator, Callable
from decimal import Decimal

import pytest

from audit.main import create_app
from audit.settings import AuditSettings
from tests.support.events import Publishers
from tests.support.service import RunningService, running_service


@pytest.fixture
async def audit(database: Callable[[], str], nats_url: str) -> AsyncIterator[RunningService]:
    """Audit that draws every employer's plan for supervision."""
    async with running_service(
        create_app,
        AuditSettings,
        database_url=database(),
        nats_url=nats_url,
        employer_spot_check_rate=Decimal(1),
    ) as service:
        yield service


@pytest.fixture
def others(audit: RunningService) -> Publishers:
    return Publishers(audit)
