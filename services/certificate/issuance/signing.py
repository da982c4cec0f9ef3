"""The second half of issuing a chunk: lint and sign what is recorded, keep the certificates, tell of them.

What is signed is exactly what is on record. A number that gives no certificate after all is explained for good.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import exists, insert, select

from certificate.certificates.models import Certificate
from certificate.issuance.domain import Draft, Holder, lint
from certificate.issuance.ground import Ground, Issuing, open_identities
from certificate.issuance.models import PassedResult, ToBeSigned, UnusedNumber
from certificate.issuance.recording import Refusals, draft_of, keep_refusals, record_of, take_counters
from certificate.issuance.status_index import status_index
from certificate.keys.signer import Signer, code_of
from common.bulk import copy_rows
from common.certificate_code import CHINA, register_of
from common.events.certificate import CertificatesIssued, IssuedCertificate
from common.identifiers.names import name_key
from common.sealed import blind_index
from common.unit_of_work import UnitOfWork

Signed = tuple[Draft, Signer, bytes]
RESULT_CORRECTED = "result-corrected"
IDENTITY_UNREADABLE = "identity-unreadable"


@dataclass(slots=True)
class Recorded:
    """What becomes of the records of a chunk."""

    signed: list[Signed] = field(default_factory=list)
    refused: Refusals = field(default_factory=dict)
    unused: dict[str, tuple[UUID, str]] = field(default_factory=dict)
    renewed: list[tuple[ToBeSigned, PassedResult, Holder]] = field(default_factory=list)


async def sign_recorded(uow: UnitOfWork, issuing: Issuing, ground: Ground) -> None:
    """Sign what is recorded of this batch. Killed anywhere, nothing of it happened, and the same is signed again."""
    outcome = await _sort_and_sign(uow, issuing, ground)
    await keep_refusals(uow, ground.batch, outcome.refused)
    await _keep_unused(uow, outcome)
    await _keep_certificates(uow, issuing, ground, outcome.signed)
    if outcome.renewed:
        await _record_anew(uow, issuing, ground, outcome)
    elif ground.batch.blocked_by is None:
        ground.batch.last_position = ground.batch.recorded_to
    else:  # results without a number are left: they are looked at once more, and block the batch if nothing changed
        ground.batch.recorded_to, ground.batch.blocked_by = ground.batch.last_position, None


async def _sort_and_sign(uow: UnitOfWork, issuing: Issuing, ground: Ground) -> Recorded:
    records = await _open_records(uow, ground)
    ids = [record.result_id for record in records]
    found = await uow.session.scalars(select(PassedResult).where(PassedResult.result_id.in_(ids)))
    results = {row.result_id: row for row in found}
    holders = await open_identities(uow.session, issuing.keyring, results.values())
    outcome, sound = Recorded(), list[tuple[Draft, bytes]]()
    today = uow.clock.now().astimezone(CHINA).date()
    signers: dict[str, Signer] = {}
    for record in records:
        result, holder = results.get(record.result_id), holders.get(record.result_id)
        if result is None:
            outcome.unused[record.number] = (record.result_id, RESULT_CORRECTED)
            continue
        if holder is None:
            _refuse(outcome, record, IDENTITY_UNREADABLE)
            continue
        draft = draft_of(result, holder, ground, record.number, record.status_index)
        if draft.claims.payload() != record.payload:  # whom it names was corrected meanwhile
            outcome.renewed.append((record, result, holder))
            continue
        register = register_of(record.number)
        if register not in signers:
            signers[register] = await issuing.signers.signer_for(
                uow, ground.body, register, issued_on=ground.issued_on
            )
        reason = lint(draft, signers[register].key, today=today)
        if reason is not None:
            _refuse(outcome, record, reason)
        else:
            sound.append((draft, record.payload))
    for register, signer in signers.items():
        mine = [one for one in sound if register_of(one[0].number) == register]
        outcome.signed += await asyncio.to_thread(sign, mine, signer)
    return outcome


async def _open_records(uow: UnitOfWork, ground: Ground) -> list[ToBeSigned]:
    """The newest record of each number that has neither a certificate nor an explanation."""
    rows = await uow.session.scalars(
        select(ToBeSigned)
        .where(
            ToBeSigned.batch_id == ground.batch.batch_id,
            ToBeSigned.position > ground.batch.last_position,
            ToBeSigned.position <= ground.batch.recorded_to,
            ~exists().where(Certificate.number == ToBeSigned.number),
            ~exists().where(UnusedNumber.number == ToBeSigned.number),
        )
        .order_by(ToBeSigned.id)
    )
    newest = {row.number: row for row in rows}
    return sorted(newest.values(), key=lambda row: row.number)


def _refuse(outcome: Recorded, record: ToBeSigned, reason: str) -> None:
    outcome.refused[record.result_id] = (record.number, reason)
    outcome.unused[record.number] = (record.result_id, reason)


async def _record_anew(uow: UnitOfWork, issuing: Issuing, ground: Ground, outcome: Recorded) -> None:
    """The same number for the corrected holder, at another place of the lists; signed by the next transaction."""
    counters = await take_counters(uow.session, len(outcome.renewed))
    rows = []
    for (old, result, holder), counter in zip(outcome.renewed, counters, strict=True):
        draft = draft_of(result, holder, ground, old.number, status_index(issuing.status_key, counter))
        row = record_of(draft, ground.batch, old.position or result.position, old.kid)
        rows.append(row | {"recorded_at": uow.clock.now()})
    await copy_rows(uow.session, ToBeSigned, rows)


def sign(sound: Sequence[tuple[Draft, bytes]], signer: Signer) -> list[Signed]:
    """The codes of a chunk; runs in a thread."""
    return [(draft, signer, code_of(payload, signer)) for draft, payload in sound]


async def _keep_unused(uow: UnitOfWork, outcome: Recorded) -> None:
    now = uow.clock.now()
    rows = [
        {"number": number, "result_id": result_id, "reason": reason, "explained_at": now}
        for number, (result_id, reason) in outcome.unused.items()
    ]
    if rows:
        await uow.session.execute(insert(UnusedNumber), rows)


async def _keep_certificates(
    uow: UnitOfWork, issuing: Issuing, ground: Ground, signed: Sequence[Signed]
) -> None:
    """Store the signed certificates of the chunk and tell of them."""
    if not signed:
        return
    now = uow.clock.now()
    await copy_rows(
        uow.session, Certificate, [_row(entry, ground, issuing.index_key, now) for entry in signed]
    )
    ground.batch.chunks_issued += 1
    uow.say(
        CertificatesIssued(
            batch_id=ground.batch.batch_id,
            plan_id=ground.batch.plan_id,
            organisation_id=ground.body.organisation_id,
            chunk=ground.batch.chunks_issued,
            certificates=tuple(_told(entry) for entry in signed),
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
