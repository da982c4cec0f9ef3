"""Use cases of holders: see all my certificates, print them, share one for a while; and of those who open a link."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.certificates.domain import number_to_find
from certificate.certificates.service import holders_of
from certificate.corrections.standing import StandingCertificate
from certificate.holders.domain import MOST_OPEN, TOKEN_BYTES, Link, ShareEnded, TooManyShares
from certificate.holders.models import Share
from certificate.holders.schemas import (
    GroundOut,
    OwnCertificateOut,
    OwnCertificatesOut,
    SharedOut,
    ShareIn,
    ShareMadeOut,
    ShareOut,
    SharesOut,
)
from certificate.holders.sessions import Holder, hash_of
from certificate.prints import ledger
from certificate.prints import service as prints
from certificate.prints.domain import Purpose
from certificate.prints.ledger import HOLDER
from certificate.prints.schemas import SheetOut
from certificate.prints.service import Press
from certificate.verification.domain import Finding
from certificate.verification.guesses import Guesses
from certificate.verification.schemas import KINDS, VerificationOut, level_name
from certificate.verification.service import Verification
from common.certificate_code import code_url
from common.errors import NotFound
from common.identifiers.names import mask_name
from common.ids import uuid7
from common.pagination import Page
from common.platform import Platform
from common.schemas import Listing
from common.unit_of_work import UnitOfWork

SHARED_PATH = "/certificate/v1/shared"


@dataclass(frozen=True, slots=True)
class Desk:
    """What holders' requests need: the platform, what verifies, what prints."""

    platform: Platform
    verification: Verification
    press: Press


async def own_certificates(desk: Desk, holder: Holder) -> OwnCertificatesOut:
    """All certificates that name the person, revoked ones too, the newest first."""
    async with desk.platform.sessions() as session:
        rows = await session.scalars(
            select(StandingCertificate)
            .where(StandingCertificate.person_id == holder.person_id)
            .order_by(StandingCertificate.issued_on.desc(), StandingCertificate.number)
        )
        certificates = rows.all()
        names = await holders_of(session, desk.platform.keyring, certificates)
    return OwnCertificatesOut(
        certificates=[
            await _own(desk, certificate, names[certificate.number])
            for certificate in certificates
            if certificate.number in names
        ]
    )


async def _own(desk: Desk, certificate: StandingCertificate, name: str) -> OwnCertificateOut:
    code = code_url(desk.platform.settings.public_url, certificate.code)
    found = VerificationOut.of(await desk.verification.by_code(code))
    return OwnCertificateOut(
        number=certificate.number,
        version=certificate.version,
        kind=certificate.kind,
        item_code=certificate.item_code,
        item_name=certificate.item_name,
        level=_level(certificate),
        level_name=level_name(certificate.kind, certificate.level),
        holder=name,
        organisation_name=certificate.organisation_name,
        entrusted_by=certificate.entrusted_by,
        issued_on=certificate.issued_on,
        verdict=found.verdict,
        state=found.state,
        reasons=found.reasons,
        code=code,
    )


def _level(certificate: StandingCertificate) -> int | None:
    return None if certificate.kind == "special_ability" else certificate.level


async def own_pdf(uow: UnitOfWork, number: str, holder: Holder, desk: Desk) -> bytes:
    """The newest sheet of one's own certificate. Raises NotFound, NotPrintable."""
    async with uow:
        certificate = await _of_holder(uow.session, number, holder)
        await prints.check_printable(uow.session, certificate)
        return await prints.print_sheet(uow, certificate, HOLDER, platform=desk.platform, press=desk.press)


async def own_sheet(uow: UnitOfWork, number: str, purpose: Purpose, holder: Holder) -> SheetOut:
    """Another sheet, a lost one without more ado. Raises NotFound, NotPrintable, the problem `rate-limited`."""
    async with uow:
        certificate = await _of_holder(uow.session, number, holder)
        await prints.check_printable(uow.session, certificate)
        sheet = await ledger.another_sheet(uow, certificate, purpose, HOLDER)
        answer = SheetOut.model_validate(sheet)
        await uow.commit(answer)
        return answer


async def own_sheets(session: AsyncSession, number: str, page: Page, holder: Holder) -> Listing[SheetOut]:
    """The ledger of one's own certificate. Raises NotFound."""
    certificate = await _of_holder(session, number, holder)
    return await prints.sheets_listed(session, certificate.number, page)


async def share(uow: UnitOfWork, number: str, body: ShareIn, holder: Holder, public_url: str) -> ShareMadeOut:
    """A link to one certificate, for some days. Raises NotFound, TooManyShares."""
    now = uow.clock.now()
    async with uow:
        certificate = await _of_holder(uow.session, number, holder)
        await uow.session.execute(
            select(func.pg_advisory_xact_lock(func.hashtextextended(f"share:{holder.person_id}", 0)))
        )
        open_ = await uow.session.scalar(
            select(func.count()).where(
                Share.person_id == holder.person_id, Share.revoked_at.is_(None), Share.expires_at > now
            )
        )
        if (open_ or 0) >= MOST_OPEN:
            raise TooManyShares
        token = secrets.token_urlsafe(TOKEN_BYTES)
        row = Share(
            id=uuid7(),
            token_sha256=hash_of(token),
            number=certificate.number,
            person_id=holder.person_id,
            fields=list(dict.fromkeys(body.fields)),
            shared_at=now,
            expires_at=now + timedelta(days=body.days),
            opened=0,
        )
        uow.session.add(row)
        kept = ShareOut.model_validate(row)
        await uow.commit()
    return ShareMadeOut(**kept.model_dump(), url=f"{public_url}{SHARED_PATH}/{token}")


async def shares_of(session: AsyncSession, holder: Holder) -> SharesOut:
    """All links of a person, ended ones too, the newest first."""
    rows = await session.scalars(
        select(Share).where(Share.person_id == holder.person_id).order_by(Share.id.desc())
    )
    return SharesOut(shares=[ShareOut.model_validate(row) for row in rows])


async def take_back(uow: UnitOfWork, share_id: UUID, holder: Holder) -> ShareOut:
    """End a link at once; said again, it has ended already. Raises NotFound."""
    async with uow:
        row = await uow.session.get(Share, share_id, with_for_update=True)
        if row is None or row.person_id != holder.person_id:
            raise NotFound.of("share")
        row.revoked_at = row.revoked_at or uow.clock.now()
        answer = ShareOut.model_validate(row)
        await uow.commit(answer)
        return answer


async def open_share(uow: UnitOfWork, token: str, *, client: str, desk: Desk, guesses: Guesses) -> SharedOut:
    """What a link shows now; counted. Raises NotFound, ShareEnded, and the problem `rate-limited` for who guesses."""
    guesses.check(client)
    async with uow:
        row = await uow.session.scalar(select(Share).where(Share.token_sha256 == hash_of(token)))
        if row is None:
            guesses.miss(client)
            raise NotFound.of("share")
        now = uow.clock.now()
        certificate = await uow.session.get(StandingCertificate, row.number)
        if certificate is None or certificate.person_id != row.person_id:
            raise ShareEnded
        names = await holders_of(uow.session, desk.platform.keyring, [certificate])
        if not Link(row.expires_at, row.revoked_at).is_open(now) or certificate.number not in names:
            raise ShareEnded
        await uow.session.execute(
            update(Share)
            .where(Share.id == row.id)
            .values(opened=Share.opened + 1, last_opened_at=now)
            .execution_options(synchronize_session=False)
        )
        await uow.commit()
    code = code_url(desk.platform.settings.public_url, certificate.code)
    found = await desk.verification.by_code(code)
    return _shared(row, certificate, names[certificate.number], found)


def _shared(row: Share, certificate: StandingCertificate, name: str, found: Finding) -> SharedOut:
    told = VerificationOut.of(found)
    chosen: Sequence[str] = row.fields
    has_body, registered = "organisation" in chosen, found.registered
    return SharedOut(
        shared_by=name if "name" in chosen else mask_name(name),
        shared_at=row.shared_at,
        expires_at=row.expires_at,
        verdict=told.verdict,
        state=told.state,
        reasons=told.reasons,
        checked_at=told.checked_at,
        kind=certificate.kind,
        kind_name=KINDS[certificate.kind].zh,
        item_code=certificate.item_code,
        item_name=certificate.item_name,
        level=_level(certificate),
        level_name=level_name(certificate.kind, certificate.level),
        number=certificate.number if "number" in chosen else None,
        organisation_name=certificate.organisation_name if has_body else None,
        entrusted_by=certificate.entrusted_by if has_body else None,
        issued_on=certificate.issued_on if "issued_on" in chosen else None,
        ground=GroundOut.model_validate(registered.ground) if registered and "ground" in chosen else None,
    )


async def _of_holder(session: AsyncSession, number: str, holder: Holder) -> StandingCertificate:
    """Raises NotFound, also for another's."""
    certificate = await session.scalar(
        select(StandingCertificate).where(
            StandingCertificate.number == number_to_find(number),
            StandingCertificate.person_id == holder.person_id,
        )
    )
    if certificate is None:
        raise NotFound.of("certificate")
    return certificate
