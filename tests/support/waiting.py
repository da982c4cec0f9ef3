"""Waiting for what happens in another process."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE_SECONDS = 240.0  # a machine full of work is slow; what never comes is told all the same


def until(condition: Callable[[], object], *, seconds: float = PATIENCE_SECONDS) -> None:
    """Return as soon as the condition holds. Raises AssertionError when it does not come to hold."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"still not so after {seconds:.0f} s: {condition}"
        time.sleep(0.05)


async def eventually(look: Callable[[], Awaitable[T | None]], *, seconds: float = PATIENCE_SECONDS) -> T:
    """What `look` finds, as soon as it finds anything. Raises AssertionError when it does not."""
    deadline = time.monotonic() + seconds
    while (found := await look()) is None:
        assert time.monotonic() < deadline, f"still not there after {seconds:.0f} s"
        await asyncio.sleep(0.02)
    return found
