"""Use cases: print a certificate for those who may read it, and for its holder; each sheet is in the ledger."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.certificates.domain import number_to_find
from certificate.certificates.service import IDENTITY, sealed_identity, visible
from certificate.corrections.standing import StandingCertificate
from certificate.prints import ledger
from certificate.prints.domain import Imprint, Print, Purpose
from certificate.prints.ledger import HOLDER, Printing
from certificate.prints.models import Sheet
from certificate.prints.printer import Printer
from certificate.prints.schemas import PrintIn, SheetOut
from certificate.proofs.service import proof_of
from certificate.status.models import CertificateStatus
from certificate.verification.domain import CertificateNotFound
from certificate.verification.frame import FORM_PATH
from common.auth import Caller
from common.certificate_code import code_url
from common.errors import Bilingual, StateConflict
from common.identifiers.documents import IdDocument, normalise
from common.identifiers.names import name_key
from common.pagination import Page
from common.person_keys import person_keys
from common.platform import Platform
from common.schemas import Listing
from common.sealed import PersonKey, blind_index
from common.unit_of_work import UnitOfWork


class NotPrintable(StateConflict):
    """A certificate that is revoked or suspended, or whose holder was forgotten, is not printed."""

    code = "certificate-not-printable"
    title = Bilingual("证书不能打印", "Certificate not printable")
    article = "19"

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                "该证书已撤销、已暂停或持证人信息已删除，不能打印；状态以联网查验为准。",
                "It was revoked or suspended, or its holder's data erased, so it is not printed; its state is told "
                "online.",
            )
        )


@dataclass(frozen=True)
class Press:
    """What printing needs, made once per process; the font is read when the first sheet is printed."""

    imprint: Imprint

    @cached_property
    def printer(self) -> Printer:
        """For one sheet while somebody waits."""
        return Printer()

    @cached_property
    def batch_printer(self) -> Printer:
        """For batches, so that nobody's single sheet waits for a hundred."""
        return Printer()


async def print_for_reader(
    uow: UnitOfWork, number: str, caller: Caller, *, platform: Platform, press: Press
) -> bytes:
    """The newest sheet of a certificate that the caller may see. Raises NotFound, NotPrintable."""
    async with uow:
        certificate = await _readable(uow.session, number, caller)
        return await print_sheet(uow, certificate, Printing.of(caller), platform=platform, press=press)


async def print_for_holder(
    uow: UnitOfWork, body: PrintIn, *, platform: Platform, press: Press, index_key: bytes
) -> bytes:
    """A sheet for whoever knows number, name and document; a new one when the last was lost, without more ado.

    Raises CertificateNotFound for any mismatch, NotPrintable, and the problem `rate-limited`.
    """
    document = IdDocument(body.id_type, normalise(body.id_number))
    async with uow:
        certificate = await uow.session.scalar(
            select(StandingCertificate).where(
                StandingCertificate.number == number_to_find(body.number),
                StandingCertificate.name_index == blind_index(index_key, "name", name_key(body.name)),
                StandingCertificate.id_index == blind_index(index_key, "id", document.index_text),
            )
        )
        if certificate is None:
            raise CertificateNotFound
        await check_printable(uow.session, certificate)
        purpose: Purpose | None = "lost" if body.lost else None
        return await print_sheet(uow, certificate, HOLDER, platform=platform, press=press, purpose=purpose)


async def print_sheet(
    uow: UnitOfWork,
    certificate: StandingCertificate,
    printing: Printing,
    *,
    platform: Platform,
    press: Press,
    purpose: Purpose | None = None,
) -> bytes:
    """The newest sheet of a certificate, or with a purpose another one, in the ledger before it is handed out.

    Commits. Raises NotPrintable for a holder who was forgotten.
    """
    if purpose is None:
        sheet = await ledger.sheet_of(uow, certificate, printing)
    else:
        sheet = await ledger.another_sheet(uow, certificate, purpose, printing)
    (print_,) = await prints_of(uow.session, {certificate.number: sheet}, [certificate], platform, press)
    if print_ is None:
        raise NotPrintable
    made = await asyncio.to_thread(press.printer.pdf, print_)
    await uow.commit()
    return made


async def new_sheet(
    uow: UnitOfWork, number: str, purpose: Purpose, caller: Caller, *, platform: Platform
) -> SheetOut:
    """Another sheet under the same number, for the body or an office; then fetched as the newest one.

    Raises NotFound, NotPrintable.
    """
    async with uow:
        certificate = await _readable(uow.session, number, caller)
        if certificate.person_id not in await person_keys(
            uow.session, platform.keyring, [certificate.person_id]
        ):
            raise NotPrintable
        sheet = await ledger.another_sheet(uow, certificate, purpose, Printing.of(caller))
        answer = SheetOut.model_validate(sheet)
        await uow.commit(answer)
        return answer


async def list_sheets(session: AsyncSession, number: str, page: Page, caller: Caller) -> Listing[SheetOut]:
    """The ledger of a certificate, for those who may see it. Raises NotFound."""
    certificate, _ = await visible(session, number, caller)
    return await sheets_listed(session, certificate.number, page)


async def sheets_listed(session: AsyncSession, number: str, page: Page) -> Listing[SheetOut]:
    """The ledger of a certificate, in order of serials."""
    kept, cursor = page.cut(await ledger.page_of(session, number, page), lambda sheet: (sheet.serial,))
    return Listing[SheetOut].of([SheetOut.model_validate(sheet) for sheet in kept], cursor)


async def check_printable(session: AsyncSession, certificate: StandingCertificate) -> None:
    """Raises NotPrintable for a certificate that is revoked or suspended; while it is reviewed, it is printed."""
    if await withheld(session, [certificate.number]):
        raise NotPrintable


async def withheld(session: AsyncSession, numbers: Collection[str]) -> set[str]:
    """Those of these certificates that are revoked or suspended."""
    rows = await session.scalars(
        select(CertificateStatus.number).where(
            CertificateStatus.number.in_(numbers), CertificateStatus.status.in_(("revoked", "suspended"))
        )
    )
    return set(rows)


async def prints_of(
    session: AsyncSession,
    sheets: Mapping[str, Sheet],
    certificates: Sequence[StandingCertificate],
    platform: Platform,
    press: Press,
) -> list[Print | None]:
    """What is printed, in the order of the certificates; None where the holder was forgotten."""
    keys = await person_keys(session, platform.keyring, [row.person_id for row in certificates])
    prints = [
        _print(certificate, sheets[certificate.number], keys.get(certificate.person_id), platform, press)
        for certificate in certificates
    ]
    return [
        None if print_ is None else replace(print_, log_proof=await proof_of(session, print_.number))
        for print_ in prints
    ]


def _print(
    certificate: StandingCertificate, sheet: Sheet, key: PersonKey | None, platform: Platform, press: Press
) -> Print | None:
    if key is None:
        return None
    holder = key.open(IDENTITY, sealed_identity(certificate))
    public_url = platform.settings.public_url
    return Print(
        kind=certificate.kind,
        level=certificate.level,
        number=certificate.number,
        item_code=certificate.item_code,
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
        version=certificate.version,
        serial=sheet.serial,
        imprint=press.imprint,
    )


async def _readable(session: AsyncSession, number: str, caller: Caller) -> StandingCertificate:
    certificate, _ = await visible(session, number, caller)
    await check_printable(session, certificate)
    return certificate
