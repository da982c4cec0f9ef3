"""The background of webhooks: journals are looked through for what concerns organisations, and it is delivered."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
import structlog
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from audit.journal.models import JournalEntry
from audit.plans.models import BatchFact, PlanFact
from audit.webhooks import domain
from audit.webhooks.models import FeedCursor, FeedEntry, Message, Webhook
from audit.webhooks.sending import Answer, Sender
from audit.webhooks.service import LIVE, PURPOSE, enqueue
from common.events import Envelope, Sealed
from common.ids import decode_id, encode_id
from common.person_keys import person_key
from common.platform import Platform

log = structlog.get_logger("webhooks")
PAUSE_SECONDS: Final = 0.5
ENTRIES: Final = 200
AT_ONCE: Final = 4  # endpoints; each of them hears one delivery after another
CLAIMED: Final = timedelta(minutes=2)
SOURCES: Final = ("filing", "registration", "audit", "certificate")
_TURN: Final = "SELECT pg_advisory_xact_lock(hashtext('feed'))"


async def look_through(platform: Platform) -> None:
    """For ever; of two workers at once, one waits for the other."""
    while True:
        if not await find_next(platform):
            await asyncio.sleep(PAUSE_SECONDS)


async def find_next(platform: Platform) -> bool:
    """Find what concerns organisations among the next entries of each source; False when there were none."""
    found = False
    for source in SOURCES:
        async with platform.sessions() as session:
            found = await _find(session, source, platform.clock.now()) or found
    return found


async def _find(session: AsyncSession, source: str, now: datetime) -> bool:
    await session.execute(text(_TURN))
    cursor = await session.get(FeedCursor, source)
    if cursor is None:
        cursor = FeedCursor(source=source, position=0)
        session.add(cursor)
    rows = await session.scalars(
        select(JournalEntry)
        .where(JournalEntry.source == source, JournalEntry.position > cursor.position)
        .order_by(JournalEntry.position)
        .limit(ENTRIES)
    )
    entries = rows.all()
    if not entries:
        return False
    made = [feed for entry in entries if (feed := await _feed_entry(session, entry)) is not None]
    session.add_all(made)
    await session.flush()
    await _spread(session, made, now)
    cursor.position = entries[-1].position
    await session.commit()
    return True


async def _feed_entry(session: AsyncSession, entry: JournalEntry) -> FeedEntry | None:
    if entry.type not in domain.NAMES:
        return None
    data = Envelope.parse(entry.body).data
    organisation_id = await _concerned(session, data)
    if organisation_id is None:
        return None
    return FeedEntry(
        organisation_id=organisation_id,
        event_id=entry.event_id,
        type=domain.NAMES[entry.type],
        key=entry.key,
        body=domain.payload(entry.type, data, entry.time),
        time=entry.time,
    )


async def _concerned(session: AsyncSession, data: dict[str, Any]) -> UUID | None:
    """Whose event it is: named by it, or by its plan or batch."""
    if (organisation := data.get("organisation_id")) is not None:
        return decode_id("organisation", organisation)
    if (plan := data.get("plan_id")) is not None:
        return await session.scalar(
            select(PlanFact.organisation_id).where(PlanFact.plan_id == decode_id("plan", plan))
        )
    if (batch := data.get("batch_id")) is not None:
        return await session.scalar(
            select(BatchFact.organisation_id).where(BatchFact.batch_id == decode_id("batch", batch))
        )
    return None


async def _spread(session: AsyncSession, made: Sequence[FeedEntry], now: datetime) -> None:
    concerned = {entry.organisation_id for entry in made}
    rows = await session.scalars(
        select(Webhook).where(Webhook.organisation_id.in_(concerned), Webhook.state == "active")
    )
    hooks = rows.all()
    due = [
        (hook, entry)
        for entry in made
        for hook in hooks
        if hook.organisation_id == entry.organisation_id and entry.type in hook.types
    ]
    await enqueue(session, due, LIVE, now)


async def deliver(platform: Platform, sender: Sender) -> None:
    """For ever: what is due is delivered, several endpoints at once, each in order; a slow one holds up no other."""
    async with asyncio.TaskGroup() as carriers:
        for _ in range(AT_ONCE):
            carriers.create_task(_carry(platform, sender))


async def _carry(platform: Platform, sender: Sender) -> None:
    while True:
        if not await deliver_next(platform, sender):
            await asyncio.sleep(PAUSE_SECONDS)


async def deliver_next(platform: Platform, sender: Sender) -> bool:
    """Deliver one message; False when none is due. Killed before the answer is written down, it is sent again."""
    claimed = await _claim(platform)
    if claimed is None:
        return False
    message, url, given = claimed
    body = orjson.dumps(message.body)
    answer = await sender.send(url, body, _headers(message, given, body, platform.clock.now()))
    async with platform.sessions() as session:
        row = await session.get_one(Message, message.id, with_for_update=True)
        hook = await session.get_one(Webhook, message.webhook_id, with_for_update=True)
        _settle(row, hook, answer, platform.clock.now())
        await session.commit()
    return True


async def _claim(platform: Platform) -> tuple[Message, str, dict[str, str]] | None:
    """The next due message of an endpoint that nothing is on its way to; new ones before replays, in order."""
    now, busy, earlier = platform.clock.now(), aliased(Message), aliased(Message)
    async with platform.sessions() as session:
        found = await session.execute(
            select(Message, Webhook)
            .join(Webhook, Webhook.id == Message.webhook_id)
            .where(
                Message.state == "waiting",
                Message.due_at <= now,
                Webhook.state == "active",
                ~select(busy.id)
                .where(busy.webhook_id == Message.webhook_id, busy.state == "sending", busy.due_at > now)
                .exists(),
                ~select(earlier.id)
                .where(
                    earlier.webhook_id == Message.webhook_id,
                    earlier.key == Message.key,
                    earlier.lane == Message.lane,
                    earlier.position < Message.position,
                    earlier.state.in_(("waiting", "sending")),
                )
                .exists(),
            )
            .order_by(Message.lane, Message.position)
            .limit(1)
            .with_for_update(of=Webhook, skip_locked=True)
        )
        pair = found.first()
        if pair is None:
            await _take_back(session, now)
            return None
        message, hook = pair
        message.state, message.due_at = "sending", now + CLAIMED
        key = await person_key(session, platform.keyring, hook.id)
        given = key.open(PURPOSE, Sealed(person_id=hook.id, ciphertext=hook.sealed))
        await session.commit()
        return message, hook.url, given


async def _take_back(session: AsyncSession, now: datetime) -> None:
    """What a sender that died had on its way waits again, under the same id."""
    await session.execute(
        text("UPDATE webhook_message SET state = 'waiting' WHERE state = 'sending' AND due_at <= :now"),
        {"now": now},
    )
    await session.commit()


def _headers(message: Message, given: dict[str, str], body: bytes, now: datetime) -> dict[str, str]:
    message_id = encode_id("message", message.id)
    signed = [domain.signature(given["secret"], message_id=message_id, at=now, body=body)]
    if "before" in given and now < datetime.fromisoformat(given["until"]):
        signed.append(domain.signature(given["before"], message_id=message_id, at=now, body=body))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signed),
    }


def _settle(message: Message, hook: Webhook, answer: Answer, now: datetime) -> None:
    """Write down what came of it: delivered, to be tried again, given up; and whether anybody listens there."""
    message.attempts += 1
    message.last_answer = answer.reason
    if answer.is_heard:
        message.state, message.delivered_at, hook.failing_since = "delivered", now, None
        return
    hook.failing_since = hook.failing_since or now
    again = domain.next_try(message.attempts, now, answer.retry_after)
    message.state = "given_up" if again is None else "waiting"
    message.due_at = again or now
    if answer.is_gone or domain.is_to_be_disabled(hook.failing_since, now):
        hook.state, hook.reason = "disabled", "gone" if answer.is_gone else "failing for five days"
        log.warning("webhook disabled", webhook=str(hook.id), reason=hook.reason)
