"""From commit to applied: order, positions, chains, and what is kept beside the events."""

import asyncpg
import pytest

from common import context
from common.events import Envelope
from common.journal import ZERO, VersionSkipped, link, read_journal, sequence
from common.outbox import BULK, BULK_EVENTS, LONGEST_BYTES, ORDINARY, EventTooLong
from common.unit_of_work import UnitOfWork
from tests.service.messaging.conftest import Make
from tests.support.messaging import (
    NOTING,
    TELLING,
    Counted,
    Party,
    Receipted,
    caught_up,
    counted,
    plain,
    running,
    sequence_all,
)


async def test_an_event_is_applied_once_and_in_order(producer: Party, consumer: Party) -> None:
    async with running(producer.relay(), consumer.follower()):
        for number in range(5):
            await producer.tell(Counted(counter="a", amount=number), Counted(counter="b"))
        await caught_up(consumer, producer)
    assert [version for key, version in await consumer.applied() if key == "a"] == [1, 2, 3, 4, 5]
    assert len(await consumer.applied()) == 10
    assert await consumer.one("SELECT amount FROM total WHERE key = 'counter:a'") == 0 + 1 + 2 + 3 + 4


async def test_positions_have_no_gaps_where_identities_do(producer: Party) -> None:
    await producer.tell(*counted("a"))
    async with producer.unit() as uow:  # its identity value is gone with its transaction
        uow.say(Counted(counter="b"))
        await uow.flush_events()
    await producer.tell(*counted("c"))
    assert await producer.sql("SELECT id FROM outbox ORDER BY id") == [(1,), (3,)]
    await sequence_all(producer)
    assert await producer.sql("SELECT position, key FROM journal ORDER BY position") == [
        (1, "counter:a"),
        (2, "counter:c"),
    ]


async def test_each_entry_is_chained_to_the_one_before(producer: Party) -> None:
    await producer.tell(*counted("a", "b", "a"))
    await sequence_all(producer)
    async with producer.sessions() as session:
        entries = await read_journal(session, after=0, limit=10)
    chain = ZERO
    for entry in entries:
        chain = link(chain, entry.body)
        assert entry.chain == chain
    assert len(entries) == 3


async def test_the_journal_holds_the_canonical_envelope(producer: Party) -> None:
    context.actor.set("account_1")
    await producer.tell(Counted(counter="甲"))
    await sequence_all(producer)
    async with producer.sessions() as session:
        (entry,) = await read_journal(session, after=0, limit=10)
    envelope = Envelope.parse(entry.body)
    assert envelope.body() == entry.body
    assert (envelope.source, envelope.type, envelope.subject) == (
        "registration",
        "skills.registration.counter.counted.v1",
        "counter:甲",
    )
    assert (envelope.version, envelope.actor, envelope.data["amount"]) == (1, "account_1", 1)


async def test_a_missing_version_is_never_sequenced_over(producer: Party) -> None:
    await producer.tell(*counted("a"))
    await producer.sql("UPDATE aggregate SET version = version + 1")
    await producer.tell(*counted("a"))
    db = await asyncpg.connect(plain(producer.url))
    with pytest.raises(VersionSkipped):
        await sequence(db, producer.name)
    assert await db.fetchval("SELECT count(*) FROM journal") == 0
    await db.close()


async def test_a_version_told_twice_is_never_sequenced(producer: Party) -> None:
    await producer.tell(*counted("a"))
    await sequence_all(producer)
    await producer.sql("UPDATE aggregate SET version = 0")
    await producer.tell(*counted("a"))
    db = await asyncpg.connect(plain(producer.url))
    with pytest.raises(VersionSkipped):
        await sequence(db, producer.name)
    await db.close()


async def test_a_bulk_write_goes_in_a_lane_of_its_own_and_keeps_the_order_of_keys(producer: Party) -> None:
    await producer.tell(*counted(*("a" for _ in range(BULK_EVENTS)), "b"))
    await producer.tell(*counted("a"))  # ordinary, and has to wait for the bulk's events of its key
    await producer.tell(*counted("c"))
    assert await producer.sql("SELECT lane, count(*) FROM outbox GROUP BY lane ORDER BY lane") == [
        (ORDINARY, 2),
        (BULK, BULK_EVENTS + 1),
    ]
    db = await asyncpg.connect(plain(producer.url))
    assert await sequence(db, producer.name, limit=10) == 11  # ten of the bulk and c, but not the last of a
    assert await db.fetchval("SELECT count(*) FROM journal WHERE key = 'counter:c'") == 1
    while await sequence(db, producer.name, limit=10):
        pass
    versions = await db.fetch("SELECT version FROM journal WHERE key = 'counter:a' ORDER BY position")
    assert [row["version"] for row in versions] == list(range(1, BULK_EVENTS + 2))
    await db.close()


async def test_an_event_the_broker_would_refuse_is_refused_when_it_is_said(producer: Party) -> None:
    async with producer.unit() as uow:
        uow.say(Counted(counter="a", note="x" * LONGEST_BYTES))
        with pytest.raises(EventTooLong):
            await uow.commit()


async def test_what_a_handler_says_carries_cause_trace_and_actor(producer: Party, consumer: Party) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    context.traceparent.set(f"00-{trace}-00f067aa0ba902b7-01")
    context.actor.set("account_1")
    await producer.tell(*counted("a"))
    async with running(producer.relay(), consumer.follower(handlers=TELLING)):
        await caught_up(consumer, producer)
    cause = await producer.one("SELECT event_id FROM journal")
    (row,) = await consumer.sql("SELECT causation_id, traceparent, actor, type FROM outbox")
    assert (row.causation_id, row.actor, row.type) == (str(cause), "account_1", Receipted.type)
    assert row.traceparent.split("-")[1] == trace


async def test_a_handler_that_commits_is_told_that_it_must_not(producer: Party, consumer: Party) -> None:
    async def hasty(uow: UnitOfWork, event: Counted) -> None:
        await uow.commit()

    await producer.tell(*counted("a"))
    async with running(producer.relay(), consumer.follower(handlers={Counted: hasty})):
        await caught_up(consumer, producer)
    assert await consumer.sql("SELECT position, error FROM parked") == [(1, "RuntimeError")]


async def test_two_hops_say_each_event_once(parties: Make) -> None:
    producer, middle, last = [await parties(name) for name in ("registration", "certificate", "audit")]
    async with running(
        producer.relay(),
        middle.follower(handlers=TELLING),
        middle.relay(),
        last.follower("certificate", handlers=NOTING),
    ):
        await producer.tell(*counted("a", "b", "a"))
        await caught_up(middle, producer)
        await caught_up(last, middle)
    assert await last.applied("certificate") == [("a", 1), ("b", 1), ("a", 2)]
