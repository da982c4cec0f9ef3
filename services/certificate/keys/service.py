"""Use cases: a key that may sign, made and published at the first need; all published keys, held in memory."""

import asyncio
import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from certificate.issuance.models import IssuingBody
from certificate.keys.compromised import Window, compromised, hold_keys_of, is_compromised, windows
from certificate.keys.domain import KeyLife, check_may_sign, key_to_sign_with, new_life
from certificate.keys.keystore import KeystoreUnusable
from certificate.keys.models import Algorithm, Purpose, SigningKey
from certificate.keys.platform import PlatformSigner, PlatformSigners
from certificate.keys.schemas import PublishedKeyOut
from certificate.keys.signer import Es256Signer, Signer
from certificate.keys.vault import Vault
from common.certificate_code import KeySet, PublishedKey, key_id, public_jwk, read_key, sm2_members
from common.events.certificate import SigningKeyPublished
from common.unit_of_work import UnitOfWork

_SHORTEST_RELOAD_SECONDS = 0.1


class Signers:
    """Private keys that this process has opened, and the way to further ones."""

    def __init__(self, vault: Vault, *, lifetime: timedelta, signs_twice: bool = False) -> None:
        """`signs_twice`: with SM2 as well, where the operator's rules ask for it."""
        self._vault = vault
        self._lifetime = lifetime
        self._signs_twice = signs_twice
        self._open: dict[str, Es256Signer] = {}
        self._platform = PlatformSigners(vault, lifetime=lifetime)

    async def platform_signer(
        self, uow: UnitOfWork, purpose: Purpose, *, algorithm: Algorithm = "ES256"
    ) -> PlatformSigner:
        """Who signs for the platform itself; a key made here is published when the caller commits.

        Raises KeyExpired, KeystoreUnusable.
        """
        return await self._platform.signer(uow, purpose, algorithm)

    async def signer_for(
        self, uow: UnitOfWork, body: IssuingBody, register: str, *, issued_on: date
    ) -> Signer:
        """Who signs a body's certificates of this register and day. Raises KeyExpired, KeystoreUnusable."""
        now = uow.clock.now()
        await hold_keys_of(uow.session, body.organisation_id, register)
        found = await _keys_of(uow.session, body, register)
        rows = {row.kid: row for row in found if row.sm2 is not None or not self._signs_twice}
        lives = [KeyLife(row.kid, row.valid_from, row.valid_to) for row in rows.values()]
        life = key_to_sign_with(lives, issued_on=issued_on, now=now)
        if life is None:
            return await self._make(uow, body, register, issued_on=issued_on, now=now)
        check_may_sign(life, now)
        if life.kid not in self._open:
            key = read_key(document_of(rows[life.kid]))
            self._open[life.kid] = await asyncio.to_thread(self._signer, key)
        return self._open[life.kid]

    async def _make(
        self, uow: UnitOfWork, body: IssuingBody, register: str, *, issued_on: date, now: datetime
    ) -> Signer:
        """A new key: kept before anything is signed with it, published with the transaction."""
        public = await asyncio.to_thread(self._vault.make, "ES256")
        if not isinstance(public, ec.EllipticCurvePublicKey):
            raise KeystoreUnusable("a key for certificates lies on P-256")
        valid_from, valid_to = new_life(issued_on=issued_on, now=now, lifetime=self._lifetime)
        key = PublishedKey(key_id(public), public, register, valid_from, valid_to, body.name)
        kid = key.kid.hex()
        jwk = public_jwk(key)
        point = await asyncio.to_thread(self._vault.make_second, kid) if self._signs_twice else None
        second = None if point is None else sm2_members(point)
        uow.session.add(
            SigningKey(
                kid=kid,
                organisation_id=body.organisation_id,
                register=register,
                issuer=body.name,
                jwk=jwk,
                sm2=second,
                valid_from=valid_from,
                valid_to=valid_to,
            )
        )
        uow.say(SigningKeyPublished(kid=kid, jwk=jwk, sm2=second, valid_from=valid_from, valid_to=valid_to))
        return await asyncio.to_thread(self._signer, key)

    def _signer(self, key: PublishedKey) -> Es256Signer:
        """Opens the private half, or both; blocking."""
        kid = key.kid.hex()
        second = self._vault.second_hand(kid) if self._signs_twice else None
        return Es256Signer(key, self._vault.hand(kid), second)


async def _keys_of(session: AsyncSession, body: IssuingBody, register: str) -> Sequence[SigningKey]:
    rows = await session.scalars(
        select(SigningKey).where(
            SigningKey.organisation_id == body.organisation_id,
            SigningKey.register == register,
            ~is_compromised(SigningKey.kid),
        )
    )
    return rows.all()


def document_of(row: SigningKey, window: Window | None = None) -> dict[str, Any]:
    """A key as it is published: its JWK, its validity (`nbf`, `exp`), the body that issues with it, its compromise."""
    validity = {"nbf": int(row.valid_from.timestamp()), "exp": int(row.valid_to.timestamp())}
    second = {} if row.sm2 is None else {"sm2": row.sm2}
    return row.jwk | validity | {"issuer": row.issuer} | second | compromised(window)


async def published_keys(session: AsyncSession) -> list[PublishedKeyOut]:
    """Every key that a certificate may be signed with, oldest first: rotation does not spoil old paper."""
    rows = await session.scalars(select(SigningKey).order_by(SigningKey.valid_from, SigningKey.kid))
    unsafe = await windows(session)
    return [PublishedKeyOut.model_validate(document_of(row, unsafe.get(row.kid))) for row in rows]


class KeyCache:
    """The published keys in memory, for verification; read anew when a code names one that is not here."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions
        self._tried_at = float("-inf")
        self._read_at = float("-inf")
        self._turn = asyncio.Lock()
        self.keys = KeySet({})

    async def refresh(self) -> None:
        """Hold the keys as they are now. Whatever strangers send, they are read ten times a second at most.

        Whoever waited while another read them shares the outcome: ConnectionError when that reading failed.
        """
        asked_at = time.monotonic()
        async with self._turn:
            if self._tried_at < asked_at:
                await asyncio.sleep(self._tried_at + _SHORTEST_RELOAD_SECONDS - asked_at)
                self._tried_at = time.monotonic()
                await self._read()
                self._read_at = self._tried_at
            elif self._read_at < self._tried_at:
                raise ConnectionError("The keys could not be read just now.")

    async def _read(self) -> None:
        async with self._sessions() as session:
            unsafe = await windows(session)
            rows = await session.scalars(select(SigningKey))
            keys = [read_key(document_of(row, unsafe.get(row.kid))) for row in rows]
            self.keys = KeySet({key.kid: key for key in keys})
