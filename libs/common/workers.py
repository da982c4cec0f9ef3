"""Work that runs beside the requests for as long as the service lives, begun again whenever it breaks off."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from common.failures import will_pass
from common.platform import Platform

log = structlog.get_logger("workers")
Worker = Callable[[Platform], Awaitable[None]]

SHORTEST_PAUSE = 0.2
LONGEST_PAUSE = 10.0


async def keep_running(worker: Worker, platform: Platform, *, name: str) -> None:
    """Run a worker for ever. It is crash-only: whatever it did not commit is done again, after a growing pause."""
    pause = SHORTEST_PAUSE
    failures = platform.metrics.worker_failures.labels(name)
    while True:
        try:
            await worker(platform)
            log.warning("worker ended", worker=name)
        except Exception as error:  # a loop that must survive: the other workers and the routes go on
            failures.inc()
            if will_pass(error):
                log.warning("worker interrupted", worker=name, kind=type(error).__name__)
            else:
                log.exception("worker failed", worker=name)
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
