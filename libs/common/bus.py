"""The connection to NATS. JetStream is a fast cache of the journals: nothing is trusted to it that they do not hold.

A service needs of the broker: publish and stream administration on its own subjects (`skills.<service>.>`, stream
`<service>`), requests to `journal.<source>` and answers on its own, consumers on the streams it follows, its inboxes.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from nats.aio.client import Client


@dataclass(frozen=True, slots=True)
class NatsSettings:
    """Where the broker is; credentials are part of the URL."""

    url: str = field(repr=False)
    connect_seconds: float = 2.0
    answer_seconds: float = 5.0


class Connection(Client):
    """A client whose `close()` is finished even when the caller is cancelled: else its socket would stay open."""

    async def close(self) -> None:
        closing = asyncio.ensure_future(super().close())
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError:
            await closing
            raise


async def connect(settings: NatsSettings) -> Client:
    """One connection without automatic reconnect: a session that loses it starts again from its database."""

    async def ignore(_: Exception) -> None:
        """Errors reach the session through the call that met them; nats-py would print them as well."""

    options: dict[str, Any] = {"allow_reconnect": False, "connect_timeout": settings.connect_seconds}
    client = Connection()
    try:
        await client.connect(settings.url, error_cb=ignore, **options)
    except BaseException:  # cancelled half-way, nats-py would leave its socket open
        await client.close()
        raise
    return client


def stream_subjects(source: str) -> list[str]:
    """The subjects that a source's stream holds: the types of its events."""
    return [f"skills.{source}.>"]


def journal_subject(source: str) -> str:
    """Where a source's relay answers readers who found a hole or begin from zero."""
    return f"journal.{source}"
