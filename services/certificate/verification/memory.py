"""What verification by code holds in memory: published keys, statuses, names of occupations; each with its freshness.

Nothing that is asked here waits for a server; a loop beside the requests reads anew.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal, Protocol

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from certificate.keys.service import KeyCache
from certificate.status.board import Standing, digest_of
from certificate.verification.domain import InputState, InputUsed, Known, Names
from common.certificate_code import KeySet, Verified
from common.clock import Clock
from common.failures import Streak, kind_of, will_pass
from common.platform import Platform

log = structlog.get_logger("verification")
REFRESH_SECONDS: Final = 10.0
FRESH: Final = timedelta(seconds=60)
ITEM_NAMES = text(
    """
WITH RECURSIVE found AS (
  (SELECT item_code, item_name FROM certificate ORDER BY item_code, number DESC LIMIT 1)
  UNION ALL
  SELECT more.item_code, more.item_name FROM found CROSS JOIN LATERAL (
    SELECT item_code, item_name FROM certificate
     WHERE item_code > found.item_code ORDER BY item_code, number DESC LIMIT 1) more)
SELECT item_code, item_name FROM found"""
)
"""Leaps from occupation to occupation through the index: as quick for ten million certificates as for ten."""


class Board(Protocol):
    """Statuses in memory (`certificate.status.board.StatusBoard`)."""

    fresh_at: datetime | None

    def standing(self, status_index: int) -> Standing | None: ...


class Memory:
    """What this process knows without asking."""

    def __init__(
        self, keys: KeyCache, board: Board, sessions: async_sessionmaker[AsyncSession], clock: Clock
    ) -> None:
        self._keys = keys
        self._board = board
        self._sessions = sessions
        self._clock = clock
        self._keys_at: datetime | None = None
        self._names_at: datetime | None = None
        self._items: Mapping[str, str] = MappingProxyType({})

    @property
    def keys(self) -> KeySet:
        return self._keys.keys

    async def refresh_keys(self) -> None:
        """Hold the published keys as they are now."""
        now = self._clock.now()
        await self._keys.refresh()
        self._keys_at = now

    async def refresh_names(self) -> None:
        """Hold the names of all occupations that certificates were issued for."""
        now = self._clock.now()
        async with self._sessions() as session:
            rows = await session.execute(ITEM_NAMES)
            self._items = MappingProxyType({row.item_code: row.item_name for row in rows})
        self._names_at = now

    def learn(self, item_code: str, name: str) -> None:
        """Hold a name that was met meanwhile."""
        if item_code not in self._items:
            self._items = MappingProxyType({**self._items, item_code: name})

    async def keep_fresh(self, _: Platform) -> None:
        """For ever: read keys and names anew; while the database is away what is held stays."""
        streak = Streak()
        while True:
            try:
                await self.refresh_keys()
                await self.refresh_names()
            except Exception as error:  # a loop that must survive: checks go on with what is held
                if not will_pass(error):
                    raise
                pause = streak.failed()
                if streak.is_news:
                    log.warning("keys and names are not read anew", kind=kind_of(error))
                await asyncio.sleep(min(pause, 0.5))
            else:
                streak.ended()
                await asyncio.sleep(REFRESH_SECONDS)

    def place(self, status_index: int, code: bytes, now: datetime) -> tuple[Known | None, bool]:
        """The status of a code's place as last seen, and whether the place is known to be another code's."""
        seen_at, standing = self._board.fresh_at, self._board.standing(status_index)
        if seen_at is None or standing is None:
            return None, False
        if standing.code_digest != digest_of(code):
            return None, True
        age = max(timedelta(), now - seen_at)
        return Known(standing.status, standing.since, standing.reason_code, age), False

    def names_of(self, verified: Verified) -> Names:
        """The occupation as memory has it, and the body that the signing key was published for."""
        return Names(self._items.get(verified.claims.item_code), verified.issuer)

    def keys_used(self, now: datetime) -> InputUsed:
        return _used("keys", self._keys_at, now)

    def names_used(self, names: Names, now: datetime) -> InputUsed:
        return InputUsed("names", "missing") if names.item is None else _used("names", self._names_at, now)


def _used(name: Literal["keys", "names"], seen_at: datetime | None, now: datetime) -> InputUsed:
    if seen_at is None:
        return InputUsed(name, "missing")
    state: InputState = "fresh" if now - seen_at <= FRESH else "old"
    return InputUsed(name, state, seen_at)
