"""A database went back in time: what the stream still tells is taken back into its journal, or refused whole."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import nats
import pytest

from common.bus import connect
from common.ids import uuid7
from common.person_keys import person_key
from common.recover_tail import RecoveryRefused, recover_tail
from common.sealed import Keyring
from tests.support.messaging import SOURCE, Counted, Party, caught_up, counted, plain, running
from tests.support.service import SECRET
from tests.support.waiting import eventually

CHECKOUT = Path(__file__).resolve().parents[3]
KEYRING = Keyring("one", {"one": bytes(32)})


async def told(producer: Party, count: int) -> None:
    broker = await connect(producer.nats)

    async def look() -> bool | None:
        try:
            return (await broker.jetstream().stream_info(SOURCE)).state.last_seq == count or None
        except nats.js.errors.NotFoundError:
            return None

    async with running(producer.relay()):
        await eventually(look)
    await broker.close()


async def go_back(producer: Party, *, to: int, versions: dict[str, int]) -> None:
    """The database as it was when its journal ended there."""
    await producer.sql("DELETE FROM journal WHERE position > :to", to=to)
    await producer.sql("TRUNCATE aggregate, person_key")
    for key, version in versions.items():
        await producer.sql("INSERT INTO aggregate VALUES (:key, :version)", key=key, version=version)


async def recover(producer: Party) -> int:
    return await recover_tail(source=SOURCE, dsn=plain(producer.url), nats=producer.nats)


async def journal(producer: Party) -> list[tuple[object, ...]]:
    rows = await producer.sql(
        "SELECT position, event_id, key, version, body, chain, persons FROM journal ORDER BY position"
    )
    return [tuple(row) for row in rows]


async def test_the_journal_is_as_it_was_and_the_line_goes_on(producer: Party, consumer: Party) -> None:
    person = uuid7()
    async with producer.unit() as uow:
        await person_key(uow.session, KEYRING, person, create=True)
        uow.say(Counted(counter="a"), persons=[person])
        await uow.commit()
    await producer.tell(*counted("b", "a", "c"))
    await told(producer, 4)
    before = await journal(producer)
    key = await producer.sql("SELECT * FROM person_key")
    await go_back(producer, to=0, versions={})

    assert await recover(producer) == 4
    assert await journal(producer) == before
    assert await producer.sql("SELECT * FROM person_key") == key
    await producer.tell(*counted("a"))
    async with running(producer.relay(), consumer.follower()):
        await caught_up(consumer, producer)
    assert await consumer.applied() == [("a", 1), ("b", 1), ("a", 2), ("c", 1), ("a", 3)]


async def test_only_what_is_missing_is_taken_back(producer: Party) -> None:
    await producer.tell(*counted("a", "b", "a"))
    await told(producer, 3)
    before = await journal(producer)
    assert await recover(producer) == 0
    await go_back(producer, to=2, versions={"counter:a": 1, "counter:b": 1})
    assert await recover(producer) == 1
    assert await journal(producer) == before


async def test_what_waited_in_the_outbox_then_is_not_told_again(producer: Party, consumer: Party) -> None:
    """The restored moment lies between the commit and the relay: the same event is in outbox and stream."""
    await producer.tell(*counted("a"))
    row = (await producer.sql("SELECT * FROM outbox"))[0]
    await told(producer, 1)
    await go_back(producer, to=0, versions={"counter:a": 1})
    await producer.sql(
        "INSERT INTO outbox (event_id, key, version, type, said_at, persons, data, lane) "
        "VALUES (:id, :key, 1, :type, :said_at, '{}', '{}', 0)",
        id=row.event_id,
        key=row.key,
        type=row.type,
        said_at=row.said_at,
    )
    assert await recover(producer) == 1
    async with running(producer.relay(), consumer.follower()):
        await caught_up(consumer, producer)
    assert await consumer.applied() == [("a", 1)]


async def test_a_tail_that_does_not_follow_on_is_refused_whole(producer: Party) -> None:
    await producer.tell(*counted("a", "b", "c"))
    await told(producer, 3)
    await go_back(producer, to=1, versions={"counter:a": 1})
    await producer.sql("UPDATE journal SET chain = :chain", chain=bytes(32))
    with pytest.raises(RecoveryRefused, match="position 2 does not follow on"):
        await recover(producer)
    assert await producer.head() == 1


async def test_a_key_that_went_another_way_since_is_refused(producer: Party) -> None:
    await producer.tell(*counted("a", "a"))
    await told(producer, 2)
    await go_back(producer, to=1, versions={"counter:a": 1})
    await producer.tell(*counted("a"))  # said by the restored service: another version 2
    with pytest.raises(RecoveryRefused, match="1 events were said since the restore"):
        await recover(producer)
    assert await producer.head() == 1


async def test_it_is_refused_while_a_relay_runs(producer: Party) -> None:
    await producer.tell(*counted("a"))
    relay = producer.relay()
    async with running(relay):

        async def has_published() -> bool | None:
            return relay.position == 1 or None

        await eventually(has_published)
        with pytest.raises(RecoveryRefused, match="a relay of this service is running"):
            await recover(producer)


async def test_the_operators_command(producer: Party) -> None:
    await producer.tell(*counted("a", "b"))
    await told(producer, 2)
    await go_back(producer, to=1, versions={"counter:a": 1})
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "common.recover_tail", SOURCE.upper()],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(CHECKOUT / "libs"),
            "REGISTRATION_DATABASE_URL": producer.url,
            "NATS_URL": producer.nats.url,
            "PERSONAL_DATA_KEYS": f"test:{SECRET}",
            "BLIND_INDEX_KEY": SECRET,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 events taken back\n", "")
    assert await producer.head() == 2
