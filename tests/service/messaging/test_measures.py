"""What `/metrics` and `/readyz` tell of the messaging."""

from prometheus_client import CollectorRegistry, generate_latest

from common.messaging_metrics import MessagingCollector
from tests.support.messaging import NOTING, Counted, Party, Receipted, caught_up, counted, running
from tests.support.waiting import eventually


def shown(registry: CollectorRegistry) -> set[str]:
    return {line for line in generate_latest(registry).decode().splitlines() if not line.startswith("#")}


async def test_positions_and_what_waits_are_shown(producer: Party, consumer: Party) -> None:
    relay, follower = producer.relay(), consumer.follower()
    registry = CollectorRegistry()
    registry.register(MessagingCollector(relay, [follower]))
    async with running(relay, follower):
        await producer.tell(Counted(counter="a", poison=True), *counted("b", "c"))
        await caught_up(consumer, producer)
    assert {
        'journal_position{role="relay",source="registration"} 3.0',
        'journal_position{role="follower",source="registration"} 3.0',
        'messaging_stopped{role="relay",source="registration"} 0.0',
        'messaging_stopped{role="follower",source="registration"} 0.0',
        'events_behind{source="registration"} 0.0',
        'events_parked{source="registration"} 1.0',
        'events_applied_total{source="registration"} 2.0',
        'events_ignored_total{source="registration"} 0.0',
        "outbox_events 0.0",
    } <= shown(registry)


async def test_what_is_not_followed_is_counted(producer: Party, consumer: Party) -> None:
    follower = consumer.follower(handlers={Receipted: NOTING[Receipted]})
    async with running(producer.relay(), follower):
        await producer.tell(*counted("a", "b"))
        await caught_up(consumer, producer)
    assert (follower.ignored, await consumer.applied()) == (2, [])


async def test_how_far_a_follower_is_behind_is_shown_while_it_stands_still(
    producer: Party, consumer: Party
) -> None:
    follower, relay = consumer.follower(), producer.relay()
    registry = CollectorRegistry()
    registry.register(MessagingCollector(relay, [follower]))
    await producer.tell(*counted(*"abcde"))
    async with running(relay):

        async def published() -> bool | None:
            return relay.position == 5 or None

        await eventually(published)
        await follower._start()
        await consumer.sql("UPDATE inbox SET chain = :wrong", wrong=bytes([1]) * 32)
        async with running(follower):

            async def stopped() -> bool | None:
                return follower.stopped is not None or None

            await eventually(stopped)
    assert {
        'events_behind{source="registration"} 5.0',
        'messaging_stopped{role="follower",source="registration"} 1.0',
    } <= shown(registry)


async def test_what_waits_in_the_outbox_is_told_while_the_broker_is_away(producer: Party) -> None:
    await producer.tell(*counted("a", "b"))
    relay = producer.relay()
    relay._nats = type(relay._nats)("nats://127.0.0.1:1")
    async with running(relay):

        async def told() -> bool | None:
            return relay.waiting == 2 or None

        await eventually(told)
    assert relay.position == 0
