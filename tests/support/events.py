"""Other services' events, delivered to a service under test as its followers would receive them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from common.events import Envelope, Event
from common.ids import uuid7
from common.inbox import CursorRow, Delivery, Follower
from common.journal import ZERO, link
from common.lifecycle import Service, frame_handlers, handlers_of
from tests.support.service import RunningService


class Publishers:
    """The sister services of one service under test: each keeps its own positions, chain and versions."""

    def __init__(self, service: RunningService) -> None:
        self._service = service
        self._versions: dict[str, int] = {}

    async def deliver(self, *events: Event, keys: Mapping[UUID, bytes] | None = None) -> None:
        """Apply events of one source, in order; `keys`: wrapped person keys that travel beside them."""
        source = events[0].source()
        spec: Service = self._service.app.state.service
        platform = self._service.platform
        follower = Follower(
            service=spec.name,
            source=source,
            sessions=platform.sessions,
            nats=platform.nats,
            clock=platform.clock,
            handlers=handlers_of(source, (frame_handlers(platform), *spec.handlers)),
            keyring=platform.keyring,
            witness=spec.witness,
        )
        await follower._start()
        deliveries = await self._number(source, events, keys or {})
        assert await follower.apply(deliveries)

    async def _number(
        self, source: str, events: Iterable[Event], keys: Mapping[UUID, bytes]
    ) -> list[Delivery]:
        async with self._service.platform.sessions() as session:
            cursor = (
                await session.execute(select(CursorRow).where(CursorRow.source == source))
            ).scalar_one_or_none()
        position, chain = (cursor.position, cursor.chain) if cursor else (0, ZERO)
        made = []
        for event in events:
            body = self.envelope(event).body()
            position, chain = position + 1, link(chain, body)
            made.append(Delivery(position, body, chain, keys))
        return made

    def envelope(self, event: Event, **changes: Any) -> Envelope:
        version = self._versions[event.key] = self._versions.get(event.key, 0) + 1
        return envelope_of(event, version=version, **changes)


def envelope_of(event: Event, *, version: int, **changes: Any) -> Envelope:
    """The event as its service would tell it now."""
    standard: dict[str, Any] = {
        "id": uuid7(),
        "source": event.source(),
        "type": event.type,
        "subject": event.key,
        "time": datetime.now(UTC),
        "version": version,
        "data": event.model_dump(mode="json"),
    }
    return Envelope(**(standard | changes))
