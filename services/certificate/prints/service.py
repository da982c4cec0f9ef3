"""Use cases: print a certificate for those who may read it, and for its holder."""

import asyncio

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.certificates.domain import number_to_find
from certificate.certificates.models import Revocation
from certificate.certificates.service import IDENTITY, sealed_identity, visible
from certificate.corrections.standing import StandingCertificate
from certificate.prints.domain import Print
from certificate.prints.printer import Printer
from certificate.prints.schemas import PrintIn
from certificate.verification.domain import CertificateNotFound
from certificate.verification.page import FORM_PATH
from common.auth import Caller
from common.certificate_code import code_url
from common.errors import Bilingual, StateConflict
from common.identifiers.documents import IdDocument, normalise
from common.identifiers.names import name_key
from common.person_keys import Erased, person_key
from common.platform import Platform
from common.sealed import blind_index


class NotPrintable(StateConflict):
    """A revoked certificate, or one whose holder was forgotten, is not printed."""

    code = "certificate-not-printable"
    title = Bilingual("证书不能打印", "Certificate not printable")
    article = "19"

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                "该证书已撤销或持证人信息已删除，不能打印；状态以联网查验为准。",
                "It was revoked, or its holder's data erased, so it is not printed; its state is told online.",
            )
        )


async def print_for_reader(
    session: AsyncSession, number: str, caller: Caller, *, platform: Platform, printer: Printer
) -> bytes:
    """The PDF of a certificate that the caller may see. Raises NotFound, NotPrintable."""
    certificate, revocation = await visible(session, number, caller)
    if revocation is not None:
        raise NotPrintable
    return await _pdf(session, certificate, platform, printer)


async def print_for_holder(
    session: AsyncSession, body: PrintIn, *, platform: Platform, printer: Printer, index_key: bytes
) -> bytes:
    """The PDF for whoever knows number, name and document. Raises CertificateNotFound for any mismatch."""
    document = IdDocument(body.id_type, normalise(body.id_number))
    certificate = await session.scalar(
        select(StandingCertificate).where(
            StandingCertificate.number == number_to_find(body.number),
            StandingCertificate.name_index == blind_index(index_key, "name", name_key(body.name)),
            StandingCertificate.id_index == blind_index(index_key, "id", document.index_text),
        )
    )
    if certificate is None:
        raise CertificateNotFound
    if await session.scalar(select(exists().where(Revocation.number == certificate.number))):
        raise NotPrintable
    return await _pdf(session, certificate, platform, printer)


async def _pdf(
    session: AsyncSession, certificate: StandingCertificate, platform: Platform, printer: Printer
) -> bytes:
    try:
        key = await person_key(session, platform.keyring, certificate.person_id)
    except Erased:
        raise NotPrintable from None
    holder = key.open(IDENTITY, sealed_identity(certificate))
    public_url = platform.settings.public_url
    print_ = Print(
        kind=certificate.kind,
        level=certificate.level,
        number=certificate.number,
        item_name=certificate.item_name,
        organisation_name=certificate.organisation_name,
        entrusted_by=certificate.entrusted_by,
        issued_on=certificate.issued_on,
        kid=certificate.kid,
        url=code_url(public_url, certificate.code),
        query_url=f"{public_url}{FORM_PATH}",
        name=holder["name"],
        id_type=holder["id_type"],
        id_number=holder["id_number"],
        specimen=platform.settings.sandbox,
    )
    return await asyncio.to_thread(printer.pdf, print_)
