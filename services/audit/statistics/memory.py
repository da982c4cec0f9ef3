"""Answers to the public, remembered for a moment: however often one is asked for, the database is asked once."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

from audit.statistics.schemas import StatisticsOut
from audit.statistics.service import Asked

SECONDS: Final = 5.0
ANSWERS: Final = 1_000


class Memory:
    """The last answers, by question."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, StatisticsOut]] = OrderedDict()

    async def answer(self, asked: Asked, find: Callable[[], Awaitable[StatisticsOut]]) -> StatisticsOut:
        """What was answered to the same question a moment ago, or a new answer."""
        key = repr((asked, sorted((name, sorted(values)) for name, values in asked.question.where.items())))
        kept_at, found = self._kept.get(key, (0.0, None))
        if found is not None and self._clock() - kept_at < SECONDS:
            return found
        found = await find()
        self._kept[key] = (self._clock(), found)
        self._kept.move_to_end(key)
        if len(self._kept) > ANSWERS:
            self._kept.popitem(last=False)
        return found

    def forget(self) -> None:
        self._kept.clear()
