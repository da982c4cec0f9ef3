"""The post: takes notices without making anybody wait, and delivers them beside the requests.

What waits is in memory only. A one-time code is worthless minutes later, and whoever misses one asks for another; so
nothing personal is written to disk to be sent.
"""

import asyncio
from dataclasses import dataclass, field

import structlog

from common.notices.notifier import Notifier, NotSent
from common.platform import Platform

log = structlog.get_logger("notices")
MOST_WAITING = 10_000
PAUSES = (1.0, 5.0)  # before the second and the third attempt
CARRIERS = 4  # a gateway that is slow holds up no more than its own


@dataclass(frozen=True, slots=True)
class _Letter:
    address: str = field(repr=False)
    text: str = field(repr=False)


class Post:
    """Notices on their way. `put` answers at once, whether somebody is there to receive it or not."""

    def __init__(self, notifier: Notifier) -> None:
        self.notifier = notifier
        self._waiting: asyncio.Queue[_Letter] = asyncio.Queue(MOST_WAITING)

    def put(self, address: str, text: str) -> None:
        try:
            self._waiting.put_nowait(_Letter(address, text))
        except asyncio.QueueFull:
            log.warning("notice dropped", waiting=MOST_WAITING)

    async def deliver_notices(self, _: Platform) -> None:
        """A background worker."""
        async with asyncio.TaskGroup() as carriers:
            for _number in range(CARRIERS):
                carriers.create_task(self._carry())

    async def _carry(self) -> None:
        while True:
            await self._deliver(await self._waiting.get())

    async def _deliver(self, letter: _Letter) -> None:
        for pause in (*PAUSES, None):
            try:
                await self.notifier.send(letter.address, letter.text)
            except NotSent as reason:
                if pause is None:
                    log.warning("notice not sent", reason=str(reason))
                    return
                await asyncio.sleep(pause)
            else:
                return
