"""Use cases: list and read certificates, revoke one."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from certificate.certificates import repository
from certificate.certificates.domain import ReasonCode, number_to_find
from certificate.certificates.explanation import explain
from certificate.certificates.repository import Row
from certificate.certificates.schemas import (
    CertificateDetail,
    CertificateOut,
    NumberPartOut,
    RevocationIn,
    RevocationOut,
    StatusOut,
)
from certificate.corrections.standing import StandingCertificate
from certificate.proofs.service import proof_of
from certificate.status.deciding import by_hand, decide_one
from certificate.status.models import CertificateStatus
from common.auth import Caller
from common.certificate_code import code_url
from common.errors import NotFound
from common.events import Sealed
from common.identifiers.names import mask_name
from common.pagination import Page
from common.person_keys import person_keys
from common.schemas import Listing
from common.sealed import Keyring
from common.unit_of_work import UnitOfWork

IDENTITY = "identity"
FORGOTTEN = "***"


async def list_certificates(
    session: AsyncSession,
    page: Page,
    caller: Caller,
    *,
    keyring: Keyring,
    public_url: str,
    plan_id: UUID | None,
    batch_id: UUID | None,
) -> Listing[CertificateOut]:
    """Certificates of the caller's organisation or region, by number."""
    found = await repository.page_of(session, page, caller, plan_id=plan_id, batch_id=batch_id)
    kept, cursor = page.cut(found, lambda row: (row[0].number,))
    names = await holders_of(session, keyring, [certificate for certificate, _ in kept])
    items = [CertificateOut.model_validate(_facts(row, names, public_url)) for row in kept]
    return Listing[CertificateOut].of(items, cursor)


async def read_certificate(
    session: AsyncSession, number: str, caller: Caller, *, keyring: Keyring, public_url: str
) -> CertificateDetail:
    """One certificate. Raises NotFound, also for another's."""
    row = await visible(session, number, caller)
    certificate, status = row
    names = await holders_of(session, keyring, [certificate])
    parts = [
        NumberPartOut(
            characters=characters,
            part_zh=part.zh,
            part_en=part.en,
            meaning_zh=meaning.zh,
            meaning_en=meaning.en,
        )
        for characters, part, meaning in explain(certificate.number)
    ]
    return CertificateDetail.model_validate(
        _facts(row, names, public_url)
        | {
            "number_parts": parts,
            "kid": certificate.kid,
            "status": None if status is None else StatusOut.model_validate(status),
            "revocation": _revocation(status),
            "log_proof": await proof_of(session, certificate.number),
        }
    )


async def visible(session: AsyncSession, number: str, caller: Caller) -> Row:
    """A certificate that the caller may see. Raises NotFound."""
    row = await repository.find(session, number_to_find(number), caller)
    if row is None:
        raise NotFound.of("certificate")
    return row


async def revoke_certificate(
    uow: UnitOfWork, number: str, body: RevocationIn, *, caller: Caller
) -> RevocationOut:
    """Take a certificate's validity by decision, at once and for good (Art. 22). Raises NotFound, StatusConflict."""
    async with uow:
        decision = by_hand(
            uow, caller, "revoke", reason_code=body.reason_code, decision_document=body.decision_document
        )
        exact = await decide_one(uow, decision, number, caller)
        answer = RevocationOut(
            number=exact,
            reason_code=body.reason_code,
            decision_document=body.decision_document,
            revoked_at=decision.decided_at,
        )
        await uow.commit(answer)
        return answer


async def holders_of(
    session: AsyncSession, keyring: Keyring, certificates: Sequence[StandingCertificate]
) -> dict[str, str]:
    """Names by number; a person who was forgotten has none any more."""
    keys = await person_keys(session, keyring, [row.person_id for row in certificates])
    return {
        row.number: keys[row.person_id].open(IDENTITY, sealed_identity(row))["name"]
        for row in certificates
        if row.person_id in keys
    }


def sealed_identity(certificate: StandingCertificate) -> Sealed:
    return Sealed(person_id=certificate.person_id, ciphertext=certificate.identity)


def _revocation(status: CertificateStatus | None) -> RevocationOut | None:
    if status is None or status.status != "revoked":
        return None
    return RevocationOut(
        number=status.number,
        reason_code=cast(ReasonCode, status.reason_code),
        decision_document=status.decision_document,
        revoked_at=status.since,
    )


def _facts(row: Row, names: dict[str, str], public_url: str) -> dict[str, object]:
    certificate, status = row
    columns = (
        "number",
        "version",
        "kind",
        "level",
        "item_code",
        "item_name",
        "organisation_id",
        "organisation_name",
        "entrusted_by",
        "plan_id",
        "batch_id",
        "issued_on",
    )
    name = names.get(certificate.number)
    return {column: getattr(certificate, column) for column in columns} | {
        "holder": FORGOTTEN if name is None else mask_name(name),
        "state": "valid" if status is None else status.status,
        "code": code_url(public_url, certificate.code),
    }
