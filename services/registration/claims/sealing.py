"""Claims as they are kept: sealed with the person's key, opened for who reviews."""

from typing import Any

from common.events import Sealed
from common.jobs.files import Row
from common.sealed import PersonKey

CLAIMS = "claims"


def sealed_claims(key: PersonKey, row: Row) -> str | None:
    """The ciphertext; none of a row that says nothing."""
    claims: dict[str, Any] = row["claims"]
    return key.seal(CLAIMS, claims).ciphertext if claims else None


def opened_claims(key: PersonKey, sealed: Sealed) -> dict[str, Any]:
    """What the row said."""
    claims: dict[str, Any] = key.open(CLAIMS, sealed)
    return claims
