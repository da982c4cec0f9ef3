"""Background: sessions and counters are forgotten when they no longer matter."""

import asyncio

from common.clock import Clock
from common.platform import Platform
from registration.candidate_view import repository

PAUSE_SECONDS = 600.0


async def purge_sessions(platform: Platform) -> None:
    """A background worker."""
    while True:
        async with platform.sessions() as session:
            await repository.purge(session, Clock.real_now())
            await session.commit()
        await asyncio.sleep(PAUSE_SECONDS)
