"""Routes of certificates: look up, QR code, revoke."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from certificate.certificates import service
from certificate.certificates.schemas import (
    CertificateDetail,
    CertificateOut,
    NumberPath,
    RevocationIn,
    RevocationOut,
)
from certificate.prints.qr import qr_svg
from common.certificate_code import code_url
from common.deps import CallerDep, CreatingDep, PageDep, PlatformDep, SessionDep, created, produces, requires
from common.described import problem
from common.ids import BatchId, PlanId
from common.schemas import Listing

router = APIRouter(prefix="/certificates", tags=["certificates"])


@router.get("", dependencies=[requires("certificates:read")])
async def get_certificates(
    session: SessionDep,
    page: PageDep,
    caller: CallerDep,
    platform: PlatformDep,
    plan_id: Annotated[PlanId | None, Query(description="only those of this plan")] = None,
    batch_id: Annotated[BatchId | None, Query(description="only those of this batch")] = None,
) -> Listing[CertificateOut]:
    """Certificates of the caller's organisation or region, by number; holders are masked."""
    return await service.list_certificates(
        session,
        page,
        caller,
        keyring=platform.keyring,
        public_url=platform.settings.public_url,
        plan_id=plan_id,
        batch_id=batch_id,
    )


@router.get("/{number}", dependencies=[requires("certificates:read")])
async def get_certificate(
    number: NumberPath, session: SessionDep, caller: CallerDep, platform: PlatformDep
) -> CertificateDetail:
    """A certificate, with its number explained part by part."""
    return await service.read_certificate(
        session, number, caller, keyring=platform.keyring, public_url=platform.settings.public_url
    )


@router.get(
    "/{number}/qr.svg",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}, "description": "the QR code"}},
    dependencies=[requires("certificates:read"), produces("image/svg+xml")],
)
async def get_qr(
    number: NumberPath, session: SessionDep, caller: CallerDep, platform: PlatformDep
) -> Response:
    """The certificate's QR code as SVG: a URL that is also an offline proof."""
    certificate, _ = await service.visible(session, number, caller)
    svg = qr_svg(code_url(platform.settings.public_url, certificate.code))
    return Response(svg, media_type="image/svg+xml")


@router.post(
    "/{number}/revocation",
    status_code=201,
    responses=problem(409, "state-conflict"),
    dependencies=[requires("certificates:revoke"), created("/certificate/v1/certificates/{number}")],
)
async def post_revocation(
    number: NumberPath, body: RevocationIn, uow: CreatingDep, caller: CallerDep
) -> RevocationOut:
    """Revoke a certificate by decision; visible to every check at once, and final (Art. 22)."""
    return await service.revoke_certificate(uow, number, body, caller=caller)
