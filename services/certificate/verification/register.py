"""The look-ups behind verification: prepared statements on connections of their own.

By number and name the register decides. By code it is asked only where memory does not know enough, and for the
evidence that is shown beside the verdict: such a check waits little, and when it waited in vain, those of the next
moment do not wait at all.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final

import asyncpg

from certificate.verification.domain import Change, Ground, Known, Legacy, Registered
from common.failures import will_pass
from common.platform import Platform

_SELECT = """
SELECT c.number, c.kind, c.level, c.item_code, c.item_name, c.organisation_name, c.entrusted_by, c.issued_on,
       COALESCE(v.kid, c.kid) AS kid, COALESCE(v.code, c.code) AS code,
       COALESCE(v.status_index, c.status_index) AS status_index,
       COALESCE(s.status, 'valid') AS status, s.since, s.reason_code,
       p.number AS plan_number, p.filed_on, p.starts_on, b.recognised_at,
       p.standards ->> (c.item_code || '/' || c.level) AS standard,
       a.valid_from, a.valid_to, r.approved, f.rows, f.passed
  FROM certificate c
  LEFT JOIN LATERAL (
       SELECT kid, code, status_index, name_index FROM reissue WHERE number = c.number ORDER BY version DESC LIMIT 1
       ) v ON true
  LEFT JOIN certificate_status s ON s.number = c.number
  LEFT JOIN plan_fact p ON p.plan_id = c.plan_id
  LEFT JOIN batch b ON b.batch_id = c.batch_id
  LEFT JOIN roster_fact r ON r.plan_id = c.plan_id
  LEFT JOIN batch_fact f ON f.batch_id = c.batch_id
  LEFT JOIN LATERAL (
       SELECT valid_from, valid_to FROM accreditation
        WHERE organisation_id = p.organisation_id AND p.starts_on BETWEEN valid_from AND valid_to
          AND EXISTS (SELECT 1 FROM jsonb_array_elements(scope) entry
                       WHERE (entry -> 'item_codes' = '[]' OR entry -> 'item_codes' ? c.item_code)
                         AND entry -> 'levels' @> to_jsonb(c.level))
        ORDER BY valid_from DESC LIMIT 1
       ) a ON true
 WHERE c.number = $1
"""
BY_NUMBER = _SELECT
BY_NUMBER_AND_NAME = _SELECT + " AND COALESCE(v.name_index, c.name_index) = $2"
LEGACY = """
SELECT number, item_name, level, issuer, issued_on, source, evidence FROM legacy_certificate
 WHERE number = $1 AND name_index = $2 AND NOT EXISTS (SELECT FROM certificate WHERE number = $1)
 ORDER BY array_position(ARRAY['original_register', 'archive_scan', 'declared'], evidence), imported_at DESC LIMIT 1
"""
PLACE = """
SELECT place.code, COALESCE(s.status, 'valid') AS status, s.since, s.reason_code
  FROM (SELECT code FROM certificate WHERE number = $1 AND status_index = $2
        UNION ALL SELECT code FROM reissue WHERE number = $1 AND status_index = $2) place
  LEFT JOIN LATERAL (
       SELECT status, since, reason_code FROM status_change
        WHERE number = $1 AND status_index = $2 ORDER BY serial DESC LIMIT 1
       ) s ON true
"""
# An act that ends a measure while another is open brings back what that one says, and with it the day of that one.
_CHANGES = """
SELECT status, since, reason_code,
       CASE WHEN act IN ('end_review', 'lift', 'annul') AND status <> 'valid' THEN changed_at ELSE since END
       AS stood_from
  FROM status_change"""
HISTORY_OF_PLACE = f"""{_CHANGES}
 WHERE number = $1 AND status_index = $2 ORDER BY serial
"""
HISTORY_OF_NUMBER = f"""{_CHANGES}
 WHERE number = $1 AND act NOT IN ('supersede', 'carry') ORDER BY serial
"""
CONNECTIONS: Final = 8
PATIENCE_SECONDS: Final = 2.0
EVIDENCE_SECONDS: Final = 0.3
REST_SECONDS: Final = 0.25
KEPT: Final = 10_000


class RegisterUnreadable(Exception):
    """The register cannot be read at the moment."""


class Register:
    """Certificates by number. `keep_open` runs beside the requests and holds the connections."""

    def __init__(self) -> None:
        self._pool: asyncpg.Pool | None = None
        self._opened = asyncio.Event()
        self._rests_until = 0.0
        self._kept: OrderedDict[bytes, Registered] = OrderedDict()

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

    async def place(self, number: str, status_index: int) -> tuple[bytes, Known] | None:
        """The code that a place was given to, and its status; None where this number never had it.

        Raises RegisterUnreadable.
        """
        rows = await self._fetch_for_code(PLACE, number, status_index)
        return (rows[0]["code"], _known(rows[0])) if rows else None

    async def history(self, number: str, status_index: int | None = None) -> list[Change]:
        """Every status that a certificate, or one version's place, came to have, in order.

        Raises RegisterUnreadable.
        """
        if status_index is None:
            rows = await self._fetch(HISTORY_OF_NUMBER, number)
        else:
            rows = await self._fetch(HISTORY_OF_PLACE, number, status_index)
        return [Change(row["status"], row["stood_from"], row["reason_code"], row["since"]) for row in rows]

    async def evidence(self, number: str, code: bytes) -> Registered | None:
        """What is shown beside the verdict on a genuine code. It never changes, so it is read once and kept.

        Raises RegisterUnreadable.
        """
        kept = self._kept.get(code)
        if kept is not None:
            self._kept.move_to_end(code)
            return kept
        rows = await self._fetch_for_code(BY_NUMBER, number)
        if not rows:
            return None
        registered = self._kept[code] = _registered(rows[0])
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return registered

    async def find_of_holder(self, number: str, name_index: bytes) -> Registered | None:
        """The certificate, if its holder's name is this one. Raises RegisterUnreadable."""
        rows = await self._fetch(BY_NUMBER_AND_NAME, number, name_index)
        return _registered(rows[0]) if rows else None

    async def find_legacy(self, number: str, name_index: bytes) -> Legacy | None:
        """A certificate of the time before, by the best evidence that there is. Raises RegisterUnreadable."""
        rows = await self._fetch(LEGACY, number, name_index)
        return Legacy(**dict(rows[0])) if rows else None

    async def _fetch_for_code(self, statement: str, *values: str | int) -> Sequence[Any]:
        """For a check that can do without: it waits little, and not at all for a moment after it waited in vain."""
        if time.monotonic() < self._rests_until:
            raise RegisterUnreadable
        try:
            return await self._fetch(statement, *values, patience=EVIDENCE_SECONDS)
        except RegisterUnreadable:
            self._rests_until = time.monotonic() + REST_SECONDS
            raise

    async def _fetch(
        self, statement: str, *values: str | bytes | int, patience: float = PATIENCE_SECONDS
    ) -> Sequence[Any]:
        try:
            async with asyncio.timeout(patience):
                await self._opened.wait()
                if self._pool is None:
                    raise RegisterUnreadable
                rows: Sequence[Any] = await self._pool.fetch(statement, *values)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            if not will_pass(error):
                raise
            raise RegisterUnreadable from error
        return rows


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
        status_index=row["status_index"],
        code=row["code"],
        known=_known(row),
        ground=_ground(row),
    )


def _ground(row: Any) -> Ground:
    return Ground(
        row["plan_number"],
        row["filed_on"],
        row["starts_on"],
        row["standard"],
        row["recognised_at"],
        None if row["valid_from"] is None else (row["valid_from"], row["valid_to"]),
        row["approved"],
        None if row["rows"] is None else (row["rows"], row["passed"]),
    )


def _known(row: Any) -> Known:
    return Known(row["status"], row["since"], row["reason_code"])
