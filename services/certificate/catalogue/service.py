"""The signed parts of the offline bundle: published keys, and names by code; made anew when something in them changed.

Codes name neither occupation nor body (Art. 19): whoever is offline reads both from here.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.issuance.models import IssuingBody
from certificate.keys.platform import PlatformSigner, published_platform_keys
from certificate.keys.service import Signers, published_keys
from certificate.numbers.models import Register
from certificate.verification.memory import ITEM_NAMES
from common.failures import Streak, kind_of, will_pass
from common.offline_bundle import KEYS_TYPE, NAMES_TYPE, bundle_file, signed_part
from common.platform import Platform
from common.unit_of_work import UnitOfWork

log = structlog.get_logger("catalogue")
REFRESH_SECONDS: Final = 2.0
RENEWED_AFTER: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Part:
    """A signed part: what it says, from when, and the compact JWS."""

    content: Mapping[str, Any]
    made_at: datetime
    jws: str


class Catalogue:
    """The parts as this process holds them. `status_file`: the signed statuses, None while none are written."""

    def __init__(self, signers: Signers, status_file: Callable[[], bytes | None]) -> None:
        self._signers = signers
        self._status_file = status_file
        self._parts: dict[str, Part] = {}
        self._bundle = b""

    async def keep_fresh(self, platform: Platform) -> None:
        """For ever: read anew what the parts tell; while the database is away what is held stays, with its age."""
        streak = Streak()
        while True:
            try:
                await self.refresh(platform)
            except Exception as error:  # a loop that must survive: what was signed goes on being served
                if not will_pass(error):
                    raise
                pause = streak.failed()
                if streak.is_news:
                    log.warning("keys and names are not signed anew", kind=kind_of(error))
                await asyncio.sleep(pause)
            else:
                streak.ended()
                await asyncio.sleep(REFRESH_SECONDS)

    async def refresh(self, platform: Platform) -> None:
        """Sign what has changed, or was signed an hour ago, and put the bundle together."""
        now = platform.clock.now()
        status = await asyncio.to_thread(self._status_file)  # before the keys: its own is published by then
        async with UnitOfWork(platform.sessions, platform.clock) as uow:
            signer = await self._signers.platform_signer(uow, "names")
            await uow.commit()
        if not signer.valid_from <= now <= signer.valid_to:
            return  # a sandbox clock was moved just now; the next round has one time for all
        async with platform.sessions() as session:
            keys = [key.model_dump(mode="json", exclude_none=True) for key in await published_keys(session)]
            names = {"items": await _items(session), "bodies": await _bodies(session)}
            document = await published_platform_keys(session, issuer=platform.settings.public_url)
        self._take(KEYS_TYPE, {"keys": keys}, now, signer)
        self._take(NAMES_TYPE, names, now, signer)
        self._bundle = await asyncio.to_thread(self._put_together, {"keys": document}, status)

    def names(self) -> bytes:
        """Occupations and bodies by code, as a compact JWS."""
        return self._parts[NAMES_TYPE].jws.encode()

    def bundle(self) -> bytes:
        """Everything that a check without a network needs, in one file."""
        return self._bundle

    def _put_together(self, platform_keys: Mapping[str, Any], status: bytes | None) -> bytes:
        return bundle_file(
            platform_keys=platform_keys,
            keys=self._parts[KEYS_TYPE].jws,
            names=self._parts[NAMES_TYPE].jws,
            status=status,
        )

    def _take(self, kind: str, content: Mapping[str, Any], now: datetime, signer: PlatformSigner) -> None:
        held = self._parts.get(kind)
        if held is not None and held.content == content and now - held.made_at < RENEWED_AFTER:
            return
        claims = {"iat": int(now.timestamp())} | dict(content)
        jws = signed_part(claims, kind, kid=signer.kid, sign=signer.sign)
        self._parts[kind] = Part(content, now, jws)


async def _items(session: AsyncSession) -> dict[str, str]:
    """Names of all occupations that certificates were issued for."""
    return {row.item_code: row.item_name for row in await session.execute(ITEM_NAMES)}


async def _bodies(session: AsyncSession) -> dict[str, str]:
    """Names of bodies by the registers that they take numbers from."""
    rows = await session.execute(
        select(Register.code, IssuingBody.name)
        .join(IssuingBody, IssuingBody.organisation_id == Register.organisation_id)
        .order_by(Register.code)
    )
    return {row.code: row.name for row in rows}
