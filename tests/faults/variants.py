"""The textbook recipe, and deliberate mistakes. The tests of this folder must find each of them."""

from collections.abc import Sequence
from typing import Any

import asyncpg
import orjson
from nats.aio.client import Client
from nats.js import JetStreamContext, api
from nats.js import errors as jserrors
from sqlalchemy import text

from common import cursors
from common.bus import Mailbox, connect, stream_subjects
from common.inbox import Delivery, Follower
from common.journal import Entry, sequence
from common.relay import Relay


class SkippingRelay(Relay):
    """Mistake: reads the outbox past the highest id seen, so a slow transaction's rows are never read."""

    async def _sequence(self, db: asyncpg.Connection) -> int:
        await db.execute("CREATE TABLE IF NOT EXISTS mark (last bigint NOT NULL)")
        async with db.transaction():
            last = await db.fetchval("SELECT coalesce(max(last), 0) FROM mark")
            await db.execute("DELETE FROM outbox WHERE id <= $1", last)
            highest = await db.fetchval("SELECT coalesce(max(id), 0) FROM outbox")
            moved = await sequence(db, self.source, 10_000)
            await db.execute("INSERT INTO mark VALUES ($1)", max(last, highest))
        return moved


class TextbookRelay(Relay):
    """What most articles describe: sent marks in the database, Nats-Msg-Id against duplicates."""

    async def _match(self, db: asyncpg.Connection, stream: JetStreamContext) -> int:
        await db.execute(
            "CREATE TABLE IF NOT EXISTS sent (one boolean PRIMARY KEY, position bigint NOT NULL)"
        )
        await db.execute("INSERT INTO sent VALUES (true, 0) ON CONFLICT DO NOTHING")
        try:
            await stream.stream_info(self.source)
        except jserrors.NotFoundError:
            subjects = stream_subjects(self.source)
            await stream.add_stream(
                api.StreamConfig(name=self.source, subjects=subjects, duplicate_window=120.0)
            )
        return int(await db.fetchval("SELECT position FROM sent"))

    async def _check_stream(self, stream: JetStreamContext) -> None:
        """It trusts its marks."""

    async def _publish(
        self, db: asyncpg.Connection, broker: Client, acknowledged: Mailbox, entries: Sequence[Entry]
    ) -> None:
        stream = broker.jetstream(timeout=5)
        for entry in entries:
            headers = {"Nats-Msg-Id": str(entry.event_id), "Position": str(entry.position)}
            await stream.publish(orjson.loads(entry.body)["type"], entry.body.encode(), headers=headers)
        await db.execute("UPDATE sent SET position = $1", entries[-1].position)
        self.position = entries[-1].position


class TextbookFollower(Follower):
    """Durable consumer, explicit acknowledgement after the commit, a table of the ids seen."""

    async def _session(self) -> None:
        broker: Client | None = None
        try:
            await self._start()
            broker = await connect(self._nats)
            stream = broker.jetstream(timeout=5)
            config = api.ConsumerConfig(
                durable_name=self.service, ack_policy=api.AckPolicy.EXPLICIT, ack_wait=5
            )
            await stream.add_consumer(self.source, config)
            pull = await stream.pull_subscribe_bind(durable=self.service, stream=self.source)
            while True:
                await self._take(broker, pull)
        finally:
            if broker:
                await broker.close()

    async def _take(self, broker: Client, pull: Any) -> None:
        try:
            messages = await pull.fetch(20, timeout=0.5)
        except TimeoutError:
            if broker.is_closed:
                raise OSError("closed") from None
            return
        async with self._unit() as uow:
            await uow.session.execute(text("CREATE TABLE IF NOT EXISTS seen (id uuid PRIMARY KEY)"))
            for message in messages:
                delivery = Delivery(message.metadata.sequence.stream, message.data.decode(), b"")
                if await self._is_new(uow.session, delivery) and not delivery.envelope.data.get("poison"):
                    await self._handle(uow, delivery)
                await uow.session.execute(
                    text("UPDATE inbox SET position = greatest(position, :here) WHERE source = :source"),
                    {"here": int(message.headers["Position"]), "source": self.source},
                )
            await uow.session.commit()
        for message in messages:
            await message.ack()

    async def _is_new(self, session: Any, delivery: Delivery) -> bool:
        added = await session.execute(
            text("INSERT INTO seen VALUES (:id) ON CONFLICT DO NOTHING RETURNING id"),
            {"id": delivery.envelope.id},
        )
        return added.first() is not None


class ForgetfulFollower(Follower):
    """Mistake: the cursor moves in a transaction of its own, after the effects."""

    async def apply(self, deliveries: Sequence[Delivery]) -> bool:
        async with self._unit() as uow:
            fresh = await self._next(uow.session, deliveries)
            for delivery in _harmless(fresh):
                await self._handle(uow, delivery)
            await uow.session.commit()
        await self._move_cursor(fresh)
        return self.position >= deliveries[-1].position

    async def _move_cursor(self, fresh: Sequence[Delivery]) -> None:
        if not fresh:
            return
        async with self._unit() as uow:
            await cursors.advance(uow.session, self.source, fresh[-1])
            await uow.session.commit()
        self.position = fresh[-1].position
        self._well()


class HastyFollower(ForgetfulFollower):
    """Mistake: the cursor moves first."""

    async def apply(self, deliveries: Sequence[Delivery]) -> bool:
        async with self._unit() as uow:
            fresh = await self._next(uow.session, deliveries)
        if fresh:
            async with self._unit() as uow:
                await cursors.advance(uow.session, self.source, fresh[-1])
                await uow.session.commit()
        async with self._unit() as uow:
            for delivery in _harmless(fresh):
                await self._handle(uow, delivery)
            await uow.session.commit()
        if fresh:
            self.position = fresh[-1].position
            self._well()
        return self.position >= deliveries[-1].position


def _harmless(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Their mistake is not about poison: they leave it out."""
    return [delivery for delivery in deliveries if not delivery.envelope.data.get("poison")]


VARIANTS: dict[str, tuple[type[Relay], type[Follower]]] = {
    "ours": (Relay, Follower),
    "textbook": (TextbookRelay, TextbookFollower),
    "skipping": (SkippingRelay, Follower),
    "forgetful": (Relay, ForgetfulFollower),
    "hasty": (Relay, HastyFollower),
}
