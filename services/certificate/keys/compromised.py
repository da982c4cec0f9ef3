"""Which keys are compromised, and when: what signing, publishing and checking have to know of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from certificate.keys.models import KeyCompromise, SigningKey

Window = tuple[datetime, datetime]


def is_compromised(kid: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether a key must not sign any more."""
    return exists().where(KeyCompromise.kid == kid)


async def windows(session: AsyncSession) -> dict[str, Window]:
    """The window of each compromised key: the newest decision's, which contains those before it."""
    rows = await session.execute(
        select(KeyCompromise.kid, KeyCompromise.window_from, KeyCompromise.window_to).order_by(
            KeyCompromise.decided_at
        )
    )
    return {kid: (first, last) for kid, first, last in rows}


def compromised(window: Window | None) -> dict[str, Any]:
    """The member of a published key that says so; none for a sound key."""
    if window is None:
        return {}
    first, last = window
    return {"compromised": {"from": int(first.timestamp()), "to": int(last.timestamp())}}


async def hold_keys_of(session: AsyncSession, organisation_id: UUID, register: str) -> None:
    """Whoever signs holds a body's keys together with others; a compromise waits for it, and sees what was signed."""
    await session.execute(select(func.pg_advisory_xact_lock_shared(_lock(organisation_id, register))))


async def hold_keys_alone(session: AsyncSession, kid: str) -> None:
    """Nothing is signed with this key's body and register until the transaction ends."""
    row = await session.get(SigningKey, kid)
    if row is not None:
        await session.execute(select(func.pg_advisory_xact_lock(_lock(row.organisation_id, row.register))))


def _lock(organisation_id: UUID, register: str) -> ColumnElement[int]:
    return func.hashtextextended(f"signing keys of {organisation_id} {register}", 0)
