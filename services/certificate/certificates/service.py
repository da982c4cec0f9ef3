"""Use cases: list and read certificates, revoke one."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.certificates import repository
from certificate.certificates.domain import AlreadyRevoked, number_to_find
from certificate.certificates.explanation import explain
from certificate.certificates.models import Revocation
from certificate.certificates.repository import Row
from certificate.certificates.schemas import (
    CertificateDetail,
    CertificateOut,
    NumberPartOut,
    RevocationIn,
    RevocationOut,
)
from certificate.corrections.standing import StandingCertificate
from common.auth import Caller
from common.certificate_code import code_url
from common.errors import NotFound
from common.events import Sealed
from common.events.certificate import CertificateRevoked
from common.identifiers.names import mask_name
from common.ids import encode_id
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
    certificate, revocation = row
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
            "revocation": None if revocation is None else RevocationOut.model_validate(revocation),
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
    """Take a certificate's validity by decision, at once and for good (Art. 22). Raises NotFound, AlreadyRevoked."""
    async with uow:
        certificate, _ = await visible(uow.session, number, caller)
        row = {
            "number": certificate.number,
            "reason_code": body.reason_code,
            "decision_document": body.decision_document,
            "revoked_at": uow.clock.now(),
            "revoked_by": caller.account_id,
        }
        statement = insert(Revocation).values(row).on_conflict_do_nothing().returning(Revocation.number)
        if await uow.session.scalar(statement) is None:
            raise AlreadyRevoked
        uow.say(
            CertificateRevoked(
                number=certificate.number,
                reason_code=body.reason_code,
                decision_document=body.decision_document,
                revoked_at=row["revoked_at"],
                revoked_by=encode_id("account", caller.account_id),
            )
        )
        answer = RevocationOut.model_validate(row)
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


def _facts(row: Row, names: dict[str, str], public_url: str) -> dict[str, object]:
    certificate, revocation = row
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
        "state": "valid" if revocation is None else "revoked",
        "code": code_url(public_url, certificate.code),
    }
