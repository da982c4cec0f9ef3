"""The look-up behind every verification: one prepared statement on connections of its own.

It reads the rows themselves, so a revocation is seen by the very next check, on every replica. When the database
does not answer, it says so at once, and the verdict is "cannot be proven now".
"""

import asyncio
from typing import Any

import asyncpg

from certificate.verification.domain import Ground, Registered
from common.failures import will_pass
from common.platform import Platform

_SELECT = """
SELECT c.number, c.kind, c.level, c.item_code, c.item_name, c.organisation_name, c.entrusted_by, c.issued_on,
       COALESCE(v.kid, c.kid) AS kid, COALESCE(v.code, c.code) AS code, r.reason_code, r.revoked_at,
       p.number AS plan_number, p.filed_on, p.starts_on, b.recognised_at,
       p.standards ->> (c.item_code || '/' || c.level) AS standard
  FROM certificate c
  LEFT JOIN LATERAL (
       SELECT kid, code, name_index FROM reissue WHERE number = c.number ORDER BY version DESC LIMIT 1
       ) v ON true
  LEFT JOIN revocation r ON r.number = c.number
  LEFT JOIN plan_fact p ON p.plan_id = c.plan_id
  LEFT JOIN batch b ON b.batch_id = c.batch_id
 WHERE c.number = $1
"""
BY_NUMBER = _SELECT
BY_NUMBER_AND_NAME = _SELECT + " AND COALESCE(v.name_index, c.name_index) = $2"
CONNECTIONS = 8
PATIENCE_SECONDS = 2.0


class RegisterUnreadable(Exception):
    """The register cannot be read at the moment."""


class Register:
    """Certificates by number. `keep_open` runs beside the requests and holds the connections."""

    def __init__(self) -> None:
        self._pool: asyncpg.Pool | None = None
        self._opened = asyncio.Event()

    async def keep_open(self, platform: Platform) -> None:
        """Hold connections for as long as the service lives; begun again when the database comes back."""
        url = platform.settings.database_url.get_secret_value().replace("+asyncpg", "")
        async with asyncpg.create_pool(
            url, min_size=1, max_size=CONNECTIONS, timeout=PATIENCE_SECONDS, command_timeout=PATIENCE_SECONDS
        ) as pool:
            self._pool = pool
            self._opened.set()
            try:
                await asyncio.Event().wait()
            finally:
                self._opened.clear()
                self._pool = None

    async def find(self, number: str) -> Registered | None:
        """Raises RegisterUnreadable."""
        return await self._find(BY_NUMBER, number)

    async def find_of_holder(self, number: str, name_index: bytes) -> Registered | None:
        """The certificate, if its holder's name is this one. Raises RegisterUnreadable."""
        return await self._find(BY_NUMBER_AND_NAME, number, name_index)

    async def _find(self, statement: str, *values: str | bytes) -> Registered | None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._opened.wait()
                if self._pool is None:
                    raise RegisterUnreadable
                row = await self._pool.fetchrow(statement, *values)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            if not will_pass(error):
                raise
            raise RegisterUnreadable from error
        return None if row is None else _registered(row)


def _registered(row: Any) -> Registered:
    return Registered(
        number=row["number"],
        kind=row["kind"],
        level=row["level"],
        item_code=row["item_code"],
        item_name=row["item_name"],
        organisation_name=row["organisation_name"],
        entrusted_by=row["entrusted_by"],
        issued_on=row["issued_on"],
        kid=row["kid"],
        code=row["code"],
        revoked_for=row["reason_code"],
        revoked_at=row["revoked_at"],
        ground=Ground(
            row["plan_number"], row["filed_on"], row["starts_on"], row["standard"], row["recognised_at"]
        ),
    )
