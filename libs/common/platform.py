"""What a running service holds: its settings, sessions, clock, calendar, keys and connections."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from common.auth import TokenChecker
from common.bus import NatsSettings
from common.calendars import Calendars
from common.clock import Clock
from common.metrics import Metrics
from common.pagination import CursorKey
from common.ratelimit import RateLimit
from common.receipts import Receipts
from common.sealed import Keyring
from common.settings import ServiceSettings
from common.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class Platform:
    """Made once when the service starts; routes get it as `PlatformDep`, workers as their argument."""

    name: str
    settings: ServiceSettings
    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    clock: Clock
    calendars: Calendars
    keyring: Keyring
    nats: NatsSettings
    metrics: Metrics
    tokens: TokenChecker
    cursor_key: CursorKey
    rate_limit: RateLimit
    receipts: Receipts
    failed_sign_ins: RateLimit = field(default_factory=lambda: RateLimit(per_second=0.2, burst=20))
    checks: "dict[str, Check]" = field(default_factory=dict)

    @property
    def calendar(self) -> WorkCalendar:
        """The official calendar as it is known now."""
        return self.calendars.current


Check = Callable[[Platform], Awaitable[str | None]]
