"""The stream is a copy: whatever happens to it, the journal mends it. What contradicts the journal stops the line."""

import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import nats
import pytest
from nats.js import JetStreamContext

from common import relay as relay_module
from common.bus import connect, inbox_prefix
from common.journal import link, read_journal
from local.nats import Nats
from tests.service.messaging.conftest import Make
from tests.support.messaging import (
    SOURCE,
    Counted,
    Party,
    caught_up,
    counted,
    party,
    plain,
    running,
    sequence_all,
)
from tests.support.waiting import eventually


@asynccontextmanager
async def broker_of(party: Party) -> AsyncIterator[JetStreamContext]:
    client = await connect(party.nats)
    try:
        yield client.jetstream()
    finally:
        await client.close()


async def reached(stream: JetStreamContext, position: int) -> None:
    async def look() -> bool | None:
        try:
            return (await stream.stream_info(SOURCE)).state.last_seq == position or None
        except nats.js.errors.NotFoundError:
            return None

    await eventually(look)


async def stands_still(runner: object) -> str:
    async def reason() -> str | None:
        return getattr(runner, "stopped")  # noqa: B009 — relay or follower

    return await eventually(reason)


async def write_stream(
    stream: JetStreamContext, party: Party, change: Callable[[int, bytes], bytes] = lambda _, chain: chain
) -> None:
    """Copy a journal by hand into a stream without guards; `change` may falsify chains."""
    await stream.add_stream(name=SOURCE, subjects=[f"skills.{SOURCE}.>"])
    async with party.sessions() as session:
        for entry in await read_journal(session, after=0, limit=1000):
            headers = {"Chain": change(entry.position, entry.chain).hex(), "Nats-Msg-Id": str(entry.event_id)}
            await stream.publish(Counted.type, entry.body.encode(), headers=headers)


async def test_a_hole_in_the_stream_is_filled_from_the_journal(producer: Party, consumer: Party) -> None:
    await producer.tell(*counted(*"abcde"))
    await sequence_all(producer)
    async with broker_of(producer) as stream:
        await write_stream(stream, producer)
        await stream.delete_msg(SOURCE, 3)
        follower = consumer.follower()
        async with running(follower):  # nobody answers for the journal yet

            async def at_the_hole() -> bool | None:
                return follower.position == 2 or None

            await eventually(at_the_hole)
            async with running(producer.relay()):
                await caught_up(consumer, producer)
    assert await consumer.applied() == [(name, 1) for name in "abcde"]


async def test_a_hole_at_the_very_end_is_found_without_another_event(
    producer: Party, consumer: Party
) -> None:
    async with broker_of(producer) as stream, running(producer.relay(), consumer.follower()):
        await producer.tell(*counted("a"))
        await caught_up(consumer, producer)
        await stream.delete_stream(SOURCE)
        await stream.add_stream(name=SOURCE, subjects=[f"skills.{SOURCE}.>"])
        await producer.tell(*counted("b"))
        await caught_up(consumer, producer)
    assert await consumer.applied() == [("a", 1), ("b", 1)]


async def test_a_chain_that_does_not_follow_on_stops_the_follower(producer: Party, consumer: Party) -> None:
    await producer.tell(*counted("a", "b", "c"))
    await sequence_all(producer)
    follower = consumer.follower()
    async with broker_of(producer) as stream:
        await write_stream(stream, producer, lambda position, chain: bytes(32) if position == 2 else chain)
        async with running(follower):
            assert "registration: position 2 does not follow on" in await stands_still(follower)
    assert "b" not in [key for key, _ in await consumer.applied()]


async def test_a_stranger_in_the_stream_is_thrown_out_with_it(producer: Party, consumer: Party) -> None:
    """Somebody wrote to the stream: it is made anew, and nobody took the message for an event."""
    async with broker_of(producer) as stream, running(producer.relay(), consumer.follower()):
        await producer.tell(*counted("a"))
        await caught_up(consumer, producer)
        await stream.publish(f"skills.{SOURCE}.counter.counted.v1", b"not an event")
        await producer.tell(*counted("b"))
        await caught_up(consumer, producer)
        await reached(stream, 2)
    assert await consumer.applied() == [("a", 1), ("b", 1)]


async def test_a_stream_that_knows_more_than_the_journal_stops_the_relay(producer: Party) -> None:
    await producer.tell(*counted("a", "b", "c"))
    async with broker_of(producer) as stream, running(producer.relay()):
        await reached(stream, 3)
    await producer.sql("DELETE FROM journal WHERE position > 1")  # as a restored database would look
    relay = producer.relay()
    async with broker_of(producer) as stream, running(relay):
        assert "its database went back" in await stands_still(relay)
        assert (await stream.stream_info(SOURCE)).state.last_seq == 3


async def test_a_service_that_told_more_than_it_knows_applies_nothing(
    producer: Party, consumer: Party
) -> None:
    await producer.tell(*counted("a"))
    async with running(consumer.relay()), broker_of(consumer) as stream:
        await eventually(lambda: _exists(stream, consumer.name))
        await stream.publish(f"skills.{consumer.name}.receipt.given.v1", b"told yesterday")
    follower = consumer.follower()
    async with running(producer.relay(), follower):
        assert "its database went back" in await stands_still(follower)
    assert await consumer.applied() == []


async def _exists(stream: JetStreamContext, name: str) -> bool | None:
    try:
        await stream.stream_info(name)
    except nats.js.errors.NotFoundError:
        return None
    return True


async def test_a_missing_version_holds_up_the_journal_and_is_told(producer: Party, consumer: Party) -> None:
    relay = producer.relay()
    async with running(relay, consumer.follower()):
        await producer.tell(*counted("a"))
        await caught_up(consumer, producer)
        await producer.sql("UPDATE aggregate SET version = 2")
        await producer.tell(*counted("a"))
        assert await stands_still(relay) == "counter:a: version 2 is missing"
    assert await producer.head() == 1


async def test_the_leaders_end_makes_another_relay_the_leader(producer: Party, consumer: Party) -> None:
    async with running(producer.relay(), producer.relay(), consumer.follower()):
        for _ in range(3):
            await producer.tell(*counted("a", "b"))
            await producer.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND "
                "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            await caught_up(consumer, producer)
    assert len(await consumer.applied()) == 6


async def test_long_events_travel_by_stream_and_by_journal(producer: Party, parties: Make) -> None:
    """Two hundred events of 40 kB are more than one answer, and more than the broker sends at once."""
    note = '"\\' * 10_000  # quoted in the body, and quoted again in an answer
    for _ in range(10):
        await producer.tell(*(Counted(counter=f"k{number}", note=note) for number in range(20)))
    first, second = await parties("audit"), await parties("certificate")
    async with running(producer.relay()):
        async with running(first.follower()):
            await caught_up(first, producer)
        async with running(second.follower()):
            await caught_up(second, producer)
    for late in (first, second):
        assert len(await late.applied()) == 200


async def test_a_broker_that_stopped_reading_holds_nobody_up(
    database: Callable[[], str], server_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paused, as behind a network that drops everything: connections stay open, and nothing moves."""
    monkeypatch.setattr(relay_module, "PAGE_BYTES", 40_000_000)
    server = Nats(server_folder / "paused", sync="1m")
    server.start()
    try:
        async with (
            party(SOURCE, database(), server.url) as producer,
            party("certificate", database(), server.url) as consumer,
        ):
            relay = producer.relay()
            async with running(relay, consumer.follower()):
                await producer.tell(*counted("a"))
                await caught_up(consumer, producer)
                os.kill(server.pid, signal.SIGSTOP)
                for _ in range(4):  # more than the sockets between them hold
                    await producer.tell(*(Counted(counter=f"k{n}", note="x" * 500_000) for n in range(15)))

                async def tries_again() -> bool | None:
                    return relay._streak.failures > 1 or None

                await eventually(tries_again)
                os.kill(server.pid, signal.SIGCONT)
                await caught_up(consumer, producer)
            assert len(await consumer.applied()) == 61
    finally:
        server.kill()


async def test_the_journal_refuses_to_be_told_twice(producer: Party) -> None:
    """Two zombies at once: the table's own constraints let one of them win."""
    await producer.tell(*counted("a"))
    await sequence_all(producer)
    db = await asyncpg.connect(plain(producer.url))
    row = await db.fetchrow("SELECT * FROM journal")
    chain = link(row["chain"], row["body"])
    with pytest.raises(asyncpg.UniqueViolationError):
        await db.execute(
            "INSERT INTO journal (position, event_id, key, version, body, chain, persons) "
            "VALUES (2, $1, $2, $3, $4, $5, '{}')",
            *(row["event_id"], row["key"], row["version"], row["body"], chain),
        )
    await db.close()


@pytest.mark.parametrize(
    ("url", "prefix"),
    [
        ("nats://filing:secret@broker:4222", "_INBOX.filing"),
        ("nats://broker:4222", "_INBOX"),
        ("nats://a%2Eb:secret@broker:4222", "_INBOX"),
        ("nats://%3E:secret@broker:4222", "_INBOX"),
    ],
)
def test_answers_go_to_an_inbox_under_the_users_name(url: str, prefix: str) -> None:
    assert inbox_prefix(url) == prefix
