"""Use case: sign certificates again whose holders were corrected, under the number they have (DOMAIN 4.5)."""

import asyncio
from contextlib import suppress
from hashlib import sha256

import structlog
from sqlalchemy import delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.certificates.models import Certificate, Revocation
from certificate.corrections.models import Reissue, ReissueDue
from certificate.issuance.domain import Draft, Holder, lint
from certificate.issuance.models import IssuingBody
from certificate.issuance.service import IDENTITY, Issuing, sign, take_counters
from certificate.issuance.status_index import status_index
from certificate.status.changes import supersede
from common.certificate_code import CHINA, register_of
from common.events import Sealed
from common.events.certificate import CertificateReissued
from common.identifiers.names import name_key
from common.ids import encode_id
from common.person_keys import Erased, person_key
from common.sealed import Keyring, Unreadable, blind_index
from common.unit_of_work import UnitOfWork

log = structlog.get_logger("reissue")


async def reissue_next(uow: UnitOfWork, issuing: Issuing) -> bool:
    """Sign one certificate again; False when none waits. Safe to call at any time, by several workers."""
    async with uow:
        due = await uow.session.scalar(
            select(ReissueDue)
            .where(ReissueDue.refused.is_(None))
            .order_by(ReissueDue.corrected_at, ReissueDue.correction_id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if due is None:
            return False
        certificate = await uow.session.get_one(Certificate, due.number)
        if not await _is_revoked(uow.session, due.number):
            due.refused = await _reissue(uow, issuing, certificate, due)
        if due.refused is None:
            await uow.session.execute(delete(ReissueDue).where(ReissueDue.correction_id == due.correction_id))
        else:
            log.error("certificate not reissued", number=due.number, reason=due.refused)
        await uow.commit()
        return True


async def _is_revoked(session: AsyncSession, number: str) -> bool:
    return bool(await session.scalar(select(exists().where(Revocation.number == number))))


async def _reissue(
    uow: UnitOfWork, issuing: Issuing, certificate: Certificate, due: ReissueDue
) -> str | None:
    """The next version, kept and told; or why it must not be signed."""
    holder = await _holder(uow.session, issuing.keyring, due)
    if holder is None:
        return "identity-unreadable"
    (counter,) = await take_counters(uow.session, 1)
    body = await uow.session.get_one(IssuingBody, certificate.organisation_id)
    signer = await issuing.signers.signer_for(
        uow, body, register_of(certificate.number), issued_on=certificate.issued_on
    )
    draft = _draft(certificate, due, holder, status_index(issuing.status_key, counter))
    refused = lint(draft, signer.key, today=uow.clock.now().astimezone(CHINA).date())
    if refused is not None:
        return refused
    ((_, _, code),) = await asyncio.to_thread(sign, [(draft, draft.claims.payload())], signer)
    last = await uow.session.scalar(
        select(func.max(Reissue.version)).where(Reissue.number == certificate.number)
    )
    row = Reissue(
        number=certificate.number,
        version=(last or 1) + 1,
        correction_id=due.correction_id,
        kid=signer.key.kid.hex(),
        status_index=draft.status_index,
        code=code,
        person_id=due.person_id,
        identity=due.identity,
        id_index=blind_index(issuing.index_key, "id", f"{holder.id_type}|{holder.id_number}"),
        name_index=blind_index(issuing.index_key, "name", name_key(holder.name)),
        reissued_at=uow.clock.now(),
    )
    await supersede(
        uow, row.number, by_index=row.status_index, document=encode_id("correction", due.correction_id)
    )
    uow.session.add(row)
    uow.say(
        CertificateReissued(
            number=row.number,
            version=row.version,
            result_id=certificate.result_id,
            correction_id=row.correction_id,
            kid=row.kid,
            payload_sha256=sha256(code).hexdigest(),
            reissued_at=row.reissued_at,
            status_index=row.status_index,
        )
    )
    return None


async def _holder(session: AsyncSession, keyring: Keyring, due: ReissueDue) -> Holder | None:
    """Whom it names now; None when the identity cannot be opened (the person was forgotten)."""
    with suppress(Erased, Unreadable):
        key = await person_key(session, keyring, due.person_id)
        plain = key.open(IDENTITY, Sealed(person_id=due.person_id, ciphertext=due.identity))
        return Holder(plain["name"], plain["id_type"], plain["id_number"])
    return None


def _draft(certificate: Certificate, due: ReissueDue, holder: Holder, place: int) -> Draft:
    """What the certificate said, of another holder and at another place in the status lists."""
    return Draft(
        result_id=certificate.result_id,
        person_id=due.person_id,
        identity=due.identity,
        holder=holder,
        kind=certificate.kind,
        level=certificate.level,
        item_code=certificate.item_code,
        item_name=certificate.item_name,
        number=certificate.number,
        issued_on=certificate.issued_on,
        status_index=place,
    )
