"""The worker of a compromise: certificates signed again with the key that takes over, or revoked; chunk after chunk."""

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import insert, select, update

from certificate.certificates.models import Certificate, Revocation
from certificate.corrections.models import Reissue
from certificate.corrections.standing import StandingCertificate
from certificate.issuance.domain import Draft, Holder, lint
from certificate.issuance.ground import IDENTITY, Issuing
from certificate.issuance.models import IssuingBody
from certificate.issuance.recording import take_counters
from certificate.issuance.signing import sign
from certificate.issuance.status_index import status_index
from certificate.keys.models import CompromisedCertificate, KeyCompromise
from certificate.keys.signer import Signer
from certificate.status.changes import Decision, change, supersede
from common.certificate_code import CHINA, register_of
from common.events import Sealed
from common.events.certificate import CertificatesResigned, ResignedCertificate
from common.ids import encode_id
from common.person_keys import person_keys
from common.sealed import Unreadable
from common.unit_of_work import UnitOfWork

log = structlog.get_logger("compromise")
CHUNK: Final = 200
KEY_COMPROMISED: Final = "key_compromised"


async def carry_on(uow: UnitOfWork, issuing: Issuing) -> bool:
    """Deal with the next certificates of the oldest compromise; False when none waits. Safe to call at any time."""
    async with uow:
        compromise = await uow.session.scalar(
            select(KeyCompromise)
            .join(CompromisedCertificate, CompromisedCertificate.compromise_id == KeyCompromise.id)
            .where(CompromisedCertificate.outcome.is_(None))
            .order_by(KeyCompromise.decided_at)
            .limit(1)
        )
        if compromise is None:
            return False
        certificates = await _take(uow, compromise)
        if not certificates:
            return False  # another worker has them all
        if compromise.measure == "revoke":
            outcomes = await _revoke(uow, compromise, certificates)
        else:
            outcomes = await _sign_again(uow, issuing, compromise, certificates)
        await _keep_outcomes(uow, compromise.id, outcomes)
        await uow.commit()
        return True


async def _take(uow: UnitOfWork, compromise: KeyCompromise) -> Sequence[StandingCertificate]:
    """The next certificates, held for this transaction; by day of issue, so that the first key made covers them all."""
    waiting = (
        select(CompromisedCertificate.number)
        .join(Certificate, Certificate.number == CompromisedCertificate.number)
        .where(
            CompromisedCertificate.compromise_id == compromise.id, CompromisedCertificate.outcome.is_(None)
        )
        .order_by(Certificate.issued_on, Certificate.number)
        .limit(CHUNK)
        .with_for_update(of=CompromisedCertificate, skip_locked=True)
    )
    numbers = (await uow.session.scalars(waiting)).all()
    rows = await uow.session.scalars(
        select(StandingCertificate)
        .where(StandingCertificate.number.in_(numbers))
        .order_by(StandingCertificate.issued_on, StandingCertificate.number)
    )
    return rows.all()


async def _revoke(
    uow: UnitOfWork, compromise: KeyCompromise, certificates: Sequence[StandingCertificate]
) -> dict[str, str]:
    decision = Decision(
        id=compromise.id,
        act="revoke",
        ground=encode_id("compromise", compromise.id),
        origin="hand",
        reason_code=KEY_COMPROMISED,
        decision_document=compromise.decision_document,
        decided_by=str(compromise.decided_by),
        decided_at=compromise.decided_at,
    )
    outcome = await change(uow, decision, [row.number for row in certificates])
    return {row.number: "revoked" if row.number in outcome.changed else "not-valid" for row in certificates}


async def _sign_again(
    uow: UnitOfWork,
    issuing: Issuing,
    compromise: KeyCompromise,
    certificates: Sequence[StandingCertificate],
) -> dict[str, str]:
    revoked = set(
        await uow.session.scalars(
            select(Revocation.number).where(Revocation.number.in_([row.number for row in certificates]))
        )
    )
    outcomes = dict.fromkeys(revoked, "not-valid")
    holders = await _holders(uow, issuing, certificates)
    drafts: list[tuple[StandingCertificate, Draft, Signer]] = []
    places = iter(await take_counters(uow.session, len(certificates)))
    today = uow.clock.now().astimezone(CHINA).date()
    for row in certificates:
        if row.number in revoked:
            continue
        holder = holders.get(row.number)
        if holder is None:
            outcomes[row.number] = "identity-unreadable"
            continue
        body = await uow.session.get_one(IssuingBody, row.organisation_id)
        signer = await issuing.signers.signer_for(uow, body, register_of(row.number), issued_on=row.issued_on)
        await uow.session.flush()  # a key just made is the next certificate's, too
        draft = _draft(row, holder, status_index(issuing.status_key, next(places)))
        reason = lint(draft, signer.key, today=today)
        if reason is None:
            drafts.append((row, draft, signer))
        outcomes[row.number] = reason or "reissued"
    await _keep(uow, compromise, drafts)
    return outcomes


async def _keep(
    uow: UnitOfWork,
    compromise: KeyCompromise,
    drafts: Sequence[tuple[StandingCertificate, Draft, Signer]],
) -> None:
    """Sign, supersede, keep the new versions and tell of them."""
    if not drafts:
        return
    now, rows, told = uow.clock.now(), list[dict[str, Any]](), list[ResignedCertificate]()
    document = encode_id("compromise", compromise.id)
    for row, draft, signer in drafts:
        ((_, _, code),) = await asyncio.to_thread(sign, [(draft, draft.claims.payload())], signer)
        await supersede(
            uow,
            row.number,
            by_index=draft.status_index,
            document=document,
            reason_code=KEY_COMPROMISED,
            decided_by=str(compromise.decided_by),
        )
        kept = {"number": row.number, "version": row.version + 1, "kid": signer.key.kid.hex()}
        rows.append(
            kept
            | {"status_index": draft.status_index, "code": code, "compromise_id": compromise.id}
            | {"person_id": row.person_id, "identity": row.identity, "reissued_at": now}
            | {"id_index": row.id_index, "name_index": row.name_index}
        )
        told.append(
            ResignedCertificate(
                result_id=row.result_id,
                payload_sha256=sha256(code).hexdigest(),
                status_index=draft.status_index,
                **kept,
            )
        )
    await uow.session.execute(insert(Reissue), rows)
    uow.say(CertificatesResigned(compromise_id=compromise.id, certificates=tuple(told), resigned_at=now))


async def _holders(
    uow: UnitOfWork, issuing: Issuing, certificates: Sequence[StandingCertificate]
) -> dict[str, Holder]:
    """Whom they name; without those whose identity cannot be opened (the person was forgotten)."""
    keys = await person_keys(uow.session, issuing.keyring, [row.person_id for row in certificates])
    holders = {}
    for row in certificates:
        try:
            sealed = Sealed(person_id=row.person_id, ciphertext=row.identity)
            plain = keys[row.person_id].open(IDENTITY, sealed)
        except (KeyError, Unreadable):
            continue
        holders[row.number] = Holder(plain["name"], plain["id_type"], plain["id_number"])
    return holders


def _draft(row: StandingCertificate, holder: Holder, place: int) -> Draft:
    """What the certificate says, at another place in the status lists."""
    return Draft(
        result_id=row.result_id,
        person_id=row.person_id,
        identity=row.identity,
        holder=holder,
        kind=row.kind,
        level=row.level,
        item_code=row.item_code,
        item_name=row.item_name,
        number=row.number,
        issued_on=row.issued_on,
        status_index=place,
    )


async def _keep_outcomes(uow: UnitOfWork, compromise_id: UUID, outcomes: dict[str, str]) -> None:
    for outcome in sorted(set(outcomes.values())):
        numbers = [number for number, found in outcomes.items() if found == outcome]
        log.info("compromise", compromise_id=str(compromise_id), outcome=outcome, count=len(numbers))
        await uow.session.execute(
            update(CompromisedCertificate)
            .where(
                CompromisedCertificate.compromise_id == compromise_id,
                CompromisedCertificate.number.in_(numbers),
            )
            .values(outcome=outcome)
        )
