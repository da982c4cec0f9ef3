"""Idempotency keys (draft-ietf-httpapi-idempotency-key): a creating POST sent twice has one effect and one answer.

The key is stored with the answer in the transaction of the effect, so neither is ever there without the other, even
after kill -9. A key belongs to an account (or, on public routes, to whoever knows it) and a route. While a first
request runs, a second one is told so (409). Refusals and failures store nothing: the retry does the work.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Protocol, Self

from pydantic import BaseModel
from sqlalchemy import LargeBinary, SmallInteger, Text, delete, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Shared
from common.outbox import Told
from common.problems import Problem
from common.unit_of_work import Now, UnitOfWork

KEPT = timedelta(days=30)
LONGEST_KEY = 255
HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"


class IdempotencyRow(Shared):
    """What was answered to a creating POST, so that a repetition gets the same."""

    __tablename__ = "idempotency"

    account: Mapped[str] = mapped_column(Text, primary_key=True)
    route: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int] = mapped_column(SmallInteger)
    headers: Mapped[dict[str, str]] = mapped_column(JSONB)
    body: Mapped[str] = mapped_column(Text)
    stored_at: Mapped[datetime] = mapped_column(index=True)


class Replay(Exception):
    """The request was answered before; this is the answer."""

    def __init__(self, *, status: int, headers: dict[str, str], body: str) -> None:
        super().__init__("answered before")
        self.status = status
        self.headers = headers
        self.body = body


class Repeatable(Protocol):
    """What a request tells of itself, so that it can be known again (see `common.requests`)."""

    async def read_to_end(self) -> None: ...

    def fingerprint(self) -> bytes:
        """May be asked once the body has been read."""

    def answer_headers(self, answer: BaseModel, told: Sequence[Told]) -> dict[str, str]: ...

    def leave_receipt(self, told: Sequence[Told]) -> None:
        """Called once the answer is committed."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One creating request: whose key it brings, for which route, and the status its answer will have."""

    account: str
    route: str
    key: str
    status: int
    request: Repeatable


def checked_key(key: str | None) -> str:
    """Raises the problems `idempotency-key-missing` and `idempotency-key-malformed`."""
    if key is None:
        raise Problem("idempotency-key-missing")
    if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Problem("idempotency-key-malformed")
    return key


class CreatingUnitOfWork(UnitOfWork):
    """A unit of work that claims the request's key as it opens, and keeps the answer as it commits.

    `open()` is called before the use case begins, so that a repetition is answered before any rule looks at a world
    that has moved on since.
    """

    def __init__(self, sessions: async_sessionmaker[AsyncSession], clock: Now, attempt: Attempt) -> None:
        super().__init__(
            sessions, clock, before_commit=self._keep, after_commit=attempt.request.leave_receipt
        )
        self._attempt = attempt
        self._is_open = False

    async def open(self) -> None:
        """Begin the transaction and claim the key. Raises Replay, and the problems of a key that cannot be used."""
        await super().__aenter__()
        self._is_open = True
        await self._claim()

    async def close(self) -> None:
        """Roll back and release the key, if a use case has not done so."""
        if self._is_open:
            await self.__aexit__(None, None, None)

    async def __aenter__(self) -> Self:
        if not self._is_open:
            await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_open = False
        await super().__aexit__(kind, error, trace)

    async def _claim(self) -> None:
        if not await self.session.scalar(select(func.pg_try_advisory_xact_lock(self._lock_number()))):
            raise Problem("idempotency-key-in-use", headers={"Retry-After": "1"})
        stored = await self.session.scalar(
            select(IdempotencyRow).where(
                IdempotencyRow.account == self._attempt.account,
                IdempotencyRow.route == self._attempt.route,
                IdempotencyRow.key == self._attempt.key,
                IdempotencyRow.stored_at > self.clock.now() - KEPT,
            )
        )
        if stored is None:
            return
        await self._attempt.request.read_to_end()
        if stored.fingerprint != self._attempt.request.fingerprint():
            raise Problem("idempotency-key-reused")
        raise Replay(status=stored.status, headers=stored.headers, body=stored.body)

    def _lock_number(self) -> int:
        name = f"{self._attempt.account}\0{self._attempt.route}\0{self._attempt.key}"
        return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)

    async def _keep(self, uow: UnitOfWork, answer: BaseModel | None) -> None:
        if answer is None:
            raise TypeError(f"{self._attempt.route} creates something and must commit with its answer")
        row: dict[str, Any] = {
            "account": self._attempt.account,
            "route": self._attempt.route,
            "key": self._attempt.key,
            "fingerprint": self._attempt.request.fingerprint(),
            "status": self._attempt.status,
            "headers": self._attempt.request.answer_headers(answer, uow.told),
            "body": answer.model_dump_json(by_alias=True),
            "stored_at": self.clock.now(),
        }
        statement = insert(IdempotencyRow).values(row)
        await self.session.execute(
            statement.on_conflict_do_update(index_elements=["account", "route", "key"], set_=row)
        )


async def purge(session: AsyncSession, now: datetime) -> int:
    """Forget keys older than thirty days; returns how many."""
    gone = await session.execute(
        delete(IdempotencyRow).where(IdempotencyRow.stored_at <= now - KEPT).returning(IdempotencyRow.key)
    )
    return len(gone.all())
