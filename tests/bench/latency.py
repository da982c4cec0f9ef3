"""From a commit in one service's database to its effect committed in another's: outbox, journal, stream, follower."""

import asyncio
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from common.bus import NatsSettings
from common.clock import Clock
from common.db import Shared, open_engine, session_factory
from common.events.catalog import ClockMoved
from common.inbox import Follower
from common.relay import Relay
from common.unit_of_work import UnitOfWork
from local.nats import Nats
from local.postgres import Postgres
from tests.bench.figures import Figures

EVENTS, PAUSE_SECONDS = 100, 0.02


def measure(figures: Figures, *, rounds: int) -> None:
    """Median and 99th percentile of each round."""
    medians, worst = [], []
    with tempfile.TemporaryDirectory(prefix="skills-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        postgres, nats = Postgres(Path(folder) / "postgres"), Nats(Path(folder) / "nats")
        postgres.create()
        postgres.start()
        nats.start()
        try:
            urls = postgres.create_database("source"), postgres.create_database("target")
            for _ in range(rounds):
                found = sorted(asyncio.run(_round(*urls, nats.url)))
                medians.append(found[len(found) // 2] * 1000)
                worst.append(found[int(len(found) * 0.99)] * 1000)
        finally:
            nats.kill()
            postgres.kill()
    figures.add("commit to applied, median", medians, "ms")
    figures.add("commit to applied, 99th percentile", worst, "ms")


async def _round(source_url: str, target_url: str, nats_url: str) -> list[float]:
    source, target = open_engine(source_url), open_engine(target_url)
    for engine in (source, target):
        await _tables(engine)
    nats, clock = NatsSettings(url=nats_url), Clock()
    applied: dict[int, asyncio.Future[float]] = defaultdict(asyncio.get_running_loop().create_future)

    async def handle(_: UnitOfWork, event: Any) -> None:
        if not applied[event.offset_seconds].done():
            applied[event.offset_seconds].set_result(time.perf_counter())

    follower = Follower(
        service="bench",
        source="catalog",
        sessions=session_factory(target),
        nats=nats,
        clock=clock,
        handlers={ClockMoved: handle},
    )
    tasks = [
        asyncio.create_task(Relay(source="catalog", database_url=source_url, nats=nats).run()),
        asyncio.create_task(follower.run()),
    ]
    try:
        return await _say_and_wait(UnitOfWork(session_factory(source), clock), applied)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await source.dispose()
        await target.dispose()


async def _say_and_wait(uow: UnitOfWork, applied: dict[int, asyncio.Future[float]]) -> list[float]:
    base = time.time_ns() // 1000
    taken = []
    for number in range(EVENTS + 1):
        async with uow:
            uow.say(ClockMoved(offset_seconds=base + number))
            await uow.commit()
        committed = time.perf_counter()
        taken.append(await applied[base + number] - committed)
        await asyncio.sleep(PAUSE_SECONDS)
    return taken[1:]  # the first one waited for the connections


async def _tables(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(Shared.metadata.create_all)
