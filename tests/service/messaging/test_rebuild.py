"""A read model made again from zero is the one that was there; what was said the first time is not said again."""

import pytest

from common.rebuild import NotCaughtUp, SecondCopy, begin_again
from tests.support.messaging import SOURCE, TELLING, Counted, Party, caught_up, counted, running, sequence_all


async def model(consumer: Party) -> list[tuple[str, int]]:
    return [tuple(row) for row in await consumer.sql("SELECT key, amount FROM total ORDER BY key")]


async def test_made_again_in_place_it_is_the_same(producer: Party, consumer: Party) -> None:
    for number in range(1, 6):
        await producer.tell(Counted(counter="a", amount=number), Counted(counter="b", amount=10 * number))
    async with running(producer.relay(), consumer.follower(handlers=TELLING)):
        await caught_up(consumer, producer)
    before, order = await model(consumer), await consumer.applied()
    assert before == [("counter:a", 15), ("counter:b", 150)]  # 1+2+3+4+5, and ten times that
    async with consumer.sessions() as session:
        await begin_again(session, SOURCE)
        await session.commit()
    await consumer.sql("TRUNCATE applied, total")
    async with running(producer.relay(), consumer.follower(handlers=TELLING, silent=True)):
        await caught_up(consumer, producer)
    assert (await model(consumer), await consumer.applied()) == (before, order)
    await sequence_all(consumer)
    assert await consumer.head() == 10


async def test_it_needs_nothing_of_the_stream(producer: Party, consumer: Party) -> None:
    """The journal alone is enough: a fold over its rows gives what the follower makes of them."""
    await producer.tell(*counted(*"abcab"))
    await sequence_all(producer)
    async with running(producer.relay(), consumer.follower()):
        await caught_up(consumer, producer)
    assert await model(consumer) == [("counter:a", 2), ("counter:b", 2), ("counter:c", 1)]


async def test_a_copy_that_is_behind_is_not_switched_in(producer: Party, consumer: Party) -> None:
    await producer.tell(*counted("a"))
    async with running(producer.relay(), consumer.follower()):
        await caught_up(consumer, producer)
    copy = SecondCopy(consumer.url, source=SOURCE, tables=("applied", "total"))
    await copy.prepare()
    with pytest.raises(NotCaughtUp):
        await copy.switch()
    assert await model(consumer) == [("counter:a", 1)]


async def test_a_copy_filled_beside_takes_the_live_tables_place(producer: Party, consumer: Party) -> None:
    async with running(producer.relay(), consumer.follower()):
        await producer.tell(*counted("a", "b"))
        await caught_up(consumer, producer)
        await consumer.sql("UPDATE total SET amount = -1")  # what a mistake of the past left
        copy = SecondCopy(consumer.url, source=SOURCE, tables=("applied", "total"))
        await copy.prepare()
        async with copy.sessions() as sessions:
            filling = consumer.follower(sessions=sessions, silent=True)
            async with running(filling):
                await producer.tell(*counted("a"))
                await caught_up(consumer, producer)
                while filling.position < await producer.head():
                    await producer.one("SELECT pg_sleep(0.02)")
            assert await model(consumer) == [("counter:a", 0), ("counter:b", -1)]  # the live ones, until then
        await copy.switch()
        await producer.tell(*counted("b"))
        await caught_up(consumer, producer)
    assert await model(consumer) == [("counter:a", 2), ("counter:b", 2)]
    assert await consumer.one("SELECT count(*) FROM pg_namespace WHERE nspname = 'rebuild'") == 0
