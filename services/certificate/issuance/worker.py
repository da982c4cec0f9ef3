"""The worker that issues: chunk after chunk, each in its own transaction, resumed where a killed process left off."""

import asyncio

from certificate.issuance.service import Issuing, issue_next_chunk
from common.platform import Platform
from common.unit_of_work import UnitOfWork

PAUSE_SECONDS = 0.2


async def issue_recognised(platform: Platform, issuing: Issuing) -> None:
    """For ever. Several workers may run: each takes a batch that no other holds."""
    while True:
        if not await issue_next_chunk(UnitOfWork(platform.sessions, platform.clock), issuing):
            await asyncio.sleep(PAUSE_SECONDS)
