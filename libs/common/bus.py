"""The connection to NATS. JetStream is a fast cache of the journals: nothing is trusted to it that they do not hold.

What a service's user of the broker needs, and no more (`own` is the service, `source` any service that it follows):

| act | subjects |
|---|---|
| publish | `skills.<own>.>` |
| publish | `journal.<source>`: ask a source's journal |
| publish | `$JS.API.INFO`, `$JS.API.STREAM.INFO.*`, `$JS.API.STREAM.MSG.GET.*` |
| publish | `$JS.API.STREAM.CREATE.<own>`, `$JS.API.STREAM.DELETE.<own>` |
| publish | `$JS.API.CONSUMER.CREATE.<source>.>`, and `INFO` and `MSG.NEXT` of those consumers |
| subscribe | `journal.<own>`, with permission to respond |
| subscribe | `_INBOX.<own>.>`, its user's name in the broker: no service hears what another one is answered |
"""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from nats.aio.client import Client
from nats.aio.msg import Msg

# More than is ever said at once: nats-py would wait in `publish`, deaf to cancellation, for a broker to read on.
PENDING_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class NatsSettings:
    """Where the broker is; credentials are part of the URL."""

    url: str = field(repr=False)
    connect_seconds: float = 2.0
    answer_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An inbox of our own, for any number of answers. What arrives waits here in order.

    nats-py's own waiting makes a task per message, and takes a cancellation for the end of the connection.
    """

    subject: str
    _arrived: asyncio.Queue[Msg]

    async def take(self, seconds: float) -> list[Msg]:
        """All that has arrived; waits for the first one. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            taken = [await self._arrived.get()]
        while not self._arrived.empty():
            taken.append(self._arrived.get_nowait())
        return taken


async def open_mailbox(broker: Client) -> Mailbox:
    """A mailbox under `<inbox>.*`, for as long as the connection lasts."""
    mailbox = Mailbox(broker.new_inbox(), asyncio.Queue())

    async def put(message: Msg) -> None:
        mailbox._arrived.put_nowait(message)  # noqa: SLF001 — the function that fills it belongs to it

    await broker.subscribe(f"{mailbox.subject}.*", cb=put)
    return mailbox


class Connection(Client):
    """A client whose `close()` comes to an end: whoever is cancelled meanwhile, and whatever the broker does.

    nats-py writes out what is pending first, and waits for ever for a broker that has stopped reading.
    """

    async def close(self) -> None:
        self._drop_pending()
        closing = asyncio.ensure_future(super().close())
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError:
            await closing
            raise

    def _drop_pending(self) -> None:
        """A session that ends has nothing more to say: what it did not get rid of is said by the next one."""
        writer: asyncio.StreamWriter | None = getattr(self._transport, "_io_writer", None)
        if writer is not None and (self._pending_data_size or writer.transport.get_write_buffer_size()):
            self._pending, self._pending_data_size = [], 0
            writer.transport.abort()


async def connect(settings: NatsSettings) -> Client:
    """One connection without automatic reconnect: a session that loses it starts again from its database."""

    async def ignore(_: Exception) -> None:
        """Errors reach the session through the call that met them; nats-py would print them as well."""

    options: dict[str, Any] = {
        "allow_reconnect": False,
        "connect_timeout": settings.connect_seconds,
        "inbox_prefix": inbox_prefix(settings.url),
        "pending_size": PENDING_BYTES,
    }
    client = Connection()
    try:
        # nats-py would go on knocking for two minutes before it says that nobody answers.
        async with asyncio.timeout(settings.connect_seconds):
            await client.connect(settings.url, error_cb=ignore, **options)
    except BaseException:  # cancelled half-way, nats-py would leave its socket open
        await client.close()
        raise
    return client


def inbox_prefix(url: str) -> str:
    """Where answers to this user go; where everyone may do everything, the broker's usual place."""
    user = unquote(urlsplit(url).username or "")
    return f"_INBOX.{user}" if re.fullmatch(r"[\w-]+", user, re.ASCII) else "_INBOX"


def stream_subjects(source: str) -> list[str]:
    """The subjects that a source's stream holds: the types of its events."""
    return [f"skills.{source}.>"]


def journal_subject(source: str) -> str:
    """Where a source's relay answers readers who found a hole or begin from zero."""
    return f"journal.{source}"
