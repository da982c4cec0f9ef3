"""Keys of the platform itself: for status lists, names, answers, wallet credentials and the log; never for codes.

They are kept, published and replaced as the keys of bodies are, one after another for each purpose and algorithm.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.keys.compromised import compromised, is_compromised, windows
from certificate.keys.domain import KeyLife, check_may_sign, key_to_sign_with, new_life, thumbprint
from certificate.keys.models import Algorithm, PlatformKey, Purpose
from certificate.keys.vault import Hand, Vault
from common.certificate_code import CHINA
from common.events.certificate import PlatformKeyPublished
from common.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class PlatformSigner:
    """Signs with a key of the platform: 64 bytes, r ‖ s (RFC 7518) or an Ed25519 signature (RFC 8032)."""

    kid: str
    purpose: Purpose
    algorithm: Algorithm
    jwk: dict[str, str]
    valid_from: datetime
    valid_to: datetime
    hand: Hand = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        return self.hand.sign(message)


class PlatformSigners:
    """The platform keys that this process has opened, and the way to further ones."""

    def __init__(self, vault: Vault, *, lifetime: timedelta) -> None:
        self._vault = vault
        self._lifetime = lifetime
        self._open: dict[str, PlatformSigner] = {}

    async def signer(self, uow: UnitOfWork, purpose: Purpose, algorithm: Algorithm) -> PlatformSigner:
        """Made at the first need, and published with the caller's commit. Raises KeyExpired, KeystoreUnusable."""
        now = uow.clock.now()
        life = await self._fit(uow.session, purpose, algorithm, now)
        if life is None:
            await uow.session.execute(
                select(
                    func.pg_advisory_xact_lock(
                        func.hashtextextended(f"platform key {purpose} {algorithm}", 0)
                    )
                )
            )
            life = await self._fit(uow.session, purpose, algorithm, now)
        if life is None:
            return await self._make(uow, purpose, algorithm, now)
        check_may_sign(life, now)
        if life.kid not in self._open:
            row = await uow.session.get_one(PlatformKey, life.kid)
            self._open[life.kid] = _signer(row, await asyncio.to_thread(self._vault.hand, life.kid))
        return self._open[life.kid]

    async def _fit(
        self, session: AsyncSession, purpose: Purpose, algorithm: Algorithm, now: datetime
    ) -> KeyLife | None:
        rows = await session.execute(
            select(PlatformKey.kid, PlatformKey.valid_from, PlatformKey.valid_to).where(
                PlatformKey.purpose == purpose,
                PlatformKey.algorithm == algorithm,
                ~is_compromised(PlatformKey.kid),
            )
        )
        today = now.astimezone(CHINA).date()
        return key_to_sign_with([KeyLife(*row) for row in rows], issued_on=today, now=now)

    async def _make(
        self, uow: UnitOfWork, purpose: Purpose, algorithm: Algorithm, now: datetime
    ) -> PlatformSigner:
        """A new key: kept before anything is signed with it."""
        kid, jwk = thumbprint(await asyncio.to_thread(self._vault.make, algorithm))
        valid_from, valid_to = new_life(
            issued_on=now.astimezone(CHINA).date(), now=now, lifetime=self._lifetime
        )
        row = PlatformKey(
            kid=kid,
            purpose=purpose,
            algorithm=algorithm,
            jwk=jwk | {"kid": kid, "alg": algorithm, "use": "sig"},
            valid_from=valid_from,
            valid_to=valid_to,
        )
        uow.session.add(row)
        await uow.session.flush()
        uow.say(
            PlatformKeyPublished(
                kid=kid, purpose=purpose, jwk=row.jwk, valid_from=valid_from, valid_to=valid_to
            )
        )
        self._open[kid] = _signer(row, await asyncio.to_thread(self._vault.hand, kid))
        return self._open[kid]


def _signer(row: PlatformKey, hand: Hand) -> PlatformSigner:
    return PlatformSigner(row.kid, row.purpose, row.algorithm, row.jwk, row.valid_from, row.valid_to, hand)


async def published_platform_keys(session: AsyncSession, *, issuer: str) -> list[dict[str, Any]]:
    """Every key of the platform as it is published, oldest first."""
    rows = await session.scalars(select(PlatformKey).order_by(PlatformKey.valid_from, PlatformKey.kid))
    unsafe = await windows(session)
    return [platform_document(row, issuer=issuer) | compromised(unsafe.get(row.kid)) for row in rows]


def platform_document(row: PlatformKey, *, issuer: str) -> dict[str, Any]:
    """Its JWK, purpose, validity (`nbf`, `exp`) and the platform's address (`iss`)."""
    validity = {"nbf": int(row.valid_from.timestamp()), "exp": int(row.valid_to.timestamp())}
    return row.jwk | validity | {"purpose": row.purpose, "iss": issuer}
