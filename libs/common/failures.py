"""Which failures pass by themselves: a server away or overloaded, a deadlock, a lost race between transactions."""

from dataclasses import dataclass

from asyncpg import exceptions as pg
from nats.errors import Error as NatsError
from sqlalchemy import exc

_PASSING: tuple[type[BaseException], ...] = (
    OSError,
    EOFError,
    TimeoutError,
    NatsError,
    exc.TimeoutError,
    exc.InterfaceError,
    pg.InterfaceError,
    pg.InternalClientError,
    pg.PostgresConnectionError,
    pg.CannotConnectNowError,
    pg.OperatorInterventionError,
    pg.TransactionRollbackError,  # deadlock, serialization failure
    pg.InsufficientResourcesError,  # disk full, too many connections
    pg.ReadOnlySQLTransactionError,  # a replica that is not yet the primary
    pg.LockNotAvailableError,
    pg.IdleInTransactionSessionTimeoutError,
    pg.TransactionTimeoutError,
    pg.InternalServerError,
    pg.PostgresSystemError,
)


def will_pass(error: BaseException) -> bool:
    """Whether trying again later may well succeed, looking through what SQLAlchemy wraps around a driver's error."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, _PASSING) or (isinstance(seen, exc.DBAPIError) and seen.connection_invalidated):
            return True
        seen = seen.__cause__
    return False


def kind_of(error: BaseException) -> str:
    """What went wrong, without any content: class names down the chain of causes."""
    names = []
    seen: BaseException | None = error
    while seen is not None:
        names.append(type(seen).__name__)
        seen = seen.__cause__
    return " < ".join(names)


@dataclass
class Streak:
    """Failures in a row of something that is tried for ever: how long to wait, and when to raise the alarm."""

    alarm_after: int = 10
    failures: int = 0

    def failed(self) -> float:
        """Seconds to wait before the next attempt: short at first, for most troubles are."""
        self.failures += 1
        return min(0.1 * 2.0 ** min(self.failures, 5), 2.0)

    def ended(self) -> None:
        self.failures = 0

    @property
    def is_news(self) -> bool:
        """Whether this failure is worth a line: the first of a row, then ever more rarely."""
        return self.failures in (1, self.alarm_after) or self.failures % 100 == 0

    @property
    def is_alarming(self) -> bool:
        return self.failures >= self.alarm_after
