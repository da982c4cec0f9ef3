"""Figures of a million certificates: equal to a naive recount in every dimension, and as quick as those of few.

`make statistics` runs it by itself: audit's own tables and worker on a real PostgreSQL, fed with its journal.
"""

import asyncio
import os
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from rich.console import Console
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from audit.base import Base
from audit.journal.models import JournalEntry
from audit.statistics.answer import answer
from audit.statistics.dimensions import DIMENSIONS, Dimension
from audit.statistics.question import Question
from audit.statistics.repository import table_of
from audit.statistics.worker import count_next
from common.clock import Clock
from common.db import open_engine, session_factory
from common.events import Event
from common.platform import Platform
from local.postgres import Postgres
from tests.support.events import envelope_of
from tests.support.figures import Fact, Province, key_of

CERTIFICATES = int(os.environ.get("STATISTICS_CERTIFICATES", "1000000"))
ROWS = 500
TRIES = 15
ASKED: tuple[tuple[Dimension, ...], ...] = (("city", "level"), ("month",), ("item", "sex", "age"))
EVERYTHING = tuple((dimension,) for dimension in DIMENSIONS)


@dataclass
class Recount(Province):
    """The naive way, one fact after another, into plain counters: a list of all facts would not fit."""

    found: dict[Sequence[str], dict[tuple[str, ...], Counter[str]]] = field(default_factory=dict)
    firsts: dict[UUID, tuple[Any, ...]] = field(default_factory=dict)

    def _count(self, name: str, dims: Fact, day: date, by: int = 1) -> None:
        fact = dims | {"month": day.isoformat()[:7]}
        for dimensions in EVERYTHING:
            cells = self.found.setdefault(dimensions, defaultdict(Counter))
            cells[key_of(fact, dimensions)][name] += by

    def _first(self, person: UUID, dims: Fact, day: date, number: str) -> None:
        known = self.firsts.get(person)
        if known is None or (day, number) < known[:2]:
            if known is not None:
                self._persons(known[2], -1)
            fact = dims | {"month": day.isoformat()[:7]}
            self.firsts[person] = (day, number, [key_of(fact, dimensions) for dimensions in EVERYTHING])
            self._persons(self.firsts[person][2], 1)

    def _persons(self, keys: Sequence[tuple[str, ...]], by: int) -> None:
        for dimensions, key in zip(EVERYTHING, keys, strict=True):
            self.found[dimensions][key]["persons"] += by


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="skills-statistics-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        scratch = Postgres(Path(folder) / "scratch")
        scratch.create()
        scratch.start()
        try:
            asyncio.run(_measure(scratch.create_database("figures"), Console(highlight=False, width=140)))
        finally:
            scratch.kill()


async def _measure(url: str, screen: Console) -> None:
    engine = open_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    sessions = session_factory(engine)
    platform = cast(Platform, SimpleNamespace(sessions=sessions, clock=Clock()))
    province = Recount(seed=11, rows=ROWS, outcomes=("passed",))
    plans, told = CERTIFICATES // ROWS, _Journal(sessions)
    first, counting = plans // 10, 0.0
    for number, (plan, recorded, issued) in enumerate(province.batches(plans), start=1):
        await told.say(plan, recorded, *issued)
        if number % 50 == 0 or number in (first, plans):
            begun = time.perf_counter()
            while await count_next(platform):
                pass
            counting += time.perf_counter() - begun
        if number in (first, plans):
            await _tell(sessions, screen, certificates=number * ROWS, seconds=counting)
    async with sessions() as session:
        counted = set(_question(()).counts)
        for dimensions, naive in province.found.items():
            figures = await table_of(
                session, _question(cast("tuple[Dimension, ...]", dimensions)), within=None, published=False
            )
            ours = {
                key: {name: count for name, count in counts.items() if count}
                for key, counts in figures.items()
            }
            theirs = {
                key: {name: count for name, count in counts.items() if name in counted and count}
                for key, counts in naive.items()
            }
            assert ours == {key: counts for key, counts in theirs.items() if counts}, dimensions
            screen.print(f"{dimensions[0]}: {len(ours)} lines equal to the naive recount")
    await engine.dispose()


@dataclass
class _Journal:
    """Audit's journal, filled as its followers fill it."""

    sessions: async_sessionmaker[AsyncSession]
    positions: Counter[str] = field(default_factory=Counter)

    async def say(self, *events: Event) -> None:
        rows = [self._row(event) for event in events]
        async with self.sessions() as session:
            await session.execute(insert(JournalEntry), rows)
            await session.commit()

    def _row(self, event: Event) -> dict[str, Any]:
        self.positions[event.source()] += 1
        envelope = envelope_of(event, version=1)
        return {
            "source": envelope.source,
            "position": self.positions[event.source()],
            "event_id": envelope.id,
            "type": envelope.type,
            "key": envelope.subject,
            "version": envelope.version,
            "time": datetime.now(UTC),
            "body": envelope.body(),
            "chain": b"",
        }


async def _tell(
    sessions: async_sessionmaker[AsyncSession], screen: Console, *, certificates: int, seconds: float
) -> None:
    """How long answers take, against the time of a statement that reads nothing."""
    async with sessions() as session:
        await session.execute(text("ANALYZE statistics_cell"))
        cells = await session.scalar(text("SELECT count(*) FROM statistics_cell"))
        screen.print(f"{certificates:,} certificates: {cells:,} cells, counted in {seconds:.0f} s")
        bare = statistics.median([1000 * took async for took in _times(session, None)])
        for by in ASKED:
            took = statistics.median([1000 * one async for one in _times(session, _question(by))])
            screen.print(f"  by {', '.join(by)}: {took:.1f} ms, {took / bare:.0f} times a bare statement")


async def _times(session: AsyncSession, question: Question | None) -> AsyncIterator[float]:
    for _ in range(TRIES):
        begun = time.perf_counter()
        if question is None:
            await session.execute(text("SELECT 1"))
        else:
            answer(
                question, await table_of(session, question, within=None, published=False), for_public=False
            )
        yield time.perf_counter() - begun


def _question(by: tuple[Dimension, ...]) -> Question:
    measures = (
        "candidates",
        "passed",
        "failed",
        "absent",
        "misconduct",
        "certificates",
        "revoked",
        "persons",
    )
    return Question(measures=measures, by=by, first=date(2000, 1, 1), last=date(2030, 1, 1))


if __name__ == "__main__":
    main()
