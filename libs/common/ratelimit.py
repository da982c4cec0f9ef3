"""Token buckets: each account, or each client where nobody is signed in, has its own, by real time."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from math import ceil

_BUCKETS_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the bucket says: whether the request may go on, and the RateLimit fields to answer with."""

    allowed: bool
    remaining: int
    reset_seconds: int
    retry_seconds: int


class RateLimit:
    """At most `burst` requests at once and `per_second` in the long run for each key; 0 per second: no limit."""

    def __init__(self, *, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_second = per_second
        self.burst = burst
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> Verdict | None:
        """Take one token from the key's bucket; None when there is no limit."""
        if self.per_second == 0:
            return None
        now = self._clock()
        tokens = self._tokens(key, now)
        allowed = tokens >= 1
        tokens -= allowed
        self._buckets.pop(key, None)
        self._buckets[key] = (tokens, now)
        if len(self._buckets) > _BUCKETS_KEPT:
            self._buckets.popitem(last=False)
        return self._verdict(tokens, allowed=allowed)

    def peek(self, key: str) -> Verdict | None:
        """What the bucket would say, without taking anything; None when there is no limit."""
        if self.per_second == 0:
            return None
        tokens = self._tokens(key, self._clock())
        return self._verdict(tokens, allowed=tokens >= 1)

    def _tokens(self, key: str, now: float) -> float:
        tokens, since = self._buckets.get(key, (float(self.burst), now))
        return min(float(self.burst), tokens + (now - since) * self.per_second)

    def _verdict(self, tokens: float, *, allowed: bool) -> Verdict:
        return Verdict(
            allowed=allowed,
            remaining=int(tokens),
            reset_seconds=ceil((self.burst - tokens) / self.per_second),
            retry_seconds=max(1, ceil((1 - tokens) / self.per_second)),
        )

    def headers(self, verdict: Verdict) -> dict[str, str]:
        """RateLimit fields (draft-ietf-httpapi-ratelimit-headers), and Retry-After where the request was refused."""
        window = ceil(self.burst / self.per_second)
        fields = {
            "RateLimit-Policy": f'"default";q={self.burst};w={window}',
            "RateLimit": f'"default";r={verdict.remaining};t={verdict.reset_seconds}',
        }
        return fields if verdict.allowed else fields | {"Retry-After": str(verdict.retry_seconds)}


def client_key(host: str | None) -> str:
    """The bucket of a client without an account: its IPv4 address, or the /64 network of its IPv6 address."""
    try:
        address = ip_address(host or "")
    except ValueError:
        return "client:unknown"
    if address.version == 6:
        return f"client:{address.exploded[:19]}"
    return f"client:{address}"
