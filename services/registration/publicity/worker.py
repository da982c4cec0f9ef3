"""What ends the publicity of batches whose days are over."""

import asyncio
from typing import Final

from common.platform import Platform
from common.unit_of_work import UnitOfWork
from registration.publicity.service import end_next

PAUSE_SECONDS: Final = 1.0


async def end_publicity(platform: Platform) -> None:
    """For ever; a batch with objections that wait is ended when the last of them is decided."""
    while True:
        uow = UnitOfWork(platform.sessions, platform.clock)
        if not await end_next(uow, today=platform.clock.today()):
            await asyncio.sleep(PAUSE_SECONDS)
