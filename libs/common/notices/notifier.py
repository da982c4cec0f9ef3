"""What a way of sending is, and the two that need no other system: an outbox for sandboxes, and none."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from common.clock import Clock

OUTBOX_KEEPS = 1_000


class NotSent(Exception):
    """The system that sends did not take the message; it may later."""


class Notifier(Protocol):
    """A way of sending. `address` is a telephone number, as the person gave it to an evaluating body."""

    async def send(self, address: str, text: str) -> None:
        """Raises NotSent."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message as the sandbox keeps it."""

    address: str
    text: str
    sent_at: datetime


class Outbox:
    """The sandbox's way: nothing leaves the machine, and developers read what would have been sent."""

    def __init__(self) -> None:
        self._sent: deque[Notice] = deque(maxlen=OUTBOX_KEEPS)

    async def send(self, address: str, text: str) -> None:
        self._sent.append(Notice(address, text, Clock.real_now()))

    def newest(self, count: int) -> list[Notice]:
        """The newest first."""
        return list(reversed(self._sent))[:count]


class Nothing:
    """No way of sending is set up."""

    async def send(self, address: str, text: str) -> None:  # noqa: ARG002  # the protocol's
        raise NotSent("no way of sending notices is set up")
