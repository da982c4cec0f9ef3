"""The first half of issuing a chunk: take numbers and places, and record what is to be signed with them.

The record is committed before anything is signed, as certificate authorities record a precertificate: whatever becomes
of the process after it, each number that was taken is on record with what it was taken for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.issuance.domain import Draft, Holder, unfit_for_number
from certificate.issuance.ground import Ground, Issuing, open_identities
from certificate.issuance.models import (
    Batch,
    IssuanceRefusal,
    IssuingBody,
    PassedResult,
    StatusCounter,
    ToBeSigned,
)
from certificate.issuance.status_index import status_index
from certificate.numbers.domain import SerialsExhausted, Series, series_level
from certificate.numbers.service import register_of_body, take_serials
from common.bulk import copy_rows
from common.certificate_code import Kind
from common.unit_of_work import UnitOfWork

log = structlog.get_logger("issuance")
Refusals = dict[UUID, tuple[str | None, str]]


@dataclass(slots=True)
class Chunk:
    """What a chunk's results come to, before any signature."""

    places: Iterator[int]
    records: list[dict[str, Any]] = field(default_factory=list)
    exhausted: bool = False


async def record(uow: UnitOfWork, issuing: Issuing, ground: Ground, results: Sequence[PassedResult]) -> None:
    """Record what these results are to become; where a series runs out, the rest of the batch waits."""
    holders = await open_identities(uow.session, issuing.keyring, results)
    refusals: Refusals = {}
    for row in results:
        readable = None if row.result_id in holders else "identity-unreadable"
        reason = unfit_for_number(row.track, row.level) or readable
        if reason is not None:
            refusals[row.result_id] = (None, reason)
    # Before any series, so that all workers lock in one order.
    counters = await take_counters(uow.session, len(holders))
    chunk = Chunk(iter([status_index(issuing.status_key, counter) for counter in counters]))
    for (kind, level), rows in _by_series([row for row in results if row.result_id not in refusals]):
        await _record_series(uow, issuing, ground, chunk, kind, level, rows, holders)
    await keep_refusals(uow, ground.batch, refusals)
    await copy_rows(uow.session, ToBeSigned, chunk.records)
    _advance(ground.batch, results[-1].position, chunk, refusals)


def _advance(batch: Batch, position: int, chunk: Chunk, refusals: Refusals) -> None:
    """How far the batch is recorded; where there are no numbers at all for what is left of it, it waits."""
    code = SerialsExhausted.code if chunk.exhausted else None
    batch.blocked_by = code
    if chunk.exhausted and not chunk.records and not refusals:
        batch.state = "blocked"
        log.error("issuing blocked", batch_id=str(batch.batch_id), problem=code)
    else:
        batch.recorded_to = position


async def _record_series(
    uow: UnitOfWork,
    issuing: Issuing,
    ground: Ground,
    chunk: Chunk,
    kind: Kind,
    level: int,
    rows: Sequence[PassedResult],
    holders: dict[UUID, Holder],
) -> None:
    """Number the results of one series, as far as it reaches."""
    # Shared, so that a register assigned meanwhile finds the batch either recorded or blocked.
    await uow.session.execute(
        select(IssuingBody.organisation_id)
        .where(IssuingBody.organisation_id == ground.body.organisation_id)
        .with_for_update(read=True)
    )
    register = await register_of_body(uow.session, ground.body, kind, labour_province=issuing.labour_province)
    series = Series(kind, register, ground.issued_on.year, series_level(kind, level))
    serials = await take_serials(uow, series, len(rows))
    chunk.exhausted |= len(serials) < len(rows)
    if not serials:
        return
    signer = await issuing.signers.signer_for(uow, ground.body, register, issued_on=ground.issued_on)
    for row, serial in zip(rows, serials, strict=False):  # serials may have run out
        draft = draft_of(row, holders[row.result_id], ground, series.number(serial), next(chunk.places))
        chunk.records.append(
            record_of(draft, ground.batch, row.position, signer.key.kid.hex())
            | {"recorded_at": uow.clock.now()}
        )


def draft_of(row: PassedResult, holder: Holder, ground: Ground, number: str, place: int) -> Draft:
    return Draft(
        result_id=row.result_id,
        person_id=row.person_id,
        identity=row.identity,
        holder=holder,
        kind=row.track,
        level=row.level,
        item_code=row.item_code,
        item_name=row.item_name,
        number=number,
        issued_on=ground.issued_on,
        status_index=place,
    )


def record_of(draft: Draft, batch: Batch, position: int, kid: str) -> dict[str, Any]:
    return {
        "number": draft.number,
        "result_id": draft.result_id,
        "batch_id": batch.batch_id,
        "position": position,
        "kid": kid,
        "status_index": draft.status_index,
        "payload": draft.claims.payload(),
    }


async def keep_refusals(uow: UnitOfWork, batch: Batch, refusals: Refusals) -> None:
    """Record results that give no certificate. They are not tried again: somebody has to look into each."""
    rows = [
        {
            "result_id": result_id,
            "batch_id": batch.batch_id,
            "number": number,
            "reason": reason,
            "refused_at": uow.clock.now(),
        }
        for result_id, (number, reason) in refusals.items()
    ]
    if rows:
        reasons = sorted({reason for _, reason in refusals.values()})
        log.error("certificates refused", count=len(rows), reasons=reasons)
        await uow.session.execute(upsert(IssuanceRefusal).on_conflict_do_nothing(), rows)


async def take_counters(session: AsyncSession, count: int) -> range:
    """Counters of places in the status lists, never given again."""
    statement = upsert(StatusCounter).values(id=1, given=count)
    taken = await session.execute(
        statement.on_conflict_do_update(
            index_elements=["id"], set_={"given": StatusCounter.given + count}
        ).returning(StatusCounter.given)
    )
    given = taken.scalar_one()
    return range(given - count, given)


def _by_series(rows: Sequence[PassedResult]) -> Iterator[tuple[tuple[Kind, int], list[PassedResult]]]:
    def series_of(row: PassedResult) -> tuple[Kind, int]:
        return row.track, row.level

    for key, group in groupby(sorted(rows, key=series_of), series_of):
        yield key, list(group)
