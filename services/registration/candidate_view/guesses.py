"""Against guessing: wrong codes are counted by the person sought and by the client, whoever there is and is not."""

from datetime import datetime
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.problems import Problem
from common.sealed import blind_index
from registration.candidate_view.domain import MOST, WINDOW, Counted
from registration.candidate_view.models import CandidateGuess


class Guesses:
    """The counters of one request; `client` is its address as rate limits know it, kept only as a keyed index."""

    def __init__(self, session: AsyncSession, index_key: bytes, *, client: str, now: datetime) -> None:
        self._session = session
        self._client = blind_index(index_key, "candidate-client", client)
        self._asked = blind_index(index_key, "candidate-asked", client)
        self._now = now

    async def check(self, target: bytes | None = None) -> None:
        """Raises the problem `rate-limited` while the client, or the person sought, rests."""
        keys: dict[bytes, Counted] = {self._client: "client", self._asked: "asked"}
        if target is not None:
            keys[target] = "target"
        rows = await self._session.execute(
            select(CandidateGuess.key, CandidateGuess.misses, CandidateGuess.since).where(
                CandidateGuess.key.in_(keys)
            )
        )
        ends = [since + WINDOW for key, misses, since in rows if misses >= MOST[keys[key]]]
        rest(max(ends, default=self._now), self._now)

    async def ask(self) -> None:
        """A code was asked for: nobody has messages sent to half a province."""
        await self._count(self._asked)

    async def miss(self, target: bytes | None) -> bool:
        """A code was wrong; whether the person sought is locked by this very miss."""
        misses = [await self._count(key) for key in (self._client, target) if key is not None]
        return target is not None and misses[-1] == MOST["target"]

    async def _count(self, key: bytes) -> int:
        """Counting begins anew when the window is over."""
        is_over = CandidateGuess.since < self._now - WINDOW
        row: dict[str, Any] = {"key": key, "misses": 1, "since": self._now}
        statement = (
            insert(CandidateGuess)
            .values(row)
            .on_conflict_do_update(
                index_elements=["key"],
                set_={
                    "misses": case((is_over, 1), else_=CandidateGuess.misses + 1),
                    "since": case((is_over, self._now), else_=CandidateGuess.since),
                },
            )
            .returning(CandidateGuess.misses)
        )
        return int(await self._session.scalar(statement) or 0)


def rest(until: datetime, now: datetime) -> None:
    """Raises the problem `rate-limited` before an instant."""
    if until > now:
        seconds = max(1, round((until - now).total_seconds()))
        raise Problem("rate-limited", headers={"Retry-After": str(seconds)})
