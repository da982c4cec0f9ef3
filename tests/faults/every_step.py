"""Die at the k-th call to a server, for every k, and go on from what the servers say, as SQLite tests its journal.

python -m tests.faults.every_step --nats-url nats://… --database-url postgresql+asyncpg://… --database-url …

One trial is a process that is killed right before its k-th call, then another one that runs to the end; then the
history is checked. To die before a call is the same as to die after the one before it: what a server did is done,
whether or not the caller heard of it. The story: two transactions on two counters, with an event that cannot be
applied and one behind it, and a slow transaction that commits after a quicker one that began later; sessions of the
relay; a session of a follower that reads the journal or the stream, and says an event of its own for each.
"""

import argparse
import asyncio
import json
import logging
import mmap
import os
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from typing import Any

import asyncpg
from asyncpg.connection import Connection
from asyncpg.prepared_stmt import PreparedStatement
from asyncpg.transaction import Transaction
from nats.aio.client import Client
from nats.js.client import JetStreamContext
from nats.js.errors import NotFoundError

from common.bus import Mailbox, NatsSettings, connect
from common.inbox import Follower
from common.relay import Relay
from tests.faults.history import Findings, check_applied, read_history
from tests.faults.variants import VARIANTS
from tests.support.messaging import (
    SOURCE,
    TELLING,
    Counted,
    Party,
    create_tables,
    opened,
    plain,
    sequence_all,
)

ROUNDS = 2
EVENTS = 2 * ROUNDS + 2
PATIENCE_SECONDS = 10
STEPS: dict[type, tuple[str, ...]] = {
    Connection: (
        "execute",
        "executemany",
        "fetch",
        "fetchval",
        "fetchrow",
        "copy_records_to_table",
        "prepare",
    ),
    PreparedStatement: ("fetch", "fetchval", "fetchrow", "executemany"),
    Transaction: ("start", "commit", "rollback", "__aenter__", "__aexit__"),
    Client: ("connect", "publish", "request", "subscribe", "flush"),
    JetStreamContext: (
        "add_stream",
        "delete_stream",
        "stream_info",
        "get_msg",
        "add_consumer",
        "consumer_info",
    ),
    Mailbox: ("take",),
}
_counting: ContextVar[bool] = ContextVar("counting", default=False)


class StoryFailed(Exception):
    """The story does not come to its end even when nobody dies."""


class Finished(BaseException):
    """The part of the story is over: what had to be moved has been moved."""


@dataclass(frozen=True)
class Place:
    """A broker account and two databases: where one trial after another is made."""

    nats: str
    urls: tuple[str, str]

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[tuple[Party, Party]]:
        """The source and the service that follows it."""
        async with (
            opened(SOURCE, self.urls[0], self.nats) as source,
            opened("certificate", self.urls[1], self.nats) as consumer,
        ):
            yield source, consumer


@dataclass
class Steps:
    """How many calls were made, and where to die."""

    target: int = 0
    count: int = 0
    sites: list[str] = field(default_factory=list)

    def call(self, name: str) -> None:
        self.count += 1
        self.sites.append(f"{name} in {_place()}")
        if self.count == self.target:
            os.kill(os.getpid(), signal.SIGKILL)


def _place() -> str:
    """The function of ours that made the call."""
    frame = sys._getframe(2)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith(("common.", "tests.")) and frame.f_code.co_name not in ("call", "wrapped"):
            return f"{module}.{frame.f_code.co_name}"
        frame = frame.f_back
    return "?"


def count_calls(steps: Steps) -> None:
    """Make every call to a server a step, the outermost where one makes another."""
    for kind, names in STEPS.items():
        for name in names:
            setattr(kind, name, _wrapped(getattr(kind, name), f"{kind.__name__}.{name}", steps))


def _wrapped(call: Callable[..., Awaitable[Any]], name: str, steps: Steps) -> Callable[..., Awaitable[Any]]:
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        if not _counting.get():
            return await call(*args, **kwargs)
        steps.call(name)
        token = _counting.set(False)
        try:
            return await call(*args, **kwargs)
        finally:
            _counting.reset(token)

    return wrapped


@contextmanager
def counted(*, enabled: bool = True) -> Iterator[None]:
    """Whether calls are steps of the story, or of the test around it."""
    token = _counting.set(enabled)
    try:
        yield
    finally:
        _counting.reset(token)


# ── the story ─────────────────────────────────────────────────────────────────────────────────


async def produce(party: Party, *, poison: bool) -> None:
    """What was committed before is not said again."""
    while (done := await _version_of(party, "counter:k1")) < ROUNDS:
        async with party.unit() as uow:
            for name in ("k1", "k2"):
                uow.say(Counted(counter=name, poison=poison and (name, done) == ("k2", 0)))
            await uow.commit()


async def produce_slowly(party: Party, relay: Relay) -> None:
    """A transaction begins first and commits last; the relay looks in between."""
    if await _version_of(party, "counter:slow"):
        return
    async with party.unit() as slow:
        slow.say(Counted(counter="slow"))
        await slow.flush_events()
        if not await _version_of(party, "counter:quick"):
            await party.tell(Counted(counter="quick"))
        await publish_all(party, relay)
        await slow.commit()


async def _version_of(party: Party, key: str) -> int:
    with counted(enabled=False):
        rows = await party.sql("SELECT version FROM aggregate WHERE key = :key", key=key)
    return rows[0][0] if rows else 0


async def publish_all(party: Party, relay: Relay) -> None:
    """One session of the relay, until nothing waits."""
    step = relay._step

    async def then_look(*args: Any) -> None:
        await step(*args)
        with counted(enabled=False):
            if not await party.one("SELECT count(*) FROM outbox") and relay.position >= await party.head():
                raise Finished

    relay._step = then_look  # type: ignore[method-assign]
    try:
        await relay._session()
    except Finished:
        relay._step = step  # type: ignore[method-assign]


async def follow(party: Party, follower: Follower, goal: int, *, from_journal: Relay | None) -> None:
    """One session of the follower, until it has applied everything; out of the source's journal, or of its stream."""
    with counted(enabled=False):
        if await party.position() >= goal:
            return
        answering = await connect(party.nats)
        if from_journal:
            from_journal.position = goal
            await answering.subscribe(f"journal.{SOURCE}", cb=from_journal._answer)
            await answering.flush()
    well = follower._well

    def then_look() -> None:
        well()
        if follower.position >= goal:
            raise Finished

    follower._well = then_look  # type: ignore[method-assign]
    try:
        await follower._session()
    except Finished:
        with counted(enabled=False):
            await answering.close()


async def story(place: Place, variant: str, *, from_journal: bool) -> None:
    """From the first word to the last; begun again after a death, it goes on where the servers stand."""
    make_relay, make_follower = VARIANTS[variant]

    def relay(party: Party) -> Relay:
        return make_relay(source=party.name, database_url=party.url, nats=party.nats)

    async with place.opened() as (source, consumer):
        with counted():
            await produce(source, poison=make_follower is Follower)
            await publish_all(source, relay(source))
            await produce_slowly(source, relay(source))
            await publish_all(source, relay(source))
            follower = consumer.follower(handlers=TELLING, make=make_follower)
            await follow(consumer, follower, EVENTS, from_journal=relay(source) if from_journal else None)
        await consumer.sql("UPDATE switch SET mended = true")
        if make_follower is Follower:
            assert await consumer.follower(handlers=TELLING).retry_parked() == 0
        await sequence_all(consumer)


async def check(place: Place) -> list[str]:
    """What is wrong with the history."""
    findings = Findings()
    async with place.opened() as (source, consumer):
        journal = await read_history(source, findings)
        findings.expect("events missing from the journal", EVENTS - len(journal))
        await check_applied(consumer, SOURCE, journal, findings)
        said = await read_history(consumer, findings)
        findings.expect("second hop: told wrongly", abs(len(said) - len(journal)))
    broker = await connect(NatsSettings(place.nats))
    told = (await broker.jetstream().stream_info(SOURCE)).state.last_seq
    await broker.close()
    findings.expect("stream: not a copy of the journal", abs(told - len(journal)))
    return findings.wrong


async def reset(place: Place) -> None:
    """Empty databases, no streams."""
    for url in place.urls:
        db = await asyncpg.connect(plain(url))
        await db.execute("DROP TABLE IF EXISTS mark, sent, seen; UPDATE switch SET mended = false")
        for table in ("outbox", "journal", "inbox", "followed", "parked", "aggregate", "applied", "total"):
            await db.execute(f"DELETE FROM {table}")  # of few rows: quicker than TRUNCATE
        await db.close()
    broker = await connect(NatsSettings(place.nats))
    for name in (SOURCE, "certificate"):
        try:
            await broker.jetstream().delete_stream(name)
        except NotFoundError:
            continue
    await broker.close()


# ── trials ────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Report:
    """Which steps there are, which were tried, and what came of it."""

    variant: str
    steps: int = 0
    tried: list[int] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    seconds: float = 0


def in_child(work: Callable[[], None]) -> int:
    """Run in a forked process; its exit code, negative for a signal."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def try_step(target: int, place: Place, variant: str) -> list[str]:
    """What was wrong after dying there. Every other trial reads the journal, the others the stream."""

    def tell() -> None:
        asyncio.run(asyncio.wait_for(story(place, variant, from_journal=target % 2 == 0), PATIENCE_SECONDS))

    def die() -> None:
        count_calls(Steps(target))
        tell()

    asyncio.run(reset(place))
    code = in_child(die)
    if code == -signal.SIGKILL:
        code = in_child(tell)
    return ["the story did not come to its end"] if code else asyncio.run(check(place))


def count_steps(place: Place, variant: str) -> list[str]:
    """The calls of an undisturbed story, by their places; told in a process of its own. Raises StoryFailed."""
    asyncio.run(reset(place))
    reader, writer = os.pipe()

    def undisturbed() -> None:
        steps = Steps()
        count_calls(steps)
        asyncio.run(asyncio.wait_for(story(place, variant, from_journal=True), PATIENCE_SECONDS))
        os.write(writer, json.dumps(steps.sites).encode())

    failed = in_child(undisturbed)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read()
    if failed:
        raise StoryFailed
    found: list[str] = json.loads(told)
    return found


def run_steps(places: list[Place], *, variant: str, seconds: float, seed: int, stop_at_first: bool) -> Report:
    """Try every step, in an order by the seed, as far as the time goes; at each place one trial after another."""
    begun = time.monotonic()
    for place in places:
        for url in place.urls:
            asyncio.run(create_tables(url))
    report = Report(variant)
    try:
        report.sites = count_steps(places[0], variant)
    except StoryFailed:
        report.wrong["undisturbed"] = ["the story did not come to its end"]
        return report
    report.steps = len(report.sites)
    order = _order(report.sites, seed)
    enough = mmap.mmap(-1, 1)  # shared by the processes: set when one wrong outcome is all that was asked for
    shares = [
        Share(
            order[number :: len(places)], place, variant, begun + seconds, enough if stop_at_first else None
        )
        for number, place in enumerate(places)
    ]
    for reader in [_fork(share) for share in shares]:
        with os.fdopen(reader, "rb") as pipe:
            for target, wrong in json.loads(pipe.read()):
                report.tried.append(target)
                if wrong:
                    report.wrong[f"{target}: {report.sites[target - 1]}"] = wrong
        os.wait()
    report.seconds = round(time.monotonic() - begun, 1)
    report.tried.sort()
    return report


@dataclass(frozen=True)
class Share:
    """What one process tries, where, and until when."""

    targets: list[int]
    place: Place
    variant: str
    until: float
    enough: mmap.mmap | None

    def run(self) -> list[tuple[int, list[str]]]:
        found = []
        for target in self.targets:
            if time.monotonic() > self.until or (self.enough and self.enough[0]):
                break
            found.append((target, try_step(target, self.place, self.variant)))
            if self.enough and found[-1][1]:
                self.enough[0] = 1
        return found


def _fork(share: Share) -> int:
    """Let a process of its own try a share; where its findings can be read."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.write(writer, json.dumps(share.run()).encode())
        os._exit(0)
    os.close(writer)
    return reader


def _order(sites: list[str], seed: int) -> list[int]:
    """Every place once, then every place again, and so on; within a turn by the seed."""
    rng, seen = random.Random(seed), Counter[str]()
    turns: dict[int, list[int]] = defaultdict(list)
    for number, site in enumerate(sites, 1):
        turns[seen[site]].append(number)
        seen[site] += 1
    for turn in turns.values():
        rng.shuffle(turn)
    return [number for _, turn in sorted(turns.items()) for number in turn]


def main() -> None:
    """The command: exits 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description="Die at every call to a server.")
    parser.add_argument("--nats-url", action="append", required=True, help="one for each place to try at")
    parser.add_argument(
        "--database-url", action="append", required=True, help="two empty ones for each place"
    )
    parser.add_argument("--variant", default="ours")
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--stop-at-first", action="store_true")
    given = parser.parse_args()
    databases = iter(given.database_url)
    places = [Place(url, (next(databases), next(databases))) for url in given.nats_url]
    logging.disable()  # ten thousand deaths and one poisoned event have nothing to say
    report = run_steps(
        places,
        variant=given.variant,
        seconds=given.seconds,
        seed=given.seed,
        stop_at_first=given.stop_at_first,
    )
    print(json.dumps(asdict(report), indent=1))  # noqa: T201
    sys.exit(bool(report.wrong))


if __name__ == "__main__":
    main()
