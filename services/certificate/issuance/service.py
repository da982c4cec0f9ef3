"""The use case of issuing: one chunk of a recognised batch becomes certificates, in one transaction.

Life of a chunk: take the next results → open identities → take numbers and status indexes → record what is to be
signed → lint → sign → keep certificates → tell. Killed anywhere, nothing of the chunk happened, and it is done again.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby
from typing import Any, cast
from uuid import UUID

import structlog
from sqlalchemy import exists, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.certificates.models import Certificate
from certificate.issuance.domain import CHUNK, Draft, Holder, lint, unfit_for_number
from certificate.issuance.models import (
    Batch,
    IssuanceRefusal,
    IssuingBody,
    PassedResult,
    PlanFact,
    StatusCounter,
    ToBeSigned,
)
from certificate.issuance.status_index import status_index
from certificate.keys.service import Signers
from certificate.keys.signer import Signer
from certificate.numbers.domain import SerialsExhausted, Series, series_level
from certificate.numbers.service import register_of_body, take_serials
from common.certificate_code import CHINA, Kind, assemble, to_be_signed
from common.events import Sealed
from common.events.certificate import CertificatesIssued, IssuedCertificate
from common.identifiers.names import name_key
from common.person_keys import person_keys
from common.sealed import Keyring, Unreadable, blind_index
from common.unit_of_work import UnitOfWork

log = structlog.get_logger("issuance")
IDENTITY = "identity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuing:
    """What issuing needs besides a unit of work."""

    signers: Signers
    keyring: Keyring
    index_key: bytes
    status_key: bytes
    labour_province: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What a chunk is issued on: the batch, the plan it was held under, the body that issues."""

    batch: Batch
    plan: PlanFact
    body: IssuingBody
    issued_on: date


Signed = tuple[Draft, Signer, bytes]


@dataclass(slots=True)
class Chunk:
    """What becomes of a chunk's results, by result: signed, or refused with the number taken for it and the reason."""

    holders: Mapping[UUID, Holder]
    places: Iterator[int]
    signed: list[Signed] = field(default_factory=list)
    refused: dict[UUID, tuple[str | None, str]] = field(default_factory=dict)


async def issue_next_chunk(uow: UnitOfWork, issuing: Issuing) -> bool:
    """Issue a chunk of the batch that was recognised first; False when no batch is ready. Safe to call at any time."""
    async with uow:
        ground = await _take_batch(uow.session)
        if ground is None:
            return False
        results = await _next_results(uow.session, ground.batch)
        if results:
            await _issue(uow, issuing, ground, results)
        else:
            ground.batch.state = "done"
        await uow.commit()
        return True


async def _take_batch(session: AsyncSession) -> Ground | None:
    """The ready batch that was recognised first, held for this transaction; other workers take the next."""
    row = (
        await session.execute(
            select(Batch, PlanFact, IssuingBody)
            .join(PlanFact, PlanFact.plan_id == Batch.plan_id)
            .join(IssuingBody, IssuingBody.organisation_id == PlanFact.organisation_id)
            .where(Batch.state == "ready")
            .order_by(Batch.recognised_at)
            .limit(1)
            .with_for_update(of=Batch, skip_locked=True)
        )
    ).first()
    if row is None:
        return None
    batch, plan, body = row
    recognised_at = cast(datetime, batch.recognised_at)  # no batch is ready without it
    return Ground(batch, plan, body, recognised_at.astimezone(CHINA).date())


async def _next_results(session: AsyncSession, batch: Batch) -> list[PassedResult]:
    """The next results that have neither a certificate nor a refusal, in the order in which they were entered."""
    statement = select(PassedResult).where(
        PassedResult.batch_id == batch.batch_id,
        PassedResult.position > batch.last_position,
        ~exists().where(Certificate.result_id == PassedResult.result_id),
        ~exists().where(IssuanceRefusal.result_id == PassedResult.result_id),
    )
    found = await session.scalars(statement.order_by(PassedResult.position).limit(CHUNK))
    return list(found)


async def _issue(uow: UnitOfWork, issuing: Issuing, ground: Ground, results: Sequence[PassedResult]) -> None:
    holders = await _open_identities(uow.session, issuing.keyring, results)
    # Before any series, so that all workers lock in one order.
    counters = await take_counters(uow.session, len(holders))
    chunk = Chunk(holders, iter([status_index(issuing.status_key, counter) for counter in counters]))
    for row in results:
        readable = None if row.result_id in holders else "identity-unreadable"
        reason = unfit_for_number(row.track, row.level) or readable
        if reason is not None:
            chunk.refused[row.result_id] = (None, reason)
    for (kind, level), rows in _by_series([row for row in results if row.result_id not in chunk.refused]):
        await _issue_series(uow, issuing, ground, chunk, kind, level, rows)
    await _keep_refusals(uow, ground, chunk)
    await _keep_certificates(uow, issuing, ground, chunk)
    if ground.batch.state == "ready":
        ground.batch.last_position = results[-1].position


async def _issue_series(
    uow: UnitOfWork,
    issuing: Issuing,
    ground: Ground,
    chunk: Chunk,
    kind: Kind,
    level: int,
    rows: Sequence[PassedResult],
) -> None:
    """Number, record, lint and sign the results of one series; where it runs out, the rest of the batch waits."""
    register = await register_of_body(uow.session, ground.body, kind, labour_province=issuing.labour_province)
    series = Series(kind, register, ground.issued_on.year, series_level(kind, level))
    serials = await take_serials(uow.session, series, len(rows))
    if len(serials) < len(rows):
        _block(ground.batch, SerialsExhausted(register=register, year=series.year, level=series.level))
    if not serials:
        return
    signer = await issuing.signers.signer_for(uow, ground.body, register, issued_on=ground.issued_on)
    drafts = [
        _draft(row, chunk.holders[row.result_id], series.number(serial), ground.issued_on, next(chunk.places))
        for row, serial in zip(rows, serials, strict=False)  # serials may have run out
    ]
    sound = await _record_and_lint(uow, drafts, signer, chunk)
    chunk.signed += await asyncio.to_thread(sign, sound, signer)


def _by_series(rows: Sequence[PassedResult]) -> Iterator[tuple[tuple[Kind, int], list[PassedResult]]]:
    def series_of(row: PassedResult) -> tuple[Kind, int]:
        return row.track, row.level

    for key, group in groupby(sorted(rows, key=series_of), series_of):
        yield key, list(group)


async def _open_identities(
    session: AsyncSession, keyring: Keyring, results: Sequence[PassedResult]
) -> dict[UUID, Holder]:
    """Holders by result; results whose identity cannot be opened (the person was forgotten) are missing."""
    keys = await person_keys(session, keyring, [row.person_id for row in results])
    holders = {}
    for row in results:
        with suppress(KeyError, Unreadable):
            sealed = Sealed(person_id=row.person_id, ciphertext=row.identity)
            plain = keys[row.person_id].open(IDENTITY, sealed)
            holders[row.result_id] = Holder(plain["name"], plain["id_type"], plain["id_number"])
    return holders


async def take_counters(session: AsyncSession, count: int) -> range:
    statement = upsert(StatusCounter).values(id=1, given=count)
    taken = await session.execute(
        statement.on_conflict_do_update(
            index_elements=["id"], set_={"given": StatusCounter.given + count}
        ).returning(StatusCounter.given)
    )
    given = taken.scalar_one()
    return range(given - count, given)


def _draft(row: PassedResult, holder: Holder, number: str, issued_on: date, place: int) -> Draft:
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
        issued_on=issued_on,
        status_index=place,
    )


async def _record_and_lint(
    uow: UnitOfWork, drafts: Sequence[Draft], signer: Signer, chunk: Chunk
) -> list[tuple[Draft, bytes]]:
    """Put on record what is to be signed, then say which drafts may be."""
    now, today = uow.clock.now(), uow.clock.now().astimezone(CHINA).date()
    payloads = [draft.claims.payload() for draft in drafts]
    rows = [
        {
            "number": draft.number,
            "result_id": draft.result_id,
            "kid": signer.key.kid.hex(),
            "status_index": draft.status_index,
            "payload": payload,
            "recorded_at": now,
        }
        for draft, payload in zip(drafts, payloads, strict=True)
    ]
    await uow.session.execute(insert(ToBeSigned), rows)
    sound = []
    for draft, payload in zip(drafts, payloads, strict=True):
        reason = lint(draft, signer.key, today=today)
        if reason is None:
            sound.append((draft, payload))
        else:
            chunk.refused[draft.result_id] = (draft.number, reason)
    return sound


def sign(sound: Sequence[tuple[Draft, bytes]], signer: Signer) -> list[Signed]:
    """The codes of a chunk; runs in a thread."""
    kid = signer.key.kid
    return [
        (draft, signer, assemble(kid, payload, signer.sign(to_be_signed(kid, payload))))
        for draft, payload in sound
    ]


def _block(batch: Batch, reason: SerialsExhausted) -> None:
    """What is left of the batch waits for a further register; what was issued stays."""
    batch.state, batch.blocked_by = "blocked", reason.code
    log.error("issuing blocked", batch_id=str(batch.batch_id), problem=reason.code)


async def _keep_refusals(uow: UnitOfWork, ground: Ground, chunk: Chunk) -> None:
    """Record results that give no certificate. They are not tried again: somebody has to look into each."""
    rows = [
        {
            "result_id": result_id,
            "batch_id": ground.batch.batch_id,
            "number": number,
            "reason": reason,
            "refused_at": uow.clock.now(),
        }
        for result_id, (number, reason) in chunk.refused.items()
    ]
    if rows:
        log.error(
            "certificates refused",
            count=len(rows),
            reasons=sorted({reason for _, reason in chunk.refused.values()}),
        )
        await uow.session.execute(upsert(IssuanceRefusal).on_conflict_do_nothing(), rows)


async def _keep_certificates(uow: UnitOfWork, issuing: Issuing, ground: Ground, chunk: Chunk) -> None:
    """Store the signed certificates of the chunk and tell of them."""
    if not chunk.signed:
        return
    now = uow.clock.now()
    await uow.session.execute(
        insert(Certificate), [_row(entry, ground, issuing.index_key, now) for entry in chunk.signed]
    )
    ground.batch.chunks_issued += 1
    uow.say(
        CertificatesIssued(
            batch_id=ground.batch.batch_id,
            plan_id=ground.batch.plan_id,
            organisation_id=ground.body.organisation_id,
            chunk=ground.batch.chunks_issued,
            certificates=tuple(_told(entry) for entry in chunk.signed),
        )
    )


def _row(entry: Signed, ground: Ground, index_key: bytes, now: datetime) -> dict[str, Any]:
    draft, signer, code = entry
    holder = draft.holder
    return {
        "number": draft.number,
        "result_id": draft.result_id,
        "batch_id": ground.batch.batch_id,
        "plan_id": ground.batch.plan_id,
        "organisation_id": ground.body.organisation_id,
        "organisation_name": ground.body.name,
        "entrusted_by": ground.plan.entrusted_by,
        "region": ground.plan.region,
        "kind": draft.kind,
        "level": draft.level,
        "item_code": draft.item_code,
        "item_name": draft.item_name,
        "issued_on": draft.issued_on,
        "issued_at": now,
        "kid": signer.key.kid.hex(),
        "status_index": draft.status_index,
        "code": code,
        "person_id": draft.person_id,
        "identity": draft.identity,
        "id_index": blind_index(index_key, "id", f"{holder.id_type}|{holder.id_number}"),
        "name_index": blind_index(index_key, "name", name_key(holder.name)),
    }


def _told(entry: Signed) -> IssuedCertificate:
    draft, signer, code = entry
    return IssuedCertificate(
        number=draft.number,
        result_id=draft.result_id,
        kind=draft.kind,
        item_code=draft.item_code,
        level=draft.level,
        issued_on=draft.issued_on,
        kid=signer.key.kid.hex(),
        payload_sha256=sha256(code).hexdigest(),
        status_index=draft.status_index,
    )
