"""Questions about signing keys."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from filing.tokens.domain import KeyLife
from filing.tokens.models import SigningKey


async def signing_keys(session: AsyncSession) -> Sequence[SigningKey]:
    """All keys ever made, oldest first: one in a quarter of a year."""
    return (await session.scalars(select(SigningKey).order_by(SigningKey.signs_from, SigningKey.kid))).all()


def life_of(key: SigningKey) -> KeyLife:
    """The part of a key that its rules look at."""
    return KeyLife(kid=key.kid, signs_from=key.signs_from, not_after=key.not_after)
