"""Use cases: a certificate as an Open Badge or as an SD-JWT VC, for its holder and for those who may read it."""

import secrets
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Final, get_args

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from certificate.certificates.domain import number_to_find
from certificate.certificates.service import IDENTITY, sealed_identity, visible
from certificate.corrections.standing import StandingCertificate
from certificate.issuance.models import PlanFact
from certificate.keys.models import PlatformKey
from certificate.keys.platform import published_platform_keys
from certificate.keys.service import Signers
from certificate.prints.service import NotPrintable, check_printable
from certificate.status.lists import bitstring_entries, list_uri
from certificate.verification.domain import CertificateNotFound
from certificate.wallet import domain
from certificate.wallet.domain import Credential, Json
from certificate.wallet.multibase import multikey
from certificate.wallet.schemas import Format, WalletIn
from common.auth import Caller
from common.certificate_code import Kind, code_url
from common.errors import NotFound
from common.identifiers.documents import IdDocument, normalise
from common.identifiers.names import name_key
from common.person_keys import Erased, person_key
from common.platform import Platform
from common.sealed import blind_index
from common.unit_of_work import UnitOfWork

SALT_BYTES: Final = 16


async def for_reader(
    uow: UnitOfWork, number: str, form: Format, *, caller: Caller, platform: Platform, signers: Signers
) -> Json | str:
    """A certificate that the caller may see. Raises NotFound, NotPrintable."""
    async with uow:
        certificate, _ = await visible(uow.session, number, caller)
        return await _made(uow, certificate, form, None, platform, signers)


async def for_holder(
    uow: UnitOfWork, body: WalletIn, *, platform: Platform, signers: Signers, index_key: bytes
) -> Json | str:
    """One's own certificate, for whoever knows number, name and document. Raises CertificateNotFound, NotPrintable."""
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
        holder_key = body.holder_key.model_dump() if body.holder_key else None
        return await _made(uow, certificate, body.format, holder_key, platform, signers)


async def _made(
    uow: UnitOfWork,
    certificate: StandingCertificate,
    form: Format,
    holder_key: Mapping[str, str] | None,
    platform: Platform,
    signers: Signers,
) -> Json | str:
    """Signed now; commits, for a key may have been made."""
    await check_printable(uow.session, certificate)
    credential = await _credential(uow.session, certificate, platform)
    at = uow.clock.now()
    if form == "open_badge":
        signer = await signers.platform_signer(uow, "credential", algorithm="EdDSA")
        made: Json | str = domain.proved(
            domain.badge(credential),
            kid=signer.kid,
            did=domain.did_of(credential.public_url),
            at=at,
            sign=signer.sign,
        )
    else:
        signer = await signers.platform_signer(uow, "credential")
        told = domain.disclosures(credential, lambda: secrets.token_urlsafe(SALT_BYTES))
        made = domain.sd_jwt(credential, told, kid=signer.kid, at=at, holder_key=holder_key, sign=signer.sign)
    await uow.commit()
    return made


async def _credential(
    session: AsyncSession, certificate: StandingCertificate, platform: Platform
) -> Credential:
    """Raises NotPrintable for a holder who was forgotten."""
    try:
        key = await person_key(session, platform.keyring, certificate.person_id)
    except Erased:
        raise NotPrintable from None
    holder = key.open(IDENTITY, sealed_identity(certificate))
    plan = await session.get(PlanFact, certificate.plan_id)
    public_url = platform.settings.public_url
    place = certificate.status_index
    return Credential(
        kind=certificate.kind,
        level=certificate.level,
        number=certificate.number,
        item_code=certificate.item_code,
        item_name=certificate.item_name,
        organisation_name=certificate.organisation_name,
        issued_on=certificate.issued_on,
        verification_url=code_url(public_url, certificate.code),
        public_url=public_url,
        token_list=list_uri(public_url, place),
        bitstrings=bitstring_entries(public_url, place),
        standard=(plan.standards if plan else {}).get(f"{certificate.item_code}/{certificate.level}"),
        name=holder["name"],
        id_type=holder["id_type"],
        id_number=holder["id_number"],
    )


async def did_document(session: AsyncSession, public_url: str) -> Json:
    """The keys that badges are signed with, those of the past too."""
    rows = await session.scalars(
        select(PlatformKey)
        .where(PlatformKey.purpose == "credential", PlatformKey.algorithm == "EdDSA")
        .order_by(PlatformKey.valid_from, PlatformKey.kid)
    )
    return domain.did_document(public_url, {row.kid: multikey(_bytes(row.jwk["x"])) for row in rows})


async def issuer_metadata(session: AsyncSession, public_url: str) -> Json:
    """The keys that SD-JWT VCs are signed with, as their issuer's metadata."""
    keys = [
        key
        for key in await published_platform_keys(session, issuer=public_url)
        if key["purpose"] == "credential" and key["alg"] == "ES256"
    ]
    return {"issuer": f"{public_url}/certificate", "jwks": {"keys": keys}}


def type_metadata(kind: str, public_url: str) -> Json:
    """Raises NotFound."""
    for known in get_args(Kind):
        if kind == known:
            return domain.type_metadata(known, public_url)
    raise NotFound.of("type")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
