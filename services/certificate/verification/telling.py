"""A number rests after many wrong names: if a certificate has it, that is said, and its holder is told.

Said by a worker, after the request was answered: real and invented numbers take the same time.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Final

import structlog
from sqlalchemy import select

from certificate.corrections.standing import StandingCertificate
from certificate.verification.guesses import MISSES
from common.events.certificate import GuessingNoticed
from common.failures import will_pass
from common.platform import Platform
from common.unit_of_work import UnitOfWork

log = structlog.get_logger("verification")
MOST_WAITING: Final = 10_000


@dataclass(frozen=True)
class Guessed:
    """Numbers that came to rest and wait to be told of; in memory only, as the counts themselves."""

    _waiting: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))

    def note(self, number: str) -> None:
        try:
            self._waiting.put_nowait(number)
        except asyncio.QueueFull:
            log.warning("guessed numbers are not told of", waiting=MOST_WAITING)

    async def tell(self, platform: Platform) -> None:
        """A background worker."""
        while True:
            number = await self._waiting.get()
            try:
                await say(UnitOfWork(platform.sessions, platform.clock), number)
            except Exception as error:  # a loop that must survive: the next number is told of
                if not will_pass(error):
                    raise
                log.warning("a guessed number was not told of")


async def say(uow: UnitOfWork, number: str) -> None:
    """Say it of a certificate that exists."""
    async with uow:
        person_id = await uow.session.scalar(
            select(StandingCertificate.person_id).where(StandingCertificate.number == number)
        )
        if person_id is None:
            return
        uow.say(
            GuessingNoticed(number=number, person_id=person_id, misses=MISSES, noticed_at=uow.clock.now())
        )
        await uow.commit()
