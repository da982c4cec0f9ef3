"""Who a holder is: registration sent the code and gave the token; this service hears of the token's hash."""

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from certificate.holders.domain import PATIENCE
from certificate.holders.models import HolderSession
from common.clock import Clock
from common.errors import Bilingual
from common.events.registration import CandidateSessionOpened
from common.inbox import Handlers
from common.platform import Platform
from common.problems import Problem
from common.unit_of_work import UnitOfWork

LOOK_SECONDS: Final = 0.15
PURGE_SECONDS: Final = 600.0


@dataclass(frozen=True, slots=True)
class Holder:
    """The person behind a token."""

    person_id: UUID


async def on_session_opened(uow: UnitOfWork, event: CandidateSessionOpened) -> None:
    """Keep whose token it is; older events name none."""
    if event.token_sha256 is None or event.expires_at is None:
        return
    row = insert(HolderSession).values(
        token_sha256=bytes.fromhex(event.token_sha256),
        person_id=event.person_id,
        expires_at=event.expires_at,
    )
    await uow.session.execute(row.on_conflict_do_nothing())


async def holder_of(platform: Platform, token: str | None) -> Holder:
    """Who shows this token. A token just given may be ahead of the word of it, which is waited for.

    Raises the problems token-missing, token-invalid, token-expired.
    """
    if token is None:
        raise _refused("token-missing")
    for _ in range(round(PATIENCE.total_seconds() / LOOK_SECONDS)):
        async with platform.sessions() as session:
            row = await session.get(HolderSession, hash_of(token))
        if row is not None:
            if Clock.real_now() >= row.expires_at:
                raise _refused("token-expired")
            return Holder(row.person_id)
        await asyncio.sleep(LOOK_SECONDS)
    raise _refused("token-invalid")


def hash_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _refused(code: str) -> Problem:
    return Problem(
        code,
        Bilingual(
            "须带 Candidate-Token 首部；请在报名服务用证件、姓名和验证码获取。",
            "Send the header Candidate-Token; registration gives one for your document, your name and a code.",
        ),
        headers={"WWW-Authenticate": "Candidate-Token"},
    )


async def purge_holder_sessions(platform: Platform) -> None:
    """A background worker: sessions are forgotten when they have ended."""
    while True:
        async with platform.sessions() as session:
            await session.execute(delete(HolderSession).where(HolderSession.expires_at < Clock.real_now()))
            await session.commit()
        await asyncio.sleep(PURGE_SECONDS)


HANDLERS: Handlers = {CandidateSessionOpened: on_session_opened}
