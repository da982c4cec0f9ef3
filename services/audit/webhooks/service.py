"""Use cases: keep endpoints, replay what they missed, read the feed."""

import secrets
from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from audit.webhooks import domain
from audit.webhooks.addresses import checked
from audit.webhooks.models import FeedEntry, Message, Webhook
from audit.webhooks.schemas import FeedOut, MessageOut, ReplayIn, ReplayOut, SecretOut, WebhookIn, WebhookOut
from common.auth import Caller
from common.errors import Bilingual, Forbidden, NotFound
from common.events import Sealed
from common.ids import uuid7
from common.pagination import Page
from common.person_keys import person_key
from common.schemas import Listing
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork

PURPOSE: Final = "webhook"
OLD_SECRET_LASTS: Final = timedelta(days=1)
REPLAY, LIVE = 1, 0
SLICE: Final = 5_000


async def make_webhook(
    uow: UnitOfWork, body: WebhookIn, *, caller: Caller, keyring: Keyring, own_hosts: Iterable[str]
) -> SecretOut:
    """Register an endpoint of the caller's organisation. Raises AddressRefused, TooManyEndpoints, Forbidden."""
    url, organisation_id = checked(body.url, own_hosts=own_hosts), _organisation(caller)
    secret = _secret()
    async with uow:
        await uow.session.execute(select(func.pg_advisory_xact_lock(organisation_id.int & (1 << 62) - 1)))
        count = select(func.count()).where(Webhook.organisation_id == organisation_id)
        if (await uow.session.scalar(count) or 0) >= domain.MOST_ENDPOINTS:
            raise domain.TooManyEndpoints
        row = Webhook(
            id=uuid7(),
            organisation_id=organisation_id,
            url=url,
            types=sorted(set(body.types)),
            state="active",
            made_at=uow.clock.now(),
        )
        key = await person_key(uow.session, keyring, row.id, create=True)
        row.sealed = key.seal(PURPOSE, {"secret": secret}).ciphertext
        uow.session.add(row)
        answer = SecretOut(id=row.id, secret=secret)
        await uow.commit(answer)
    return answer


async def change_secret(uow: UnitOfWork, webhook_id: UUID, *, caller: Caller, keyring: Keyring) -> SecretOut:
    """Another secret; the one before signs beside it for a day. Raises NotFound."""
    secret = _secret()
    async with uow:
        row = await _own(uow.session, webhook_id, caller)
        key = await person_key(uow.session, keyring, row.id)
        known = key.open(PURPOSE, Sealed(person_id=row.id, ciphertext=row.sealed))
        until = (uow.clock.now() + OLD_SECRET_LASTS).isoformat()
        row.sealed = key.seal(
            PURPOSE, {"secret": secret, "before": known["secret"], "until": until}
        ).ciphertext
        answer = SecretOut(id=row.id, secret=secret)
        await uow.commit(answer)
    return answer


async def list_webhooks(session: AsyncSession, caller: Caller) -> Listing[WebhookOut]:
    """The endpoints of the caller's organisation."""
    rows = await session.scalars(
        select(Webhook).where(Webhook.organisation_id == _organisation(caller)).order_by(Webhook.id)
    )
    return Listing.of([WebhookOut.model_validate(row) for row in rows], None)


async def read_webhook(session: AsyncSession, webhook_id: UUID, caller: Caller) -> WebhookOut:
    """Raises NotFound."""
    return WebhookOut.model_validate(await _own(session, webhook_id, caller))


async def enable(uow: UnitOfWork, webhook_id: UUID, *, enabled: bool, caller: Caller) -> WebhookOut:
    """Let an endpoint be told again, or no more. Raises NotFound."""
    async with uow:
        row = await _own(uow.session, webhook_id, caller)
        row.state, row.reason, row.failing_since = ("active" if enabled else "disabled"), None, None
        answer = WebhookOut.model_validate(row)
        await uow.commit(answer)
    return answer


async def list_messages(
    session: AsyncSession, webhook_id: UUID, page: Page, caller: Caller
) -> Listing[MessageOut]:
    """Deliveries of an endpoint, newest first. Raises NotFound."""
    row = await _own(session, webhook_id, caller)
    query = select(Message).where(Message.webhook_id == row.id)
    if page.after is not None:
        query = query.where(Message.id < page.after[0])
    found = await session.scalars(query.order_by(Message.id.desc()).limit(page.fetch))
    kept, cursor = page.cut(found.all(), lambda message: (message.id,))
    return Listing.of([MessageOut.model_validate(message) for message in kept], cursor)


async def replay(uow: UnitOfWork, webhook_id: UUID, body: ReplayIn, *, caller: Caller) -> ReplayOut:
    """Tell again what was found since an instant; what is new goes first. Raises NotFound."""
    async with uow:
        row = await _own(uow.session, webhook_id, caller)
        after = 0
        while entries := await _entries(uow.session, row, body.since, after):
            await enqueue(uow.session, [(row, entry) for entry in entries], REPLAY, uow.clock.now())
            after = entries[-1].position
        waiting = await uow.session.scalar(
            select(func.count()).where(Message.webhook_id == row.id, Message.state == "waiting")
        )
        answer = ReplayOut(id=row.id, waiting=waiting or 0)
        await uow.commit(answer)
    return answer


async def _entries(session: AsyncSession, row: Webhook, since: datetime, after: int) -> list[FeedEntry]:
    rows = await session.scalars(
        select(FeedEntry)
        .where(
            FeedEntry.organisation_id == row.organisation_id,
            FeedEntry.position > after,
            FeedEntry.time >= since,
            FeedEntry.type.in_(row.types),
        )
        .order_by(FeedEntry.position)
        .limit(SLICE)
    )
    return list(rows)


async def enqueue(
    session: AsyncSession, due: Iterable[tuple[Webhook, FeedEntry]], lane: int, now: datetime
) -> None:
    """Put entries on their way to endpoints."""
    rows: list[dict[str, Any]] = [
        {
            "id": uuid7(),
            "webhook_id": webhook.id,
            "position": entry.position,
            "key": entry.key,
            "body": entry.body,
            "lane": lane,
            "state": "waiting",
            "attempts": 0,
            "due_at": now,
        }
        for webhook, entry in due
    ]
    if rows:
        await session.execute(insert(Message), rows)


async def read_feed(session: AsyncSession, page: Page, caller: Caller) -> Listing[FeedOut]:
    """What concerns the caller's organisation, in the order in which it was found; the cursor goes on for ever."""
    query = select(FeedEntry).where(FeedEntry.organisation_id == _organisation(caller))
    if page.after is not None:
        query = query.where(FeedEntry.position > page.after[0])
    rows = (await session.scalars(query.order_by(FeedEntry.position).limit(page.fetch))).all()
    kept, cursor = page.cut(rows, lambda row: (row.position,))
    items = [
        FeedOut(position=row.position, type=row.type, timestamp=row.time, data=row.body["data"])
        for row in kept
    ]
    return Listing.of(items, cursor)


def _secret() -> str:
    return domain.PREFIX + b64encode(secrets.token_bytes(domain.SECRET_BYTES)).decode()


def _organisation(caller: Caller) -> UUID:
    if caller.organisation_id is None:
        raise Forbidden(Bilingual("仅供机构账户使用。", "For accounts of organisations only."))
    return caller.organisation_id


async def _own(session: AsyncSession, webhook_id: UUID, caller: Caller) -> Webhook:
    row = await session.get(Webhook, webhook_id, with_for_update=True)
    if row is None or row.organisation_id != caller.organisation_id:
        raise NotFound.of("webhook")
    return row
