"""The worker that issues: chunk after chunk, each in its own transaction, resumed where a killed process left off."""

import asyncio

from certificate.corrections.service import reissue_next
from certificate.issuance.service import Issuing, issue_next_chunk
from certificate.keys.resigning import carry_on
from common.platform import Platform
from common.unit_of_work import UnitOfWork

PAUSE_SECONDS = 0.2


async def issue_recognised(platform: Platform, issuing: Issuing) -> None:
    """For ever. Several workers may run: each takes a batch that no other holds."""
    while True:
        has_issued = await issue_next_chunk(UnitOfWork(platform.sessions, platform.clock), issuing)
        has_reissued = await reissue_next(UnitOfWork(platform.sessions, platform.clock), issuing)
        has_resigned = await carry_on(UnitOfWork(platform.sessions, platform.clock), issuing)
        if not (has_issued or has_reissued or has_resigned):
            await asyncio.sleep(PAUSE_SECONDS)
