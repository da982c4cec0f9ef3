"""Against guessing: who tries much in vain rests for a while, and so does a number at which much is tried.

Real and invented numbers are treated alike, and whoever rests is refused before anything is looked up, so that guesses
cost nobody else anything. Counted in the memory of each process: a limit is per replica (decision 54).
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from common.problems import Problem

MISSES: Final = 20
MISSES_OF_CLIENT: Final = 60
"""More than one at a target: an office shares an address, and its people mistype different numbers."""
MISREAD_CODES: Final = 300
REST_SECONDS: Final = 300
_KEPT: Final = 100_000


class Guesses:
    """Counts misses by key: a target, or a client."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, most: int = MISSES) -> None:
        self._clock = clock
        self._most = most
        self._misses: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def check(self, key: str) -> None:
        """Raises the problem `rate-limited` while the key rests."""
        count, since = self._misses.get(key, (0, 0.0))
        left = since + REST_SECONDS - self._clock()
        if count >= self._most and left > 0:
            raise Problem("rate-limited", headers={"Retry-After": str(max(1, round(left)))})

    def miss(self, key: str) -> int:
        """Something was tried in vain; how often by now."""
        now = self._clock()
        count, since = self._misses.pop(key, (0, now))
        if now - since > REST_SECONDS:
            count, since = 0, now
        self._misses[key] = (count + 1, since)
        if len(self._misses) > _KEPT:
            self._misses.popitem(last=False)
        return count + 1

    def forgive(self, key: str) -> None:
        """What was counted as a miss was none."""
        count, since = self._misses.get(key, (0, 0.0))
        if count > 1:
            self._misses[key] = (count - 1, since)
        elif count == 1:
            del self._misses[key]


class Guard:
    """One for look-ups by number and prints, by client and by target; one for codes, by client.

    What is asked counts as a miss until it is known to be none: many questions at once are no way around.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._targets = Guesses(clock)
        self._clients = Guesses(clock, most=MISSES_OF_CLIENT)
        self._readers = Guesses(clock, most=MISREAD_CODES)

    def ask(self, client: str, target: str) -> bool:
        """Before a look-up; whether it is the last that this target takes. Raises the problem `rate-limited`."""
        self._clients.check(client)
        self._targets.check(target)
        self._clients.miss(client)
        return self._targets.miss(target) == MISSES

    def found(self, client: str, target: str) -> None:
        """The look-up was no guess."""
        self._clients.forgive(client)
        self._targets.forgive(target)

    def check_reader(self, client: str) -> None:
        """Before a code is read. Raises the problem `rate-limited`."""
        self._readers.check(client)

    def misread(self, client: str) -> None:
        """A code that was not genuine."""
        self._readers.miss(client)
