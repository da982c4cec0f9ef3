"""What a relay makes of a stream that is not a copy of its journal."""

import asyncpg

from common.bus import NatsSettings, connect, stream_subjects
from common.relay import Relay
from tests.support.messaging import SOURCE, Party, caught_up, counted, plain, running, sequence_all
from tests.support.waiting import eventually


async def reason(relay: Relay) -> str:
    async def stopped() -> str | None:
        return relay.stopped

    async with running(relay):
        return await eventually(stopped)


async def published(producer: Party, consumer: Party, *names: str) -> None:
    async with running(producer.relay(), consumer.follower()):
        await producer.tell(*counted(*names))
        await caught_up(consumer, producer)


async def go_back(producer: Party, position: int) -> None:
    """As a restore of the producer's database to an earlier moment would leave it."""
    db = await asyncpg.connect(plain(producer.url))
    await db.execute("DELETE FROM journal WHERE position > $1", position)
    await db.execute(
        "DELETE FROM aggregate; INSERT INTO aggregate SELECT key, max(version) FROM journal GROUP BY key"
    )
    await db.close()


async def test_a_relay_whose_journal_went_another_way_since_stops(producer: Party, consumer: Party) -> None:
    await published(producer, consumer, "a", "b", "c")
    await go_back(producer, 1)
    await producer.tell(*counted("x", "y", "z"))
    await sequence_all(producer)
    assert "went back" in await reason(producer.relay())


async def test_garbage_in_the_stream_is_replaced_by_the_journal(producer: Party, consumer: Party) -> None:
    broker = await connect(NatsSettings(producer.nats.url))
    stream = broker.jetstream()
    await stream.add_stream(name=SOURCE, subjects=stream_subjects(SOURCE))
    for number in range(3):
        await stream.publish("skills.registration.noise", b"garbage", headers={"Number": str(number)})
    await published(producer, consumer, "a", "b")
    assert (await stream.stream_info(SOURCE)).state.last_seq == 2
    await broker.close()
    assert await consumer.applied() == [("a", 1), ("b", 1)]


async def test_the_last_message_unreadable_and_the_journal_behind_is_still_noticed(
    producer: Party, consumer: Party
) -> None:
    broker = await connect(NatsSettings(producer.nats.url))
    stream = broker.jetstream()
    await stream.add_stream(name=SOURCE, subjects=stream_subjects(SOURCE))
    await published(producer, consumer, "a", "b", "c")
    await stream.delete_msg(SOURCE, 3)
    await broker.close()
    await go_back(producer, 1)
    assert "went back" in await reason(producer.relay())
