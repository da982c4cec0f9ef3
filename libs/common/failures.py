"""Which failures pass by themselves: a server away or overloaded, a deadlock, a lost race between transactions."""

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
    pg.TransactionRollbackError,
    pg.InsufficientResourcesError,
)


def will_pass(error: BaseException) -> bool:
    """Whether trying again later may well succeed, looking through what SQLAlchemy wraps around a driver's error."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, _PASSING) or (isinstance(seen, exc.DBAPIError) and seen.connection_invalidated):
            return True
        seen = seen.__cause__
    return False
