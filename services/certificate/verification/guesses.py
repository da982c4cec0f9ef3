"""Against guessing: a number at which many names were tried without success rests for a while, whoever asks."""

import time
from collections import OrderedDict
from collections.abc import Callable

from common.problems import Problem

MISSES = 20
REST_SECONDS = 300
_TARGETS_KEPT = 100_000


class Guesses:
    """Counts misses by target; real and invented numbers are treated alike."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._misses: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def check(self, target: str) -> None:
        """Raises the problem `rate-limited` while the target rests."""
        count, since = self._misses.get(target, (0, 0.0))
        left = since + REST_SECONDS - self._clock()
        if count >= MISSES and left > 0:
            raise Problem("rate-limited", headers={"Retry-After": str(max(1, round(left)))})

    def miss(self, target: str) -> None:
        """A name was tried at this target and was not the holder's."""
        now = self._clock()
        count, since = self._misses.pop(target, (0, now))
        if now - since > REST_SECONDS:
            count = 0
        self._misses[target] = (count + 1, now)
        if len(self._misses) > _TARGETS_KEPT:
            self._misses.popitem(last=False)
