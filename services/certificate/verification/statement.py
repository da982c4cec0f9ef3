"""A verdict as a signed statement: a compact JWS (RFC 7515) that its holder can show and anyone can check later."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import orjson

from certificate.keys.service import Signers
from certificate.verification.schemas import StatementOut, VerificationOut
from common.unit_of_work import UnitOfWork

TYPE: Final = "verification+jwt"


@dataclass(frozen=True, slots=True)
class Statements:
    """Signs verdicts with the platform's key for answers."""

    signers: Signers

    async def signed(
        self, uow: UnitOfWork, found: VerificationOut, code: str | None, *, issuer: str
    ) -> StatementOut:
        """The statement of a verdict; a code that was asked about is named by its hash. Raises KeystoreUnusable."""
        async with uow:
            signer = await self.signers.platform_signer(uow, "answer")
            await uow.commit()
        claims: dict[str, Any] = {
            "iss": issuer,
            "iat": int(found.checked_at.timestamp()),
            "verification": found.model_dump(mode="json", exclude_none=True),
        }
        if code is not None:
            claims["code_sha256"] = sha256(code.encode("utf-8", "surrogatepass")).hexdigest()
        head = {"alg": signer.algorithm, "kid": signer.kid, "typ": TYPE}
        message = b".".join((_part(orjson.dumps(head)), _part(orjson.dumps(claims))))
        return StatementOut(
            statement=b".".join((message, _part(signer.sign(message)))).decode(), verification=found
        )


def _part(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")
