"""One scenario for each bad input of the messaging; it makes the trouble happen and says what became of the event.

Hours and years are scaled down where only their passing matters; a scenario that does so says it.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, ClassVar, Literal
from uuid import UUID

import asyncpg
import httpx
import nats
import pytest
from sqlalchemy import text

from common import pull, relay
from common.bus import NatsSettings, connect, inbox_prefix
from common.clock import Clock
from common.cursors import ChainBroken
from common.db import open_engine
from common.events import Event
from common.failures import Streak
from common.inbox import Delivery, Follower
from common.journal_archive import Archive, archive
from common.outbox import BULK_EVENTS
from common.person_keys import person_key
from common.rebuild import NotCaughtUp, SecondCopy
from common.relay import Relay
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork
from local.nats import service_user
from tests.bad_inputs.messaging_world import (
    World,
    damage_blocks,
    deliveries,
    keep_store,
    put_store_back,
    tell,
)
from tests.support.messaging import (
    SOURCE,
    TELLING,
    Counted,
    Party,
    caught_up,
    plain,
    running,
    sequence_all,
    take_note,
)
from tests.support.service import service_process, token, trust_test_key
from tests.support.waiting import eventually

Outcome = Literal["applied", "parked", "ignored", "stopped", "refused"]
Scenario = Callable[[World], Awaitable[Outcome]]
SCENARIOS: dict[str, Scenario] = {}


def scenario(name: str) -> Callable[[Scenario], Scenario]:
    def register(found: Scenario) -> Scenario:
        assert name not in SCENARIOS, name
        SCENARIOS[name] = found
        return found

    return register


# ── events that a consumer does not expect ────────────────────────────────────────────────────


class Teleported(Event):
    type: ClassVar[str] = "skills.registration.plan.teleported.v1"
    counter: str = "a"

    @property
    def key(self) -> str:
        return f"counter:{self.counter}"


class CountedLater(Counted):
    """As a release of years to come would say it."""

    type: ClassVar[str] = "skills.registration.counter.counted.v99"


class CountedMore(Counted):
    future_field: str = "unheard of"


class Quantified(Event):
    """The successor of Counted."""

    type: ClassVar[str] = "skills.registration.counter.counted.v2"
    counter: str
    quantity: int

    @property
    def amount(self) -> int:
        return self.quantity

    @property
    def key(self) -> str:
        return f"counter:{self.counter}"


@scenario("messaging-004")
async def unknown_type(world: World) -> Outcome:
    producer, consumer = await world.pair()
    follower = consumer.follower()
    await producer.tell(Teleported(), Counted(counter="a"))
    async with running(producer.relay(), follower):
        await caught_up(consumer, producer)
    assert (follower.ignored, follower.parked) == (1, 0)
    assert await consumer.applied() == [("a", 2)]
    return "applied"


@scenario("messaging-005")
async def unknown_newer_version(world: World) -> Outcome:
    producer, consumer = await world.pair()
    await producer.tell(CountedLater(counter="a"))
    await tell(producer, "a", "b")
    async with running(producer.relay(), consumer.follower()):
        await caught_up(consumer, producer)
    assert await consumer.applied() == [("b", 1)]
    assert await consumer.sql("SELECT key, error FROM parked ORDER BY position") == [
        ("counter:a", "UnknownVersion"),
        ("counter:a", "behind a parked event of its key"),
    ]
    newer = consumer.follower(handlers={Counted: take_note, CountedLater: take_note})
    assert await newer.retry_parked() == 0
    assert await consumer.applied() == [("b", 1), ("a", 1), ("a", 2)]
    return "parked"


@scenario("messaging-006")
async def older_version(world: World) -> Outcome:
    producer, consumer = await world.pair()

    def with_quantity(data: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        return Quantified.type, {"counter": data["counter"], "quantity": data["amount"]}

    await producer.tell(Counted(counter="a", amount=7))
    follower = consumer.follower(handlers={Quantified: take_note}, upcasters={Counted.type: with_quantity})
    async with running(producer.relay(), follower):
        await caught_up(consumer, producer)
    assert await consumer.one("SELECT amount FROM total") == 7
    return "applied"


@scenario("messaging-007")
async def extra_members(world: World) -> Outcome:
    producer, consumer = await world.pair()
    await producer.tell(CountedMore(counter="a"))
    async with running(producer.relay(), consumer.follower()):
        await caught_up(consumer, producer)
    assert "future_field" in await producer.one("SELECT body FROM journal")
    assert await consumer.applied() == [("a", 1)]
    return "applied"


# ── positions and chains ──────────────────────────────────────────────────────────────────────


async def _following(consumer: Party) -> Follower:
    follower = consumer.follower()
    await follower._start()
    return follower


@scenario("messaging-010")
async def duplicate(world: World) -> Outcome:
    producer, consumer = await world.pair()
    told, follower = await deliveries(producer, "a", "b"), await _following(consumer)
    assert await follower.apply(told)
    assert await follower.apply(told)
    assert await consumer.applied() == [("a", 1), ("b", 1)]
    return "ignored"


@scenario("messaging-012")
async def position_repeated(world: World) -> Outcome:
    producer, consumer = await world.pair()
    told, follower = await deliveries(producer, *"abcde"), await _following(consumer)
    assert await follower.apply([*told, told[4]])
    assert await follower.apply([told[4], told[4]])
    assert len(await consumer.applied()) == 5
    return "ignored"


@scenario("messaging-013")
async def position_jumps(world: World) -> Outcome:
    """The source is down while the follower meets the hole; then it answers."""
    producer, consumer = await world.pair()
    stream = await world.frail_stream()
    await tell(producer, *"abcdefg")
    async with running(producer.relay()):
        await eventually(lambda: _stream_at(stream, 7))
    await stream.delete_msg(SOURCE, 6)
    async with running(consumer.follower()):
        await eventually(lambda: _position_of(consumer, 5))
        async with running(producer.relay()):
            await caught_up(consumer, producer)
    assert [key for key, _ in await consumer.applied()] == list("abcdefg")
    return "applied"


async def _stream_at(stream: nats.js.JetStreamContext, position: int, *, name: str = SOURCE) -> bool | None:
    try:
        return (await stream.stream_info(name)).state.last_seq == position or None
    except nats.js.errors.NotFoundError:
        return None


async def _position_of(consumer: Party, position: int) -> bool | None:
    return await consumer.position() == position or None


@scenario("messaging-014")
async def position_goes_back(world: World) -> Outcome:
    producer, consumer = await world.pair()
    told, follower = await deliveries(producer, *"abcdefg"), await _following(consumer)
    assert await follower.apply(told)
    assert await follower.apply(told[2:])
    assert len(await consumer.applied()) == 7
    return "ignored"


@scenario("messaging-015")
async def wrong_chain(world: World) -> Outcome:
    producer, consumer = await world.pair()
    (told,) = await deliveries(producer, "a")
    wrong = bytes([told.chain[0] ^ 1]) + told.chain[1:]
    follower = await _following(consumer)
    with pytest.raises(ChainBroken):
        await follower.apply([Delivery(1, told.body, wrong)])
    stream = await world.frail_stream()
    await stream.publish(Counted.type, told.body.encode(), headers={"Chain": wrong.hex()})
    await _stops(follower)
    assert await consumer.applied() == []
    return "stopped"


async def _stops(runner: Relay | Follower) -> str:
    """Why it stood still, once it does."""

    async def reason() -> str | None:
        return runner.stopped

    async with running(runner):
        return await eventually(reason)


# ── handlers that fail ────────────────────────────────────────────────────────────────────────


@scenario("messaging-016")
async def behind_a_parked_event(world: World) -> Outcome:
    producer, consumer = await world.pair()
    await producer.tell(Counted(counter="a", poison=True))
    async with running(producer.relay(), consumer.follower()):
        await caught_up(consumer, producer)
        await tell(producer, "a", "b", "a")
        await caught_up(consumer, producer)
    assert await consumer.applied() == [("b", 1)]
    assert await consumer.one("SELECT count(*) FROM parked") == 3
    await consumer.sql("UPDATE switch SET mended = true")
    assert await consumer.follower().retry_parked() == 0
    assert await consumer.applied() == [("b", 1), ("a", 1), ("a", 2), ("a", 3)]
    return "parked"


@scenario("messaging-017")
async def unique_constraint(world: World) -> Outcome:
    producer, consumer = await world.pair()
    await consumer.sql("CREATE UNIQUE INDEX one_of_each ON applied (key)")
    await tell(producer, "a", "a", "a", "b")
    async with running(producer.relay(), consumer.follower()):
        await caught_up(consumer, producer)
    assert await consumer.applied() == [("a", 1), ("b", 1)]
    (first, second) = await consumer.sql("SELECT position, error FROM parked ORDER BY position")
    assert "UniqueViolationError" in first.error
    assert (first.position, second.position) == (2, 3)
    await consumer.sql("DROP INDEX one_of_each")
    assert await consumer.follower().retry_parked() == 0
    return "parked"


class Passing:
    """A handler that meets an error of the server's a few times, then none any more."""

    def __init__(self, statement: str, times: int) -> None:
        self.statement, self.times, self.met = statement, times, 0

    async def __call__(self, uow: UnitOfWork, event: Counted) -> None:
        if self.met < self.times:
            self.met += 1
            await uow.session.execute(text(self.statement))
        await take_note(uow, event)


def _raising(sqlstate: str) -> str:
    return f"DO $$ BEGIN RAISE EXCEPTION 'as the server would' USING ERRCODE = '{sqlstate}'; END $$"


async def _passes(world: World, handler: Passing) -> Outcome:
    producer, consumer = await world.pair()
    await tell(producer, "a", "a")
    async with running(producer.relay(), consumer.follower(handlers={Counted: handler})):
        await caught_up(consumer, producer)
    assert handler.met == handler.times
    assert await consumer.applied() == [("a", 1), ("a", 2)]
    assert await consumer.one("SELECT count(*) FROM parked") == 0
    return "applied"


@scenario("messaging-018")
async def deadlock(world: World) -> Outcome:
    return await _passes(world, Passing(_raising("40P01"), times=2))


@scenario("messaging-019")
async def serialization_failure(world: World) -> Outcome:
    return await _passes(world, Passing(_raising("40001"), times=2))


@scenario("messaging-021")
async def statement_timeout(world: World) -> Outcome:
    """The alarm comes after three attempts instead of ten."""
    producer, consumer = await world.pair()
    await tell(producer, "a", "b")
    is_slow = True

    async def handle(uow: UnitOfWork, event: Counted) -> None:
        if is_slow:
            await uow.session.execute(text("SELECT set_config('statement_timeout', '20ms', true)"))
            await uow.session.execute(text("SELECT pg_sleep(1)"))
        await take_note(uow, event)

    follower = consumer.follower(handlers={Counted: handle})
    follower._streak = Streak(alarm_after=3)
    async with running(producer.relay(), follower):

        async def alarmed() -> str | None:
            return follower.stopped

        assert "QueryCanceledError" in await eventually(alarmed)
        assert await consumer.one("SELECT count(*) FROM parked") == 0
        is_slow = False
        await caught_up(consumer, producer)
        assert follower.stopped is None
    assert await consumer.applied() == [("a", 1), ("b", 1)]
    return "applied"


@scenario("messaging-023")
async def slow_handler(world: World) -> Outcome:
    """Two seconds, and a broker that forgets an idle consumer after half a second instead of a minute."""
    producer, consumer = await world.pair()
    calls = []

    async def handle(uow: UnitOfWork, event: Counted) -> None:
        calls.append(event.counter)
        await asyncio.sleep(2 if event.counter == "slow" else 0)
        await take_note(uow, event)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pull, "INACTIVE_SECONDS", 0.5)
        async with running(producer.relay(), consumer.follower(handlers={Counted: handle})):
            await tell(producer, "slow")
            await caught_up(consumer, producer)
            await tell(producer, "next")
            await caught_up(consumer, producer)
    assert calls == ["slow", "next"]
    return "applied"


# ── consumers ─────────────────────────────────────────────────────────────────────────────────


@scenario("messaging-025")
async def two_replicas(world: World) -> Outcome:
    producer, consumer = await world.pair()
    async with running(producer.relay(), consumer.follower(), consumer.follower()):
        for _ in range(40):
            await producer.tell(*(Counted(counter=name) for name in "abc"))
        await caught_up(consumer, producer)
    assert await consumer.applied() == [(name, version) for version in range(1, 41) for name in "abc"]
    return "applied"


@scenario("messaging-026")
async def paused_consumer(world: World) -> Outcome:
    """A second and a half instead of an hour: nothing counts the time."""
    producer, consumer = await world.pair()
    process = world.follower_process(consumer)
    async with running(producer.relay()):
        await tell(producer, "a")
        await caught_up(consumer, producer)
        process.send_signal(signal.SIGSTOP)
        await tell(producer, *"abcabc")
        await asyncio.sleep(1.5)
        assert await consumer.position() == 1
        process.send_signal(signal.SIGCONT)
        await caught_up(consumer, producer)
    assert len(await consumer.applied()) == 7
    return "applied"


@scenario("messaging-027")
async def cursor_deleted(world: World) -> Outcome:
    producer, consumer = await world.pair()
    await tell(producer, "a", "b")
    async with running(producer.relay(), consumer.follower()):
        await caught_up(consumer, producer)
    await consumer.sql("DELETE FROM inbox")
    async with running(producer.relay()):
        assert "vanished" in await _stops(consumer.follower())
    assert await consumer.applied() == [("a", 1), ("b", 1)]
    return "stopped"


@scenario("messaging-028")
async def consumer_restored_from_yesterday(world: World) -> Outcome:
    """The one rule: relay and follower stop, until the database is brought forward to what it has told."""
    producer, consumer = await world.pair()
    async with running(producer.relay(), consumer.relay(), consumer.follower(handlers=TELLING)):
        await tell(producer, *"ab")
        await caught_up(consumer, producer)
        await _all_told(consumer)
    await consumer.sessions.kw["bind"].dispose()
    yesterday = await world.reopened(consumer, world.copy_of(consumer.url))
    async with running(producer.relay(), consumer.relay(), consumer.follower(handlers=TELLING)):
        await tell(producer, *"ab")
        await caught_up(consumer, producer)
        await _all_told(consumer)
    async with running(producer.relay()):
        assert "went back" in await _stops(yesterday.relay())
        assert "went back" in await _stops(yesterday.follower(handlers=TELLING))
        assert await yesterday.applied() == [("a", 1), ("b", 1)]
        async with running(consumer.relay(), consumer.follower(handlers=TELLING)):
            await tell(producer, "a")
            await caught_up(consumer, producer)
    assert await consumer.applied() == [("a", 1), ("b", 1), ("a", 2), ("b", 2), ("a", 3)]
    return "applied"


async def _all_told(teller: Party) -> None:
    """Until everything said is in the journal and in the stream."""
    client = await connect(teller.nats)

    async def done() -> bool | None:
        if await teller.one("SELECT count(*) FROM outbox"):
            return None
        return await _stream_at(client.jetstream(), await teller.head(), name=teller.name)

    await eventually(done)
    await client.close()


# ── relays ────────────────────────────────────────────────────────────────────────────────────


@scenario("messaging-030")
async def relay_killed_after_publishing(world: World) -> Outcome:
    """It dies before it hears of any acknowledgement."""
    producer, consumer = await world.pair()
    await tell(producer, *"abc")
    dying = producer.relay()

    class Killed(BaseException):
        pass

    class Deaf:
        subject = "_INBOX.deaf"

        async def take(self, seconds: float) -> list[Any]:
            raise Killed

    publish = dying._publish

    async def publish_and_die(db: Any, broker: Any, _: Any, entries: Any) -> None:
        try:
            await publish(db, broker, Deaf(), entries)  # type: ignore[arg-type]
        finally:
            await broker.flush()

    dying._publish = publish_and_die  # type: ignore[method-assign]
    with pytest.raises(Killed):
        await dying._session()
    assert (await (await world.stream()).stream_info(SOURCE)).state.last_seq == 3
    async with running(producer.relay(), consumer.follower()):
        await tell(producer, "d")
        await caught_up(consumer, producer)
    assert [key for key, _ in await consumer.applied()] == list("abcd")
    return "applied"


@scenario("messaging-031")
async def zombie_relay(world: World) -> Outcome:
    producer, consumer = await world.pair()
    first, second = producer.relay(), producer.relay()
    admin = await world.admin(producer)
    async with running(first, second, consumer.follower()):
        await tell(producer, *"ab")
        await caught_up(consumer, producer)
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database d ON d.oid = database "
            "WHERE locktype = 'advisory' AND granted AND d.datname = current_database()"
        )
        await tell(producer, *"cd")
        await caught_up(consumer, producer)
        # A zombie that wakes up with an old position publishes what has been published since.
        zombie, broker = producer.relay(), await world.broker()
        mailbox = await relay.open_mailbox(broker)
        entries = await relay.read_after(admin, 1, 10)
        zombie.position = 1
        with suppress(OSError):  # refused; or told that these very events are there already
            await zombie._publish(admin, broker, mailbox, entries)
        await tell(producer, "e")
        await caught_up(consumer, producer)
    assert (await (await world.stream()).stream_info(SOURCE)).state.last_seq == 5
    assert [key for key, _ in await consumer.applied()] == list("abcde")
    return "applied"


@scenario("messaging-033")
async def slow_transaction(world: World) -> Outcome:
    producer, consumer = await world.pair()
    async with running(producer.relay(), consumer.follower()):
        async with producer.unit() as slow:
            slow.say(Counted(counter="slow"))
            await slow.flush_events()
            await tell(producer, "quick")
            await eventually(lambda: _position_of(consumer, 1))
            await slow.commit()
        await caught_up(consumer, producer)
    assert await consumer.applied() == [("quick", 1), ("slow", 1)]
    assert await producer.sql("SELECT position, key FROM journal ORDER BY position") == [
        (1, "counter:quick"),
        (2, "counter:slow"),
    ]
    return "applied"


@scenario("messaging-035")
async def gaps_in_identities(world: World) -> Outcome:
    producer, consumer = await world.pair()
    await tell(producer, "a")
    for _ in range(3):
        async with producer.unit() as uow:
            uow.say(Counted(counter="never"))
            await uow.flush_events()
    await tell(producer, "b")
    assert await producer.sql("SELECT id FROM outbox ORDER BY id") == [(1,), (5,)]
    async with running(producer.relay(), consumer.follower()):
        await caught_up(consumer, producer)
    assert await producer.sql("SELECT position FROM journal ORDER BY position") == [(1,), (2,)]
    return "applied"


# ── strangers at the broker ───────────────────────────────────────────────────────────────────

PERSON = UUID("01936f3c-5a2e-7c41-9d3e-0123456789ab")
KEYRING = Keyring("one", {"one": bytes(range(32))})


async def _refusals(url: str, act: Callable[[nats.NATS], Awaitable[object]]) -> list[str]:
    """What the broker says to a client that tries something."""
    said: list[str] = []

    async def note(error: Exception) -> None:
        said.append(str(error).lower())

    prefix = inbox_prefix(url)
    client = await nats.connect(url, allow_reconnect=False, error_cb=note, inbox_prefix=prefix)
    try:
        await act(client)
        await client.flush()
        await asyncio.sleep(0.05)
    except (nats.errors.Error, TimeoutError) as error:
        said.append(str(error).lower())
    finally:
        await client.close()
    return said


@scenario("messaging-037")
async def stranger_reads(world: World) -> Outcome:
    server = world.own_nats(users=[service_user(name, "secret") for name in (SOURCE, "audit")])
    producer = await world.party(SOURCE, nats=server.url_of(SOURCE))
    async with producer.unit() as uow:
        key = await person_key(uow.session, KEYRING, PERSON, create=True)
        sealed = key.seal("identity", {"name": "王建国", "id_number": "32010219900307123X"})
        uow.say(Counted(counter="a", note=sealed.ciphertext), persons=[PERSON])
        await uow.commit()

    async def listen(client: nats.NATS) -> None:
        await client.subscribe("skills.registration.>")

    refusals = await _refusals(server.url_of("audit"), listen)
    assert any("skills.registration.>" in one for one in refusals)
    with pytest.raises(nats.errors.Error):
        await connect(NatsSettings(server.url))  # a stranger without a name
    async with running(producer.relay()):
        await _all_told(producer)
    on_disk = b"".join(block.read_bytes() for block in server.store.rglob("*.blk"))
    assert sealed.ciphertext.encode() in on_disk
    assert "王建国".encode() not in on_disk
    assert b"32010219900307123X" not in on_disk
    return "refused"


@scenario("messaging-038")
async def stranger_deletes_the_stream(world: World) -> Outcome:
    server = world.own_nats(users=[service_user(name, "secret") for name in (SOURCE, "certificate", "audit")])
    producer = await world.party(SOURCE, nats=server.url_of(SOURCE))
    consumer = await world.party("certificate", nats=server.url_of("certificate"))

    async def delete(client: nats.NATS) -> None:
        await client.jetstream(timeout=0.5).delete_stream(SOURCE)

    async with running(producer.relay(), consumer.follower()):
        await tell(producer, "a", "b")
        await caught_up(consumer, producer)
        refusals = await _refusals(server.url_of("audit"), delete)
        assert any("stream.delete" in one for one in refusals)
        owner = await world.broker(server.url_of(SOURCE))
        assert await owner.jetstream().delete_stream(SOURCE)  # done all the same, by whoever holds the rights
        await eventually(lambda: _stream_at(owner.jetstream(), 2))
        await tell(producer, "c")
        await caught_up(consumer, producer)
    assert [key for key, _ in await consumer.applied()] == list("abc")
    return "applied"


@scenario("messaging-039")
async def purged(world: World) -> Outcome:
    producer, consumer = await world.pair()
    await tell(producer, *"abc")
    stream = await world.frail_stream()
    async with running(producer.relay()):
        await eventually(lambda: _stream_at(stream, 3))
        await stream.purge_stream(SOURCE)
        assert (await stream.stream_info(SOURCE)).state.messages == 0
        async with running(consumer.follower()):
            await caught_up(consumer, producer)
    assert [key for key, _ in await consumer.applied()] == list("abc")
    await stream.delete_stream(SOURCE)
    async with running(producer.relay()):
        await eventually(lambda: _stream_at(stream, 3))
        with pytest.raises(nats.js.errors.APIError):
            await stream.purge_stream(SOURCE)  # the relay's own streams refuse it
    return "applied"


# ── the broker fails ──────────────────────────────────────────────────────────────────────────


async def _harmed(world: World, harm: Callable[[Any], None], *, settled: str = "abcdefgh") -> Outcome:
    """Events before and after the broker was stopped and harmed; each applied once and in order."""
    server = world.own_nats()
    producer, consumer = await world.pair(nats=server.url)
    async with running(producer.relay(), consumer.follower()):
        await tell(producer, *settled)
        await caught_up(consumer, producer)
        server.kill()
        harm(server)
        await tell(producer, "during")
        server.start()
        await tell(producer, "after")
        await caught_up(consumer, producer)
        late = await world.party("audit", nats=server.url)
        async with running(late.follower()):
            await caught_up(late, producer)
    expected = [*settled, "during", "after"]
    assert [key for key, _ in await consumer.applied()] == expected
    assert [key for key, _ in await late.applied()] == expected
    return "applied"


@scenario("messaging-040")
async def broker_killed(world: World) -> Outcome:
    return await _harmed(world, lambda _: None)


@scenario("messaging-042")
async def broker_rolled_back(world: World) -> Outcome:
    """Its store as it was four events ago, as when nothing had been written through since."""
    server = world.own_nats()
    producer, consumer = await world.pair(nats=server.url)
    kept = world.folder / "kept"
    async with running(producer.relay(), consumer.follower()):
        await tell(producer, *"abcd")
        await caught_up(consumer, producer)
        server.kill()
        keep_store(server, kept)
        server.start()
        await tell(producer, *"efgh")
        await caught_up(consumer, producer)
        server.kill()
        put_store_back(server, kept)
        server.start()
        await tell(producer, "i")
        await caught_up(consumer, producer)
    assert (await (await world.stream(server.url)).stream_info(SOURCE)).state.last_seq == 9
    assert [key for key, _ in await consumer.applied()] == list("abcdefghi")
    return "applied"


@scenario("messaging-043")
async def broker_torn(world: World) -> Outcome:
    return await _harmed(world, lambda server: damage_blocks(server, lambda raw: raw[: len(raw) // 2]))


@scenario("messaging-044")
async def broker_bit_flipped(world: World) -> Outcome:
    def flip(raw: bytearray) -> bytearray:
        raw[len(raw) // 2] ^= 1
        return raw

    return await _harmed(world, lambda server: damage_blocks(server, flip))


@scenario("messaging-045")
async def stream_limit(world: World) -> Outcome:
    producer, consumer = await world.pair()
    stream = await world.frail_stream(max_msgs=2)
    await tell(producer, *"abcdef")
    async with running(producer.relay()):
        await eventually(lambda: _stream_at(stream, 6))
        assert (await stream.stream_info(SOURCE)).state.messages == 2
        async with running(consumer.follower()):
            await caught_up(consumer, producer)
    assert [key for key, _ in await consumer.applied()] == list("abcdef")
    return "applied"


@scenario("messaging-047")
async def broker_unreachable(world: World) -> Outcome:
    """A few seconds instead of a day, on a service over HTTP: it answers, shows what waits, and drains."""
    server = world.own_nats()
    url = world.database()
    process = service_process(
        "tests.support.demo",
        prefix="DEMO",
        database_url=url,
        nats_url=server.url,
        log=world.folder / "demo.log",
    )
    process.start()
    world.stack.callback(process.kill)
    await trust_test_key(url)
    demo = await world.reopened(await world.party("demo", nats=server.url), url)
    headers = {"Authorization": f"Bearer {token('plan_filer')}", "Idempotency-Key": "during-the-outage"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{process.port}") as client:
        server.kill()
        made = await client.post("/demo/v1/things", headers=headers, json={"name": "铣床", "level": 3})
        assert made.status_code == 201
        assert (await client.get("/demo/v1/hot/word")).text == "hot"
        await demo.tell(Shown(), Shown(counter="b"))

        async def waiting(count: int) -> bool | None:
            return f"\noutbox_events {count}.0\n" in (await client.get("/metrics")).text or None

        await eventually(lambda: waiting(2))
        ready = await client.get("/readyz")
        assert (ready.status_code, "nats" in ready.json()["reasons"]) == (503, True)
        server.start()
        await eventually(lambda: waiting(0))
    assert await demo.head() == 2
    await _all_told(demo)
    return "applied"


class Shown(Event):
    type: ClassVar[str] = "skills.demo.thing.shown.v1"
    counter: str = "a"

    @property
    def key(self) -> str:
        return f"thing:{self.counter}"


@scenario("messaging-049")
async def brokers_clock_ahead(world: World) -> Outcome:
    """Age limits are off in the relay's streams. Where one empties all the same, the journal answers: a 1 ms limit."""
    producer, consumer = await world.pair()
    await tell(producer, *"abc")
    stream = await world.stream()
    async with running(producer.relay()):
        await eventually(lambda: _stream_at(stream, 3))
        config = (await stream.stream_info(SOURCE)).config
        assert not config.max_age
        config.max_age = 0.1
        config.duplicate_window = 0.1
        await stream.update_stream(config)

        async def emptied() -> bool | None:
            return (await stream.stream_info(SOURCE)).state.messages == 0 or None

        await eventually(emptied)
        async with running(consumer.follower()):
            await tell(producer, "d")
            await caught_up(consumer, producer)
    assert [key for key, _ in await consumer.applied()] == list("abcd")
    return "applied"


# ── clocks and databases ──────────────────────────────────────────────────────────────────────


@scenario("messaging-050")
async def clock_jumps_back(world: World) -> Outcome:
    producer, consumer = await world.pair()
    moments = []
    async with running(producer.relay(), consumer.follower()):
        for ahead in (7_200, 0):
            clock = Clock(movable=True)
            clock.set_offset(ahead)
            async with UnitOfWork(producer.sessions, clock) as uow:
                uow.say(Counted(counter="a"))
                moments.append(clock.now())
                await uow.commit()
        await caught_up(consumer, producer)
    assert moments[1] < moments[0]
    assert await consumer.applied() == [("a", 1), ("a", 2)]
    return "applied"


@scenario("messaging-051")
async def database_killed(world: World) -> Outcome:
    server = world.own_postgres()
    url = server.create_database("demo")
    process = service_process(
        "tests.support.demo",
        prefix="DEMO",
        database_url=url,
        nats_url=world.nats_url,
        log=world.folder / "demo.log",
    )
    process.start()
    world.stack.callback(process.kill)
    await trust_test_key(url)
    sender = {"Authorization": f"Bearer {token('plan_filer')}"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{process.port}", timeout=30) as client:

        async def post(name: str) -> httpx.Response:
            headers = {**sender, "Idempotency-Key": f"key-of-{name.encode().hex()}"}
            return await client.post("/demo/v1/things", headers=headers, json={"name": name, "level": 3})

        assert (await post("before")).status_code == 201
        in_doubt = [asyncio.create_task(post(f"in doubt {number}")) for number in range(20)]
        await asyncio.sleep(0.02)
        server.kill()
        first = await asyncio.gather(*in_doubt)
        assert {answer.status_code for answer in first} <= {201, 503}
        await asyncio.to_thread(server.start)

        async def back() -> bool | None:
            return (await client.get("/readyz")).status_code == 200 or None

        await eventually(back)
        for number, answer in enumerate(first):
            again = await post(f"in doubt {number}")
            assert again.status_code == 201
            if answer.status_code == 201:
                assert again.headers["Idempotent-Replayed"] == "true"
                assert again.json() == answer.json()
        things = (await client.get("/demo/v1/things?limit=100", headers=sender)).json()["items"]
    names = [thing["name"] for thing in things]
    assert sorted(names) == sorted(["before", *(f"in doubt {number}" for number in range(20))])
    return "applied"


@scenario("messaging-053")
async def disk_full(world: World) -> Outcome:
    """The server's own answer to a full disk, given by a trigger; to a request, and to a follower."""
    url = world.database()
    process = service_process(
        "tests.support.demo",
        prefix="DEMO",
        database_url=url,
        nats_url=world.nats_url,
        log=world.folder / "demo.log",
    )
    process.start()
    world.stack.callback(process.kill)
    await trust_test_key(url)
    db = await asyncpg.connect(plain(url))
    world.stack.push_async_callback(db.close)
    headers = {"Authorization": f"Bearer {token('plan_filer')}", "Idempotency-Key": "one-thing-only"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{process.port}") as client:
        await _fill_disk(db, "thing")
        thing = {"name": "铣床", "level": 3}
        assert (await client.post("/demo/v1/things", headers=headers, json=thing)).status_code == 503
        assert (await client.get("/demo/v1/things", headers=headers)).status_code == 200
        await db.execute("DROP TRIGGER full_disk ON thing")
        assert (await client.post("/demo/v1/things", headers=headers, json=thing)).status_code == 201

    producer, consumer = await world.pair()
    await tell(producer, "a")
    db = await world.admin(consumer)
    await _fill_disk(db, "applied")
    follower = consumer.follower()
    async with running(producer.relay(), follower):

        async def has_failed() -> bool | None:
            return follower._streak.failures > 1 or None

        await eventually(has_failed)
        await db.execute("DROP TRIGGER full_disk ON applied")
        await caught_up(consumer, producer)
    assert (await consumer.applied(), follower.parked) == ([("a", 1)], 0)
    return "applied"


async def _fill_disk(db: asyncpg.Connection, table: str) -> None:
    await db.execute(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$; "
        f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} EXECUTE FUNCTION full_disk()"
    )


@scenario("messaging-054")
async def long_transaction(world: World) -> Outcome:
    """Fifty milliseconds of idleness instead of the minute that every engine sets."""
    producer, consumer = await world.pair()
    holder = await world.admin(producer)
    await holder.execute("SET idle_in_transaction_session_timeout = '2s'")
    await holder.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    await holder.fetch("SELECT pg_current_xact_id(), count(*) FROM outbox")
    async with running(producer.relay(), consumer.follower()):
        await tell(producer, "a")
        await caught_up(consumer, producer)
        assert not holder.is_closed()

        async def ended() -> bool | None:
            return holder.is_closed() or None

        await eventually(ended)
    engine = open_engine(producer.url, size=1)
    async with engine.connect() as connection:
        assert await connection.scalar(text("SHOW idle_in_transaction_session_timeout")) == "1min"
    await engine.dispose()
    return "applied"


@scenario("messaging-055")
async def bulk_write(world: World) -> Outcome:
    """Three thousand events instead of a hundred thousand: what counts is that most of them still wait."""
    producer, consumer = await world.pair()
    bulk = 3_000
    assert bulk > 10 * BULK_EVENTS
    await producer.tell(*(Counted(counter=f"bulk{number % 50}") for number in range(bulk)))
    await tell(producer, "other")
    await producer.tell(Counted(counter="bulk0"))  # its own key's events have to come first
    async with running(producer.relay(), consumer.follower()):
        await caught_up(consumer, producer)
    position = await producer.one("SELECT position FROM journal WHERE key = 'counter:other'")
    assert position <= 101  # in the first slice
    assert await producer.one("SELECT position FROM journal ORDER BY position DESC LIMIT 1") == bulk + 2
    per_key: dict[str, list[int]] = {}
    for key, version in await consumer.applied():
        per_key.setdefault(key, []).append(version)
    assert all(versions == list(range(1, len(versions) + 1)) for versions in per_key.values())
    assert len(per_key["bulk0"]) == bulk // 50 + 1
    return "applied"


@scenario("messaging-057")
async def version_skips(world: World) -> Outcome:
    producer, consumer = await world.pair()
    await tell(producer, *"aaaa", "b")
    stopped = producer.relay()
    async with running(stopped, consumer.follower()):
        await caught_up(consumer, producer)
        await producer.sql("UPDATE aggregate SET version = 5 WHERE key = 'counter:a'")
        await tell(producer, "a")

        async def reason() -> str | None:
            return stopped.stopped

        assert await eventually(reason) == "counter:a: version 5 is missing"
        assert await producer.head() == 5
    assert await consumer.position() == 5
    return "stopped"


# ── the journal over the years ────────────────────────────────────────────────────────────────


@scenario("messaging-059")
async def archived_journal(world: World) -> Outcome:
    producer, consumer = await world.pair()
    await tell(producer, *"abcabc")
    async with running(producer.relay()):
        await _all_told(producer)
    folder = world.folder / "archive"
    folder.mkdir()
    assert await archive(plain(producer.url), Archive(folder), up_to=4) == 4
    assert await producer.sql("SELECT min(position), max(position) FROM journal") == [(5, 6)]
    await tell(producer, "a")  # its last version is in a file by now
    await (await world.stream()).delete_stream(SOURCE)
    async with running(producer.relay(archive=folder), consumer.follower()):
        await caught_up(consumer, producer)
    assert [key for key, _ in await consumer.applied()] == list("abcabca")
    assert await consumer.position() == 7
    return "applied"


@scenario("messaging-060")
async def new_consumer(world: World) -> Outcome:
    """Three hundred events instead of three years; they go on while it catches up."""
    producer, consumer = await world.pair()
    follower = consumer.follower()
    for _ in range(10):
        await producer.tell(*(Counted(counter=f"k{number}") for number in range(30)))
    async with running(producer.relay()):
        await _all_told(producer)
        async with running(follower):
            for _ in range(20):
                await tell(producer, "live")
            await caught_up(consumer, producer)
    applied = await consumer.applied()
    assert len(applied) == 320
    assert [version for key, version in applied if key == "live"] == list(range(1, 21))
    return "applied"


@scenario("messaging-061")
async def rebuilt_beside(world: World) -> Outcome:
    producer, consumer = await world.pair()
    for _ in range(5):
        await tell(producer, *"ab")
    async with running(producer.relay(), consumer.follower(handlers=TELLING)):
        await caught_up(consumer, producer)
        await consumer.sql("UPDATE total SET amount = -1")  # what a bug of the last release left
        copy = SecondCopy(consumer.url, source=SOURCE, tables=("applied", "total"))
        await copy.prepare()
        with pytest.raises(NotCaughtUp):
            await copy.switch()
        async with copy.sessions() as sessions:
            filling = consumer.follower(handlers=TELLING, sessions=sessions, silent=True)
            async with running(filling):
                await tell(producer, *"ab")
                await caught_up(consumer, producer)

                async def level() -> bool | None:
                    return filling.position == await consumer.position() or None

                await eventually(level)
        await copy.switch()
        await tell(producer, "a")
        await caught_up(consumer, producer)
    assert dict(await consumer.sql("SELECT key, amount FROM total")) == {"counter:a": 7, "counter:b": 6}
    await sequence_all(consumer)
    assert await consumer.head() == 13  # what was said the first time was not said again
    return "applied"


@scenario("messaging-064")
async def journal_row_changed(world: World) -> Outcome:
    producer, ahead = await world.pair()
    await tell(producer, *"abc")
    async with running(producer.relay(), ahead.follower()):
        await caught_up(ahead, producer)
        await producer.sql("UPDATE journal SET body = replace(body, 'amount', 'amounts') WHERE position = 2")
        await tell(producer, "d")
        await caught_up(ahead, producer)
        rebuilding = await world.party("audit")
        follower = rebuilding.follower()
        assert "position 2 does not follow on" in await _stops(follower)
    assert await rebuilding.applied() == []
    assert len(await ahead.applied()) == 4
    return "stopped"
