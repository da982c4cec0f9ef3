"""The unit of work: one transaction that keeps state, events and the caller's answer together, or nothing."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from common.events import Envelope, Event
from common.outbox import Told, append


class Now(Protocol):
    """Whatever tells the platform's time (see `common.clock`)."""

    def now(self) -> datetime: ...


AfterCommit = Callable[[list[Told]], None]
BeforeCommit = Callable[["UnitOfWork", BaseModel | None], Awaitable[None]]


class UnitOfWork:
    """One transaction: nothing is kept unless `commit()` is called, and events share its fate.

    A use case opens it (`async with uow:`), works on `uow.session`, says events with `say()` and commits once, giving
    the answer that the caller will get. An Idempotency-Key is stored with that answer in the same transaction.
    In a consumer `cause` is the event being handled; there the follower commits, with its cursor.
    """

    session: AsyncSession

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        clock: Now,
        *,
        before_commit: BeforeCommit | None = None,
        after_commit: AfterCommit | None = None,
        cause: Envelope | None = None,
    ) -> None:
        self._sessions = sessions
        self._before_commit = before_commit
        self._after_commit = after_commit
        self.told: list[Told] = []
        self._said: list[tuple[Event, tuple[UUID, ...]]] = []
        self.clock = clock
        self.cause = cause

    async def __aenter__(self) -> Self:
        self.session = self._sessions()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._said.clear()
        self.told.clear()
        await self.session.close()  # rolls back whatever was not committed

    def say(self, event: Event, *, persons: Iterable[UUID] = ()) -> None:
        """Publish an event if and only if this transaction commits.

        `persons`: those whose sealed data the event carries; their wrapped keys travel beside it, never inside it.
        """
        self._said.append((event, tuple(persons)))

    async def flush_events(self) -> None:
        """Write what was said into the outbox, giving each event the next version of its key."""
        await self.session.flush()
        self.told += await append(self.session, self._said, now=self.clock.now())
        self._said.clear()

    def forget_events(self) -> None:
        """Unsay what was not flushed, when a part of the work is rolled back."""
        self._said.clear()

    async def commit(self, answer: BaseModel | None = None) -> None:
        """Keep everything: state, events and, where the caller sent an Idempotency-Key, the answer."""
        await self.flush_events()
        if self._before_commit:
            await self._before_commit(self, answer)
        await self.session.commit()
        if self._after_commit:
            self._after_commit(self.told)
