"""Claims as they are kept: sealed with the person's key, opened for who reviews."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from common.events import Sealed
from common.jobs.files import Row
from common.person_keys import person_keys
from common.sealed import Keyring, PersonKey

CLAIMS = "claims"


def sealed_claims(key: PersonKey, row: Row) -> str | None:
    """The ciphertext; none of a row that says nothing."""
    claims: dict[str, Any] = row["claims"]
    return key.seal(CLAIMS, claims).ciphertext if claims else None


def opened_claims(key: PersonKey, sealed: Sealed) -> dict[str, Any]:
    """What the row said."""
    claims: dict[str, Any] = key.open(CLAIMS, sealed)
    return claims


async def claims_of(
    session: AsyncSession, keyring: Keyring, person_id: UUID, ciphertext: str | None
) -> dict[str, Any]:
    """What a candidate's row said; nothing of a person who was forgotten."""
    if ciphertext is None:
        return {}
    key = (await person_keys(session, keyring, [person_id])).get(person_id)
    return {} if key is None else opened_claims(key, Sealed(person_id=person_id, ciphertext=ciphertext))
