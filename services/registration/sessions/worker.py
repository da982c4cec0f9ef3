"""What seats candidates soon after they are approved, whoever approved them."""

import asyncio
from typing import Final

from common.platform import Platform
from common.unit_of_work import UnitOfWork
from registration.sessions.repository import plans_to_seat
from registration.sessions.service import seat_candidates

PAUSE_SECONDS: Final = 1.0
AT_A_TIME: Final = 20


async def seat_admitted(platform: Platform) -> None:
    """For ever; one plan a transaction."""
    while True:
        async with platform.sessions() as session:
            waiting = await plans_to_seat(session, AT_A_TIME)
        for plan_id in waiting:
            uow = UnitOfWork(platform.sessions, platform.clock)
            async with uow:
                await seat_candidates(uow, plan_id)
                await uow.commit()
        await asyncio.sleep(PAUSE_SECONDS if len(waiting) < AT_A_TIME else 0)
