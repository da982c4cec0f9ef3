"""What cannot be applied is set aside with what comes behind it; everything else flows, and nothing overtakes."""

import logging

import pytest
from sqlalchemy import text

from common.parked import BEHIND, BY_HAND, parked_count, parked_rows
from common.unit_of_work import UnitOfWork
from tests.support.messaging import (
    TELLING,
    Counted,
    Party,
    caught_up,
    counted,
    running,
    take_note,
    take_note_and_tell,
)
from tests.support.waiting import eventually


async def test_other_keys_flow_past_a_parked_event(producer: Party, consumer: Party) -> None:
    await producer.tell(Counted(counter="a", poison=True), *counted("b", "a", "b"))
    follower = consumer.follower()
    async with running(producer.relay(), follower):
        await caught_up(consumer, producer)
    assert await consumer.applied() == [("b", 1), ("b", 2)]
    async with consumer.sessions() as session:
        rows = await parked_rows(session, "registration")
        assert [(row.position, row.error) for row in rows] == [(1, "Poison"), (3, BEHIND)]
        assert await parked_count(session) == follower.parked == 2


async def test_a_retry_stops_at_each_key_that_fails_again(producer: Party, consumer: Party) -> None:
    await producer.tell(Counted(counter="a", poison=True), *counted("a"))
    await producer.tell(Counted(counter="b", poison=True), *counted("b"))
    async with running(producer.relay(), consumer.follower()):
        await caught_up(consumer, producer)

    async def only_b(uow: UnitOfWork, event: Counted) -> None:
        if event.counter == "a" and event.poison:
            raise ValueError("still not")
        await take_note(uow, event.model_copy(update={"poison": False}))

    assert await consumer.follower(handlers={Counted: only_b}).retry_parked() == 2
    assert await consumer.applied() == [("b", 1), ("b", 2)]
    assert await consumer.sql("SELECT position FROM parked ORDER BY position") == [(1,), (2,)]


async def test_a_new_release_tries_once_by_itself(producer: Party, consumer: Party) -> None:
    await producer.tell(Counted(counter="a", poison=True), *counted("a"))
    async with running(producer.relay(), consumer.follower()):
        await caught_up(consumer, producer)
    await consumer.sql("UPDATE switch SET mended = true")
    async with running(producer.relay(), consumer.follower()):
        await producer.tell(*counted("b"))
        await caught_up(consumer, producer)
    assert await consumer.applied() == [("a", 1), ("a", 2), ("b", 1)]


async def test_an_event_that_fails_leaves_no_effects_and_says_nothing(
    producer: Party, consumer: Party
) -> None:
    async def fails_late(uow: UnitOfWork, event: Counted) -> None:
        await take_note_and_tell(uow, event)
        await uow.session.flush()
        if event.counter == "a":
            raise ValueError

    await producer.tell(*counted("a", "b"))
    async with running(producer.relay(), consumer.follower(handlers={Counted: fails_late})):
        await caught_up(consumer, producer)
    assert await consumer.applied() == [("b", 1)]
    assert await consumer.sql("SELECT key FROM outbox") == [("receipt:b",)]


async def test_what_is_applied_from_the_parked_ones_is_said_then(producer: Party, consumer: Party) -> None:
    await producer.tell(Counted(counter="a", poison=True))
    follower = consumer.follower(handlers=TELLING)
    async with running(producer.relay(), follower):
        await caught_up(consumer, producer)
    assert await consumer.one("SELECT count(*) FROM outbox") == 0
    await consumer.sql("UPDATE switch SET mended = true")
    assert await follower.retry_parked() == 0
    cause = await producer.one("SELECT event_id FROM journal")
    assert await consumer.sql("SELECT key, causation_id FROM outbox") == [("receipt:a", str(cause))]


async def test_the_reason_holds_no_content(
    producer: Party, consumer: Party, caplog: pytest.LogCaptureFixture
) -> None:
    async def quotes(uow: UnitOfWork, event: Counted) -> None:
        await uow.session.execute(text("SELECT CAST(:note AS integer)"), {"note": event.note})

    async def strict(uow: UnitOfWork, event: Counted) -> None:
        Counted.model_validate({"counter": 7, "amount": event.note})

    for handler in (quotes, strict):
        await producer.tell(Counted(counter="a", note="张三 110105"))
        with caplog.at_level(logging.WARNING):
            async with running(producer.relay(), consumer.follower(handlers={Counted: handler})):
                await caught_up(consumer, producer)
        await consumer.sql("UPDATE parked SET key = 'counter:x'")  # the next one is not behind it
    first, second = await consumer.sql("SELECT error FROM parked ORDER BY position")
    assert "DataError" in first.error
    assert second.error == "ValidationError: counter, amount"
    assert "张三" not in first.error + second.error
    assert "张三" not in "".join(record.getMessage() for record in caplog.records)


async def test_an_operator_parks_what_would_be_tried_for_ever(producer: Party, consumer: Party) -> None:
    async def hangs(uow: UnitOfWork, event: Counted) -> None:
        if event.counter == "a":
            raise TimeoutError
        await take_note(uow, event)

    await producer.tell(*counted("a", "b"))
    follower, relay = consumer.follower(handlers={Counted: hangs}), producer.relay()

    async def published() -> bool | None:
        return relay.position == 2 or None

    async with running(relay):
        await eventually(published)
        assert await follower.park_next() == 1
        async with running(follower):
            await caught_up(consumer, producer)
        assert await follower.park_next() is None
    assert await consumer.applied() == [("b", 1)]
    assert await consumer.sql("SELECT position, error FROM parked") == [(1, BY_HAND)]
